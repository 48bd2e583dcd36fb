"""Many processes write at once, some die while they do, and nothing that was acknowledged is lost."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import logbook

ROOT = Path(__file__).parents[2]
# The whole trial is 20 writers and 2,000 entries; this many are enough to show a lock or an index that was taken away.
WRITERS, ENTRIES, KILL_EVERY = 20, 300, 10


def run(file: Path, *options: str) -> tuple[list[dict[str, str | int]], int]:
    """What was acknowledged, and how many writers were dismissed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.logbook.writers", str(file), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], int(done.stderr.split()[-3])


def test_writers_killed_at_random_lose_nothing_that_was_acknowledged_and_leave_no_half_entry(tmp_path):
    file = tmp_path / "new" / "logbook.db"
    sizes = ("--writers", str(WRITERS), "--entries", str(ENTRIES), "--kill-every", str(KILL_EVERY))
    acknowledged, dismissed = run(file, *sizes)
    with logbook.open(file) as book:
        entries = book.entries("stress")
    found = {row["id"]: row for row in entries.to_dict("records")}
    assert len(acknowledged) >= ENTRIES
    assert len({each["id"] for each in acknowledged}) == len(acknowledged)
    for each in acknowledged:
        entry = found[each["id"]]
        assert (entry["subject"], entry["body"]["word"]) == (each["subject"], each["word"])
    # Written, and killed before it could be said: whole as well, and at most one of each writer.
    assert all(body["again"] == body["word"] * 50 for body in entries["body"])
    assert dismissed > WRITERS and len(entries) - len(acknowledged) <= dismissed
    assert entries["id"].tolist() == list(range(1, len(entries) + 1))
    for _, chain in entries.groupby("subject"):
        assert chain["replaces"].isna().tolist() == [True] + [False] * (len(chain) - 1)
        assert chain["replaces"].tolist()[1:] == chain["id"].tolist()[:-1]
    with sqlite3.connect(file) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_twenty_processes_may_open_it_for_the_first_time_at_once(tmp_path):
    file = tmp_path / "logbook.db"
    acknowledged, _ = run(file, "--writers", "20", "--entries", "20", "--kill-every", "0")
    assert len(acknowledged) >= 20
    # Who came second leaves nothing behind.
    assert {each.name for each in tmp_path.iterdir()} <= {"logbook.db", "logbook.db-wal", "logbook.db-shm"}
