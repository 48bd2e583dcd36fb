"""Publish a built warehouse: one file a build, and a pointer file that names the one in use."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import BuildFailed, BuildRunning, NoWarehouse

POINTER = "current"
BUILDING = ".building"
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
    others = [file for file in out.iterdir() if _PUBLISHED.fullmatch(file.name) and file != path]
    for old in sorted(others, key=lambda file: file.stat().st_mtime)[: -(KEPT - 1)]:
        old.unlink(missing_ok=True)
    return path
