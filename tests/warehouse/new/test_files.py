"""Which files are exports, and how each is read again by a later build."""

import contextlib
import csv
import gzip
import io
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.new.workbooks import Sheet
from tests.warehouse.new.workbooks import write as write_book
from warehouse.errors import NewFailed
from warehouse.new import convert, files
from warehouse.new.export import Conversion, Export

CHINESE = "用户ID,渠道\n1,抖音\n2,微信\n"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def only(place: Path, connection: duckdb.DuckDBPyConnection) -> Export:
    [export], _ = files.find(place, connection)
    return export


def rows(export: Export, connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    with contextlib.chdir(export.path.parent):
        return connection.execute(f"from {export.relation}").fetchall()


def test_every_option_of_a_text_file_is_written_out(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "users.tsv").write_text("id\tthe name\n1\tann\n", "utf-8")
    assert only(tmp_path, connection).relation == (
        "read_csv('users.tsv', auto_detect = false, header = true, delim = '\\t', quote = '\"', escape = '\"',"
        " encoding = 'utf-8', columns = {'id': 'varchar', 'the name': 'varchar'})"
    )


def test_a_later_build_reads_the_same_from_the_folder(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "users.csv.gz").write_bytes(gzip.compress("# today\nid|name\n1|Zoë\n".encode("latin-1")))
    export = only(tmp_path, connection)
    with duckdb.connect() as later:
        assert rows(export, later) == [("1", "Zoë")]


@pytest.mark.parametrize("name", ["what*.csv", "a[1].csv", "who?.csv", "it's.csv", "a b;c.csv", "用户.csv"])
def test_a_file_may_be_called_anything(name: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / name).write_text("id\n1\n", "utf-8")
    # Files that the name, taken for a pattern, would match.
    for other in ("whatever.csv", "a1.csv", "whom.csv"):
        (tmp_path / other).write_text("id\n7\n8\n", "utf-8")
    export = only(tmp_path / name, connection)
    assert rows(export, connection) == [("1",)]
    assert (export.name, export.conversion) == (name.removesuffix(".csv"), None)


def test_exports_come_by_name_and_are_named_apart(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "b.csv").write_text("id\n1\n", "utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": 2}\n', "utf-8")
    write_book(tmp_path / "a.xlsx", Sheet("Users", [["id"], ["u"]]), Sheet("None", []), Sheet("Sales", [["id"], ["s"]]))
    write_book(tmp_path / "c.xlsx", Sheet("Sheet1", [["id"], ["c"]]))
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as crm:
        crm.execute(
            "create table people as select 5 as id; create schema old; create table old.people as select 6 as id"
        )
    exports, left_out = files.find(tmp_path, connection)
    assert left_out == ()
    assert [(export.name, rows(export, connection)) for export in exports] == [
        ("a.Users", [("u",)]),
        ("a.Sales", [("s",)]),
        ("b", [("1",)]),
        ("b.jsonl", [("2",)]),
        ("c", [("c",)]),
        ("crm.people", [(5,)]),
        ("crm.old.people", [(6,)]),
    ]
    assert {export.attach for export in exports} == {None, ("crm", "crm.duckdb")}


def test_one_file_stands_for_a_folder(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    for name in ("users.csv", "events.csv"):
        (tmp_path / name).write_text(f"{name}\n1\n", "utf-8")
    export = only(tmp_path / "users.csv", connection)
    assert (export.name, export.path) == ("users", tmp_path / "users.csv")


def test_a_file_named_from_where_one_is_may_have_any_name(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "users.2024-01-05").write_text("id,name\n1,ann\n", "utf-8")
    with contextlib.chdir(tmp_path):
        assert only(Path("exports/users.2024-01-05"), connection).rows == 1
        with pytest.raises(NewFailed, match=r"users\.2024-01-05: left out"):
            files.find(Path("exports"), connection)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NewFailed, match=r"gone: there is no such file or folder\. Give the folder"):
        files.find(tmp_path / "gone", connection)


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    # The memory of a process: not even root may read its first byte.
    (tmp_path / "users.csv").symlink_to("/proc/self/mem")
    with pytest.raises(NewFailed, match=r"users\.csv: it cannot be read \(.*\)\. Check its permissions"):
        files.find(tmp_path / "users.csv", connection)


def test_every_file_that_cannot_be_read_is_told_at_once(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1\n", "utf-8")
    (tmp_path / "b.parquet").write_text("x", "utf-8")
    (tmp_path / "c.csv").write_text("id\n1\n", "utf-8")
    with pytest.raises(NewFailed) as failed:
        files.find(tmp_path, connection)
    assert [line.split(":")[0] for line in str(failed.value).splitlines()] == ["a.csv", "b.parquet"]


def test_what_is_no_export_is_left_out_with_a_word(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "users.csv").write_text("id\n1\n", "utf-8")
    for name in ("notes.md", "~$book.xlsx", ".hidden.csv", "readme.pdf"):
        (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / "old").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    _, left_out = files.find(tmp_path, connection)
    assert [sentence.split(":")[0] for sentence in left_out] == [
        "notes.md",
        "old",
        "pipe.csv",
        "readme.pdf",
        "~$book.xlsx",
    ]


# Subfolders ---------------------------------------------------------------------------------------------------------


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_files_of_subfolders_are_exports_that_are_read_from_the_root(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    put(tmp_path / "users.csv", "id\n1\n")
    put(tmp_path / "events" / "2026-01.csv", "id\n2\n")
    put(tmp_path / "events" / "old" / "2025-12.jsonl", '{"id": 3}\n')
    put(tmp_path / "events 2026-01.csv", "id\n4\n")
    put(tmp_path / ".git" / "objects.csv", "id\n5\n")
    put(tmp_path / "pictures" / "one.png", "no table")
    (tmp_path / "crm").mkdir()
    write_book(tmp_path / "crm" / "book.xlsx", Sheet("Sales", [["id"], ["6"]]))
    (tmp_path / "crm" / "people.csv").write_bytes("用户ID\n七\n".encode("gb18030"))
    with duckdb.connect(str(tmp_path / "crm" / "shop.duckdb")) as shop:
        shop.execute("create table orders as select 8 as id")
    for _ in range(2):
        exports, left_out = files.find(tmp_path, connection)
        with contextlib.chdir(tmp_path):
            found = {export.name: connection.execute(f"from {export.relation}").fetchall() for export in exports}
        assert found == {
            "crm book": [("6",)],
            "crm people": [("七",)],
            "crm shop.orders": [(8,)],
            "events 2026-01": [("2",)],
            "events old 2025-12": [("3",)],
            "events 2026-01.csv": [("4",)],
            "users": [("1",)],
        }
        made = [export.conversion for export in exports if export.conversion]
        assert [(one.file, one.to) for one in made] == [
            ("crm/book.xlsx", "crm/book.xlsx.Sales.parquet"),
            ("crm/people.csv", "crm/people.csv.parquet"),
        ]
        assert [sentence.split(": left out")[0] for sentence in left_out if "made from" not in sentence] == ["pictures"]
        by_name = {export.name: export for export in exports}
        assert by_name["crm shop.orders"].attach == ("shop", "crm/shop.duckdb")
        assert files.shared(connection, by_name["events 2026-01"], "id", by_name["users"], "id") == 0
        assert files.shared(connection, by_name["events 2026-01"], "id", by_name["events 2026-01"], "id") == 1
        connection.execute("detach shop")
        for (table,) in connection.execute("select table_name from duckdb_tables() where temporary").fetchall():
            connection.execute(f'drop table "{table}"')


def test_folders_that_lead_back_are_read_once(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    put(tmp_path / "all" / "events" / "one.csv", "id\n1\n")
    (tmp_path / "all" / "events" / "up").symlink_to(tmp_path / "all")
    (tmp_path / "all" / "events" / "above").symlink_to(tmp_path)
    (tmp_path / "all" / "more").symlink_to(tmp_path / "all" / "events")
    exports, left_out = files.find(tmp_path / "all", connection)
    assert [export.name for export in exports] == ["events one"]
    assert left_out == tuple(
        f"{name}: left out: it is a link to a folder that is read already."
        for name in ("events/above", "events/up", "more")
    )


def monthly(folder: Path, *names: str, column: str = "id") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        pq.write_table(pa.table({column: [number]}), folder / name)


def test_like_parquet_files_of_a_subfolder_are_one_export(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    monthly(tmp_path / "what[1]*'s", "a.parquet", "b.parquet", ".hidden.parquet")
    put(tmp_path / "what[1]*'s" / "_SUCCESS", "")
    monthly(tmp_path / "what1s", "other.parquet", column="other")
    exports, left_out = files.find(tmp_path, connection)
    assert [(export.name, export.rows) for export in exports] == [("what1s other", 1), ("what[1]*'s", 2)]
    assert left_out == ("what[1]*'s/_SUCCESS: left out: it is empty.",)
    assert exports[1].notes == (
        "Its 2 Parquet files have the same columns and are read as one; those that come later are too.",
    )
    monthly(tmp_path / "what[1]*'s", "a.parquet", "b.parquet", "c.parquet")
    with contextlib.chdir(tmp_path), duckdb.connect() as later:
        assert sorted(later.execute(f"from {exports[1].relation}").fetchall()) == [(0,), (1,), (2,)]


def test_parquet_files_are_read_apart_where_one_would_count_twice_or_wrongly(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    monthly(tmp_path / "unlike", "a.parquet", column="unlike")
    monthly(tmp_path / "unlike", "b.parquet", column="other")
    monthly(tmp_path / "copied", "a.parquet", "b.parquet")
    (tmp_path / "copied" / "c.parquet").write_bytes((tmp_path / "copied" / "b.parquet").read_bytes())
    monthly(tmp_path / "mixed", "x.parquet", "y.parquet", column="mixed")
    put(tmp_path / "mixed" / "z.csv", "mixed\n1\n")
    monthly(tmp_path / "repeated", "x.parquet", "y.parquet", column="repeated")
    (tmp_path / "root.parquet").write_bytes((tmp_path / "repeated" / "y.parquet").read_bytes())
    exports, left_out = files.find(tmp_path, connection)
    assert [export.name for export in exports] == [
        "copied a",
        "copied b",
        "mixed x",
        "mixed y",
        "mixed z",
        "repeated x",
        "repeated y",
        "unlike a",
        "unlike b",
    ]
    assert [sentence.split(": left out: it is ") for sentence in left_out] == [
        ["copied/c.parquet", "copied/b.parquet again, byte by byte."],
        ["root.parquet", "repeated/y.parquet again, byte by byte."],
    ]


# A database in use --------------------------------------------------------------------------------------------------


def test_a_database_that_another_program_writes_to_is_told(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    path = tmp_path / "crm.duckdb"
    program = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); c.execute('create table t as select 1');"
        " print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(NewFailed, match=r"crm\.duckdb: another program has it open for writing\. Close"):
            files.find(tmp_path, connection)
        other.stdin.close()
    assert only(tmp_path, connection).name == "crm.t"


# Conversions -------------------------------------------------------------------------------------------------------


def test_a_conversion_lies_beside_its_file_and_is_no_export_itself(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "users.csv").write_bytes(CHINESE.encode("gb18030"))
    first = only(tmp_path, connection)
    assert first.relation == "read_parquet('users.csv.parquet')"
    assert first.conversion == Conversion("users.csv", "users.csv.parquet", None, "gb18030")
    with duckdb.connect() as later:
        exports, left_out = files.find(tmp_path, later)
    assert [export.name for export in exports] == ["users"]
    assert left_out == ("users.csv.parquet: left out: it was made from users.csv.",)


def test_a_newer_export_under_the_same_name_is_converted_again(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    original = tmp_path / "users.csv"
    original.write_bytes(CHINESE.encode("gb18030"))
    export = only(tmp_path, connection)
    assert export.conversion is not None
    assert not convert.stale(export.conversion, tmp_path)
    original.write_bytes((CHINESE + "3,快手\n").encode("gb18030"))
    os.utime(original, (original.stat().st_atime, original.stat().st_mtime + 10))
    assert convert.stale(export.conversion, tmp_path)
    convert.refresh(export.conversion, tmp_path)
    assert not convert.stale(export.conversion, tmp_path)
    assert rows(export, connection) == [("1", "抖音"), ("2", "微信"), ("3", "快手")]


def test_a_conversion_that_is_gone_is_made_again_and_one_without_its_file_stands(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write_book(tmp_path / "book.xlsx", Sheet("A", [["id"], ["a"]]), Sheet("B/C", [["id"], ["b"]]))
    second = files.find(tmp_path, connection)[0][1]
    assert second.conversion == Conversion("book.xlsx", "book.xlsx.B_C.parquet", "B/C")
    (tmp_path / "book.xlsx.B_C.parquet").unlink()
    assert convert.stale(second.conversion, tmp_path)
    convert.refresh(second.conversion, tmp_path)
    assert rows(second, connection) == [("b",)]
    (tmp_path / "book.xlsx").unlink()
    assert not convert.stale(second.conversion, tmp_path)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda path: path.unlink(), ["users.csv", "not there", "Put it back"]),
        (lambda path: path.write_bytes((CHINESE + "3\n").encode("gb18030")), ["users.csv", "line 4", "1 value"]),
        (lambda path: path.write_bytes(b""), ["users.csv", "empty"]),
    ],
)
def test_a_conversion_that_fails_leaves_the_old_one(
    spoil: object, named: list[str], tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "users.csv").write_bytes(CHINESE.encode("gb18030"))
    export = only(tmp_path, connection)
    assert export.conversion is not None and callable(spoil)
    spoil(tmp_path / "users.csv")
    with pytest.raises(NewFailed) as failed:
        convert.refresh(export.conversion, tmp_path)
    for word in named:
        assert word in str(failed.value)
    assert rows(export, connection) == [("1", "抖音"), ("2", "微信")]
    assert {path.name for path in tmp_path.iterdir()} <= {"users.csv", "users.csv.parquet"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "users.csv").write_bytes(CHINESE.encode("gb18030"))
    (tmp_path / "users.csv.parquet").mkdir()
    os.utime(tmp_path / "users.csv.parquet", (0, 0))
    with pytest.raises(NewFailed) as failed:
        files.find(tmp_path / "users.csv", connection)
    for word in ("users.csv", "users.csv.parquet", "cannot be written", str(tmp_path), "copy the exports"):
        assert word in str(failed.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["users.csv", "users.csv.parquet"]


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The limit on the size of a file gives the error of a full disk, in a process of its own."""
    lines = "".join(f"{number},渠道{os.urandom(40).hex()}\n" for number in range(8_000))
    (tmp_path / "users.csv").write_bytes(("id,name\n" + lines).encode("gb18030"))
    program = (
        "import duckdb, sys; from pathlib import Path; from warehouse.errors import NewFailed;"
        " from warehouse.new import files\n"
        "try: files.find(Path(sys.argv[1]), duckdb.connect())\n"
        "except NewFailed as error: sys.exit(str(error))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert done.returncode == 1, done.stderr
    for word in ("users.csv", "cannot be written", "Make room"):
        assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["users.csv"]


# The same ids ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [
        (["1", "2", "2", "3"], ["2", "3", "9"], 2 / 3),
        (["1", "2"], [" 1 ", "2"], 1.0),
        (["17850.0", "2.0"], ["17850", "2"], 1.0),
        (["a", "NA", ""], ["a", "NA"], 1.0),
        (["a", "b"], ["c"], 0.0),
        ([""], ["a"], 0.0),
    ],
    ids=["some", "blanks around", "useless fractions", "missing", "none", "nothing filled"],
)
def test_columns_share_the_ids_that_are_read_alike(
    left: list[str], right: list[str], share: float, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    for name, values in (("left", left), ("right", right)):
        (tmp_path / f"{name}.csv").write_text("".join(f"{cell},x\n" for cell in ["id", *values]), "utf-8")
    mine, others = files.find(tmp_path, connection)[0]
    assert files.shared(connection, mine, "id", others, "id") == pytest.approx(share)


def test_ids_of_a_parquet_file_with_gaps_are_those_of_a_text_file(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    pq.write_table(pa.table({"id": pa.array([1.0, 2.0, None, float("nan")])}), tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("id\n1\n2\n3\n", "utf-8")
    first, second = files.find(tmp_path, connection)[0]
    assert files.shared(connection, first, "id", second, "id") == 1.0
    assert files.shared(connection, second, "id", first, "id") == pytest.approx(2 / 3)


# Any table ----------------------------------------------------------------------------------------------------------

CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00\x1a\ufeff"), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    delimiter=st.sampled_from(",\t;|"),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_csv_writes_is_read_back(
    table: list[list[str]], delimiter: str, ending: str, encoding: str, tmp_path: Path
) -> None:
    """Every row and every value of a table that Python's csv wrote is there, whatever the values are."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows([[f"name {number}" for number in range(len(table[0]))], *table])
    path = tmp_path / "table.csv"
    path.write_bytes(written.getvalue().encode(encoding))
    for made in tmp_path.glob("*.parquet"):
        made.unlink()
    with duckdb.connect() as fresh:
        export = only(path, fresh)
        assert rows(export, fresh) == [tuple(cell or None for cell in row) for row in table]
        assert export.rows == len(table)
