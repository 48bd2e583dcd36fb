"""Publish a built warehouse: one file a build, and a pointer file that names the one in use."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import BuildFailed, BuildRunning, NoWarehouse

POINTER = "current"
BUILDING = ".building"
KEPT = 3


def current(out: Path) -> Path:
    """The warehouse in use in this folder; NoWarehouse where nothing was published."""
    try:
        path = out / (out / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise NoWarehouse(f"There is no warehouse in {out}. Make one with `python -m warehouse build`.") from None
    if not path.is_file():
        raise NoWarehouse(f"{out / POINTER} names {path.name}, which is gone. Run `python -m warehouse build`.")
    return path


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
        place.mkdir()
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
    for old in sorted(out.glob("warehouse-*.duckdb"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path
