"""The command line: demo, new, build, check, query."""

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import config
from config import presets, product
from config.faults import ConfigError
from warehouse import publish, queries, read
from warehouse.build import build
from warehouse.errors import (
    BuildFailed,
    BuildRunning,
    NewFailed,
    Unanswered,
    UnknownQuery,
    WarehouseError,
    WrongParameter,
)

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
WIDE = 10_000
Columns = Sequence[str]
Rows = Sequence[Sequence[object]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 on a failure told in plain words, 2 on wrong usage."""
    asked = _asked(arguments)
    try:
        asked.run(asked)
    except (Unanswered, UnknownQuery, WrongParameter) as error:
        print(error, file=sys.stderr)
        return WRONG_USAGE
    except (WarehouseError, ConfigError) as error:
        print(error, file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print("Stopped. What was published before is still in use.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments read; the parameters of a query may stand before or behind its options."""
    parser = _parser()
    asked, rest = parser.parse_known_args(arguments)
    if rest and (not hasattr(asked, "values") or any("=" not in text or text.startswith("-") for text in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        asked.values = [*asked.values, *rest]
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m warehouse", description="Build, check and ask the warehouse.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="make the demo product's source files")
    demo.add_argument("--out", type=Path, help="folder for the files (default: where the product looks for them)")
    demo.set_defaults(run=_demo)

    making = commands.add_parser("new", help="make a product folder of a team's exports")
    making.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to make")
    making.add_argument(
        "--from", type=Path, required=True, dest="exports", metavar="EXPORTS", help="folder of the exports, or a file"
    )
    making.add_argument("--type", choices=presets.TYPES, help="what kind of product it is")
    making.add_argument("--yes", action="store_true", help="ask nothing: take what is likely, and write it down")
    making.set_defaults(run=_new)

    building = commands.add_parser("build", help="sources → cubes → publish")
    building.add_argument(
        "--if-needed",
        action="store_true",
        help="only where the warehouse in use is not this product's; the demo's source files are made first",
    )
    building.set_defaults(run=_build)

    checking = commands.add_parser("check", help="what is in the warehouse, how fresh, what was rejected")
    checking.set_defaults(run=_check)

    asking = commands.add_parser("query", help="ask a query by name, or list them")
    asking.add_argument("name", nargs="?", help="as in overview/metrics")
    asking.add_argument("values", nargs="*", metavar="k=v", help="its parameters; dates as ISO, lists with commas")
    form = asking.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_const", dest="form", const=_as_csv, help="comma-separated values")
    form.add_argument("--json", action="store_const", dest="form", const=_as_json, help="an array of objects")
    asking.set_defaults(run=_query, form=_as_table)

    for command in (building, checking, asking):
        command.add_argument(
            "--out", type=Path, default=None, help="folder of the warehouse (default: ALMANAC_WAREHOUSE, or data/)"
        )
    return parser


def _demo(asked: argparse.Namespace) -> None:
    from warehouse import demo  # numpy and pyarrow are needed here alone

    folder = asked.out or product.load().data_folder
    with Console(stderr=True).status(f"Making the demo product in {folder}"):
        demo.make(folder)
    print(f"The demo product's files are in {folder}.", file=sys.stderr)


def _new(asked: argparse.Namespace) -> None:
    from warehouse.new import ask, folder  # reading any file takes much that no other command needs

    interview: ask.Interview | None = None
    if asked.yes:
        interview = ask.Assuming()
    elif sys.stdin.isatty():
        interview = ask.Terminal(sys.stdin, Console())
    try:
        folder.make(asked.folder, asked.exports, asked.type, interview, print)
    except EOFError:
        raise NewFailed("The questions were not answered: nothing was made.") from None


def _build(asked: argparse.Namespace) -> None:
    out = asked.out or read.folder()
    if asked.if_needed:
        if _is_built(out):
            return
        if _is_demo():
            _demo(argparse.Namespace(out=None))
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress, _trace(out):
        task = progress.add_task("Starting")
        path = build(product.load(), out, progress=lambda step: progress.update(task, description=step))
    connection = read.connect(path)
    ((_, _, name, _, _, _, _, until, users, events, payments, *_),) = read.rows(connection, "data/build")[1]
    print(
        f"{name}: {users:,} users, {events:,} events and {payments:,} payments, covered until {until} (not included). "
        f"Published as {path}.",
        file=sys.stderr,
    )
    _, tables = read.rows(connection, "data/tables")
    for source, _, rows, _, rejected, *_ in tables:
        if rejected:
            print(f"{source}: {rejected:,} of {rows:,} rows were rejected; see `check`.", file=sys.stderr)
    _, folded = read.rows(connection, "data/folded")
    for dimension in dict.fromkeys(dimension for dimension, _, _ in folded):
        values = sum(1 for place, _, _ in folded if place == dimension)
        print(
            f'{dimension}: {values:,} rare values are counted under "other", to keep to '
            f"{product.load().max_segments:,} combinations (max_segments in product.yml); see `query data/folded`.",
            file=sys.stderr,
        )


@contextmanager
def _trace(out: Path) -> Iterator[None]:
    """What stops a build is written down beside the warehouse, for the alerts; one that did not begin is none."""
    try:
        yield
    except BuildRunning:
        raise
    except Exception as error:
        # Where the folder is what is wrong, the error itself says so.
        with suppress(OSError, BuildFailed):
            publish.note_failure(out, str(error) or type(error).__name__, datetime.now(UTC))
        raise


def _is_built(out: Path) -> bool:
    """Whether the warehouse in use can be read and is this product's."""
    try:
        read.in_use(product.load(), out)
    except WarehouseError:
        return False
    return True


def _is_demo() -> bool:
    """Whether the product is the shipped one and reads its files where the demo is made, and not somebody's own."""
    home, chosen = config.SHIPPED.resolve(), product.load()
    return chosen.folder == home and chosen.data_folder == home.parent / "data" / "demo"


def _check(asked: argparse.Namespace) -> None:
    connection = read.connect(read.current(asked.out or read.folder()))
    for title, name in (
        ("Build", "data/build"),
        ("Tables", "data/tables"),
        ("Findings", "data/checks"),
        ("Rejected rows", "data/rejected_reasons"),
    ):
        columns, rows = read.rows(connection, name)
        print(f"\n{title}")
        if name == "data/build":
            _as_table(("", ""), list(zip(columns, rows[0], strict=True)))
        else:
            _as_table(columns, rows)


def _query(asked: argparse.Namespace) -> None:
    if asked.name is None:
        asked.form(
            ("query", "parameters", "answers"),
            [
                (name, ", ".join(f"{field.name} {field.type}" for field in header.params), header.summary)
                for name in queries.names()
                for header in [queries.header(name)]
            ],
        )
        return
    header = queries.askable(asked.name)
    bound: dict[str, read.Value] = {}
    for text in asked.values:
        name, value = _bound(header, text)
        if name in bound:
            raise WrongParameter(f"{name} is given twice.")
        bound[name] = value
    connection = read.connect(read.current(asked.out or read.folder()))
    read.refuse_unknown(connection, bound)
    asked.form(*read.rows(connection, asked.name, bound))


def _bound(header: queries.Header, text: str) -> tuple[str, read.Value]:
    """A parameter and its value, from "k=v", read as the type that the SQL's parameter has."""
    name, equals, value = text.partition("=")
    if not equals:
        raise WrongParameter(f"{text!r} is not of the form name=value.")
    field = header.param(name)
    try:
        return name, _typed(value, field.type)
    except ValueError:
        raise WrongParameter(f"{name} takes {_described(field.type)}, not {value!r}.") from None


def _typed(value: str, type_: str) -> read.Value:
    if type_.endswith("[]"):
        parts = value.split(",") if value else []
        return tuple(_integer(part) for part in parts) if type_ == "integer[]" else tuple(parts)
    if type_ == "date":
        return date.fromisoformat(value)
    return _integer(value) if type_ in ("integer", "bigint") else value


def _integer(text: str) -> int:
    """A whole number that an integer of SQL can hold; ValueError for anything else."""
    if not re.fullmatch(r"\s*-?\d{1,9}\s*", text):
        raise ValueError(text)
    return int(text)


def _described(type_: str) -> str:
    return {"date": "a day such as 2026-03-31", "integer[]": "whole numbers with commas between"}.get(type_, type_)


def _as_csv(columns: Columns, rows: Rows) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(value) for value in row] for row in rows)


def _as_json(columns: Columns, rows: Rows) -> None:
    json.dump([dict(zip(columns, map(_simple, row), strict=True)) for row in rows], sys.stdout, ensure_ascii=False)
    print()


def _as_table(columns: Columns, rows: Rows) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, highlight=False, width=WIDE)
    console.print(table)


def _text(value: object) -> str:
    """A value as CSV has it: null is empty, a whole number has no decimals, days and times are ISO."""
    simple = _simple(value)
    if simple is None:
        return ""
    if isinstance(simple, bool):
        return "true" if simple else "false"
    return str(simple)


def _simple(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Decimal):
        return _simple(float(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


if __name__ == "__main__":
    sys.exit(main())
