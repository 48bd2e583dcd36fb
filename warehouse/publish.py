"""Publish a built warehouse: one file a build, and a pointer file that names the one in use.

A build that failed leaves a file beside the pointer that says when and why, until the next good one.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import BuildFailed, BuildRunning, NoWarehouse

POINTER = "current"
BUILDING = ".building"
FAILED = "failed"
KEPT = 3

_PUBLISHED = re.compile(r"warehouse-\d{8}-\d{6}-\d{6}-[0-9a-f]{4}\.duckdb")


def current(out: Path) -> Path:
    """The warehouse in use in this folder; NoWarehouse where nothing was published."""
    try:
        name = (out / POINTER).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NoWarehouse(f"There is no warehouse in {out}. Make one with `python -m warehouse build`.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NoWarehouse(f"{out / POINTER} cannot be read ({error}). Run `python -m warehouse build`.") from error
    if not _PUBLISHED.fullmatch(name) or not (out / name).is_file():
        raise NoWarehouse(f"{out / POINTER} names {name}, which is gone. Run `python -m warehouse build`.")
    return out / name


@dataclass(frozen=True)
class Failure:
    """The last build, which was not published.

    since   when the first build failed for this reason, of those since the last good one; with its zone
    reason  what the build said; None where it was cut off before it could say anything
    """

    since: datetime
    reason: str | None


def note_failure(out: Path, reason: str, now: datetime) -> None:
    """Write down that a build failed; a reason that stands there already keeps its time.

    now     with its zone
    raises  OSError where the folder cannot be written
    """
    out.mkdir(parents=True, exist_ok=True)
    before = _noted(out)
    since = before.since if before and before.reason == reason else now
    fresh = out / f".{FAILED}.{os.getpid()}"
    fresh.write_text(json.dumps({"since": since.isoformat(), "reason": reason}, ensure_ascii=False), "utf-8")
    os.replace(fresh, out / FAILED)


def failure(out: Path) -> Failure | None:
    """Of the builds since the last good one the last that failed; None where none did.

    raises  BuildFailed where what was written down cannot be read
    """
    # The next build clears away what a killed one left: where it is there, nothing came after it.
    return _cut_off(out) or _noted(out)


def _noted(out: Path) -> Failure | None:
    try:
        said = json.loads((out / FAILED).read_text("utf-8"))
        return Failure(datetime.fromisoformat(said["since"]), str(said["reason"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildFailed(f"{out / FAILED} cannot be read ({error}). Remove it, then build again.") from error


def _cut_off(out: Path) -> Failure | None:
    """A build that was killed leaves its folder, and nobody's lock on it."""
    place = out / BUILDING
    if not place.is_dir():
        return None
    try:
        with (out / f"{BUILDING}.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            written = [each.stat().st_mtime for each in (place, *place.iterdir())]
    except (BlockingIOError, FileNotFoundError):
        return None
    return Failure(datetime.fromtimestamp(max(written), UTC), None)


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """A folder to build in, this process's alone; removed afterwards, with what a killed build left behind.

    Raises BuildRunning where another process builds into the same folder.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / f"{BUILDING}.lock").open("w")
    except OSError as error:
        raise BuildFailed(f"{out}: {error.strerror}. Choose another folder with --out.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRunning(f"Another build is writing to {out}. Wait until it has ended.") from None
        place = out / BUILDING
        shutil.rmtree(place, ignore_errors=True)
        try:
            place.mkdir()
        except OSError as error:
            raise BuildFailed(f"{place}: {error.strerror}. Remove it, then build again.") from error
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def publish(built: Path, out: Path) -> Path:
    """Move a finished warehouse into the folder, point to it, and keep the last three.

    A reader sees either the old pointer or the new one; files that readers hold open stay readable.
    """
    path = out / built.name
    os.replace(built, path)
    fresh = out / BUILDING / POINTER
    fresh.write_text(f"{path.name}\n", encoding="utf-8")
    os.replace(fresh, out / POINTER)
    (out / FAILED).unlink(missing_ok=True)
    others = [file for file in out.iterdir() if _PUBLISHED.fullmatch(file.name) and file != path]
    for old in sorted(others, key=lambda file: file.stat().st_mtime)[: -(KEPT - 1)]:
        old.unlink(missing_ok=True)
    return path
