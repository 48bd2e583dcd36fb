"""The command line: backup, restore, export."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import logbook
from config import register
from config.faults import ConfigError, did_you_mean
from logbook import backup, files
from logbook.errors import LogbookError, NoLogbook
from logbook.store import Place, place

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
# A kind that is no kind of the register may be any text, and a file's name may not.
FOREIGN = re.compile(r"[^\w-]")
EXPORTED = Path(__file__).parent.parent / "data" / "export"


class WrongUsage(Exception):
    """A command that asks for what there is not."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 on a failure told in plain words, 2 on wrong usage."""
    asked = _parser().parse_args(arguments)
    try:
        asked.run(asked, place(logbook.url()))
    except WrongUsage as error:
        print(error, file=sys.stderr)
        return WRONG_USAGE
    except (LogbookError, ConfigError) as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("Stopped. The logbook is as it was.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m logbook", description="Keep what people wrote safe: the logbook that ALMANAC_LOGBOOK names."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    backing_up = commands.add_parser("backup", help="copy the logbook, also while it is in use")
    backing_up.add_argument(
        "file", nargs="?", type=Path, help="the copy (default: beside the logbook, named by the time)"
    )
    backing_up.set_defaults(run=_backup)

    restoring = commands.add_parser("restore", help="make the logbook what a copy says")
    restoring.add_argument("file", type=Path, help="a copy that backup made")
    restoring.add_argument("--replace", action="store_true", help="also where there is a logbook; the old one is kept")
    restoring.set_defaults(run=_restore)

    exporting = commands.add_parser("export", help="one CSV file a kind of entry")
    exporting.add_argument("--out", type=Path, default=EXPORTED, help="folder for the files (default: data/export)")
    exporting.add_argument("--kind", help="this kind alone")
    exporting.add_argument("--history", action="store_true", help="every entry, not only the newest of each subject")
    exporting.set_defaults(run=_export)
    return parser


def _backup(asked: argparse.Namespace, where: Place) -> None:
    made = backup.back_up(where, asked.file)
    print(f"The logbook is copied to {made}.", file=sys.stderr)


def _restore(asked: argparse.Namespace, where: Place) -> None:
    kept = backup.restore(where, asked.file, asked.replace)
    print(f"{where} is what {asked.file} says.", file=sys.stderr)
    if kept:
        print(f"What it was before is kept in {kept}.", file=sys.stderr)


def _export(asked: argparse.Namespace, where: Place) -> None:
    if where.path and not where.path.exists():
        raise NoLogbook(f"There is no logbook at {where} yet: the app makes it when it starts.")
    kinds = register.load()
    with logbook.open(where.path or logbook.url()) as book:
        known = [*kinds, *(kind for kind in book.kinds() if kind not in kinds)]
        if asked.kind is not None and asked.kind not in known:
            hint = did_you_mean(asked.kind, known) or f": there is {', '.join(known)}."
            raise WrongUsage(f"{asked.kind} is no kind of entry{hint}")
        for kind in known if asked.kind is None else [asked.kind]:
            table = book.entries(kind, only_newest=not asked.history)
            fields = kinds[kind].fields if kind in kinds else ()
            file = asked.out / f"{re.sub(FOREIGN, '_', kind)}.csv"
            _write(file, files.write(table, [*fields]))
            print(f"{file}: {len(table):,} entries.", file=sys.stderr)


def _write(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(content)
        os.replace(fresh, file)
    except OSError as error:
        raise LogbookError(f"{file} cannot be written ({error.strerror}). Name another folder with --out.") from error


if __name__ == "__main__":
    sys.exit(main())
