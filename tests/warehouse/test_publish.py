"""A build is published whole or not at all, and readers of the old one are left in peace."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from threading import Barrier, Event, Lock

import duckdb
import pytest

from config import product as products
from tests.products import write_product
from warehouse import build, publish, read
from warehouse.errors import BuildFailed, BuildRunning, NoWarehouse

TODAY = date(2024, 1, 10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_product(tmp_path / "product", {}, {"events": [_event(1)]})


def _event(day: int) -> dict[str, str]:
    return {"user_id": "a", "event": "read", "occurred_at": f"2024-01-0{day} 10:00"}


def _publish(folder: Path, out: Path) -> Path:
    return build.build(products.load(folder), out, today=TODAY)


def test_the_pointer_names_the_newest_and_three_are_kept(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / "for" / "it"
    paths = [_publish(folder, out) for _ in range(4)]
    assert publish.current(out) == paths[-1]
    assert sorted(out.glob("warehouse-*.duckdb")) == paths[1:]
    assert not (out / publish.BUILDING).exists()


def test_an_open_reader_keeps_its_numbers_and_the_next_one_has_the_new(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old = read.connect(_publish(folder, out))
    write_product(folder, {}, {"events": [_event(1), _event(2)]})
    for _ in range(publish.KEPT + 1):
        _publish(folder, out)
    new = read.connect(read.current(out))
    assert [read.rows(connection, "data/build")[1][0][9] for connection in (old, new)] == [1, 2]


def test_twenty_readers_are_not_disturbed_by_three_builds_and_see_each_whole(folder: Path, tmp_path: Path) -> None:
    out, begun, done, opening = tmp_path / "out", Barrier(21, timeout=60), Event(), Lock()
    _publish(folder, out)
    connected = cache(read.connect)

    def look() -> int:
        """The events of the warehouse in use: told by the build, and added up over the days of the figures."""
        path = read.current(out)
        with opening:
            connection = connected(path)
        [told] = read.query(connection, "data/build")["events"]
        figures = read.query(connection, "overview/metrics", {"grain": "day"})
        assert figures[figures["metric"] == "active_users"]["numerator"].sum() == told
        return int(told)

    def keep_looking() -> list[int]:
        seen = [look()]
        begun.wait()
        while not done.wait(0.5):
            seen.append(look())
        return [*seen, look()]

    with ThreadPoolExecutor(20) as readers:
        looks = [readers.submit(keep_looking) for _ in range(20)]
        try:
            begun.wait()
            for last in (2, 3, 4):
                write_product(folder, {}, {"events": [_event(day) for day in range(1, last + 1)]})
                _publish(folder, out)
        finally:
            done.set()
        for seen in (reader.result() for reader in looks):
            assert seen == sorted(seen)
            assert (seen[0], seen[-1]) == (1, 4)


def test_a_failed_build_leaves_the_old_one_in_use(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    path = _publish(folder, out)
    (folder / "sources" / "events.sql").write_text("select 1 as user_id", "utf-8")
    with pytest.raises(BuildFailed, match="column event is missing"):
        _publish(folder, out)
    assert publish.current(out) == path
    assert sorted(out.iterdir()) == sorted([out / ".building.lock", out / "current", path])


def test_what_a_killed_build_left_is_cleared_away(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    left = out / publish.BUILDING
    left.mkdir(parents=True)
    (left / "warehouse-half.duckdb").write_bytes(b"half")
    _publish(folder, out)
    assert not left.exists()


def test_two_builds_do_not_write_into_one_folder(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with publish.building(out), pytest.raises(BuildRunning, match="Wait until it has ended"):
        _publish(folder, out)
    with (out / ".building.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_folder_that_cannot_be_made_is_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildFailed, match="Choose another folder with --out"):
        _publish(folder, tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("pointer", "said"),
    [(None, "There is no warehouse"), ("warehouse-gone.duckdb", "warehouse-gone.duckdb, which is gone")],
)
def test_a_folder_without_a_warehouse_says_how_to_make_one(tmp_path: Path, pointer: str | None, said: str) -> None:
    if pointer:
        (tmp_path / "current").write_text(pointer)
    with pytest.raises(NoWarehouse, match=said) as error:
        publish.current(tmp_path)
    assert "python -m warehouse build" in str(error.value)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "copy events to 'x.csv'",
        "attach 'x.duckdb' as other",
        "set memory_limit = '1GB'",
        "create table mine as select 1 as x",
        "delete from events",
        "install httpfs",
    ],
)
def test_a_reader_can_do_nothing_but_read(folder: Path, tmp_path: Path, sql: str) -> None:
    connection = read.connect(_publish(folder, tmp_path / "out"))
    with pytest.raises(duckdb.Error):
        connection.cursor().execute(sql)
