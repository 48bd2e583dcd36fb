"""A build that failed leaves a trace beside the warehouse, until the next good one."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.products import write_product
from warehouse import publish, read
from warehouse.__main__ import main
from warehouse.errors import BuildFailed

EVENT = {"user_id": "a", "event": "read", "occurred_at": "2024-01-01 10:00"}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
# A build as another process runs it, which never ends.
ENDLESS = """
import sys, time
from pathlib import Path
from warehouse import publish
with publish.building(Path(sys.argv[1])):
    print("building", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("ALMANAC_CONFIG", str(tmp_path / "product"))
    return write_product(tmp_path / "product", {}, {"events": [EVENT]})


def build(out: Path) -> int:
    return main(["build", "--out", str(out)])


def test_a_failed_build_says_when_and_why_until_the_next_good_one(folder, tmp_path):
    out, good = tmp_path / "out", (folder / "sources" / "events.sql").read_text("utf-8")
    assert build(out) == 0
    assert read.failure(out) is None
    (folder / "sources" / "events.sql").write_text("select 1 as user_id", "utf-8")
    began = datetime.now(UTC)
    assert build(out) == 1
    failed = read.failure(out)
    assert failed is not None and failed.reason is not None
    assert "column event is missing" in failed.reason
    assert began <= failed.since <= datetime.now(UTC)
    assert build(out) == 1
    assert read.failure(out) == failed
    (folder / "sources" / "events.sql").write_text(good, "utf-8")
    assert build(out) == 0
    assert read.failure(out) is None


def test_a_configuration_that_cannot_be_used_is_a_failed_build_too(folder, tmp_path):
    (folder / "product.yml").write_text("product: App\n", "utf-8")
    assert build(tmp_path / "out") == 1
    failed = read.failure(tmp_path / "out")
    assert failed is not None and failed.reason == "product.yml: timezone: is missing: add it"


def test_a_build_that_finds_another_one_running_has_not_failed(folder, tmp_path):
    out = tmp_path / "out"
    with publish.building(out):
        assert build(out) == 1
        assert read.failure(out) is None


def test_a_reason_keeps_its_time_and_another_one_has_its_own(tmp_path):
    publish.note_failure(tmp_path, "The disk is full.", NOON)
    publish.note_failure(tmp_path, "The disk is full.", NOON + timedelta(days=1))
    assert read.failure(tmp_path) == publish.Failure(NOON, "The disk is full.")
    publish.note_failure(tmp_path, "列不存在。", NOON + timedelta(days=2))
    assert read.failure(tmp_path) == publish.Failure(NOON + timedelta(days=2), "列不存在。")
    assert [each.name for each in tmp_path.iterdir()] == ["failed"]


def test_a_killed_build_is_known_by_what_it_left_and_a_running_one_is_no_failure(folder, tmp_path):
    out = tmp_path / "out"
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(out)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            assert running.stdout.readline() == "building\n"
            assert read.failure(out) is None
        finally:
            running.kill()
    killed = read.failure(out)
    assert killed is not None and killed.reason is None
    assert datetime.now(UTC) - killed.since < timedelta(minutes=5)
    assert build(out) == 0
    assert read.failure(out) is None


def test_a_trace_that_cannot_be_read_is_said_with_the_remedy(tmp_path):
    (tmp_path / "failed").write_text("?")
    with pytest.raises(BuildFailed, match="Remove it, then build again"):
        read.failure(tmp_path)
