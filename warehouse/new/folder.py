"""A product folder from a team's exports: looked at, asked about, written, and tried before it is there."""

import contextlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from config import importing, presets
from config import product as products
from config.presets import Type
from config.product import Product
from config.text import in_language
from warehouse import build, contract, sources
from warehouse.errors import NewFailed, Unanswered
from warehouse.new import files, write
from warehouse.new.ask import Assuming, Interview, Option, Question
from warehouse.new.contents import Contents
from warehouse.new.export import Export
from warehouse.new.fit import fit, likely
from warehouse.new.guess import Guess, guess
from warehouse.new.select import Joined, Select
from warehouse.quoting import identifier, literal

Say = Callable[[str], None]

NEEDED = "Needed is one with a person's id, a day or time, and what was done (events) or what was paid (payments)"
FILES = ("product.yml", "ASSUMED.md", "sources")


@dataclass(frozen=True)
class Tried:
    """What came of the sources: each table's rows, why rows are rejected, and the events that occur."""

    tables: dict[str, sources.Read]
    reasons: dict[str, list[tuple[str, int]]]
    events: dict[str, int]


def make(folder: Path, place: Path, type_: Type | None, interview: Interview | None, say: Say) -> None:
    """Make a product folder of the exports in a folder, or of one file.

    interview  who answers what the exports do not say; None: nobody
    say        told each line of what was found, assumed and done
    raises     Unanswered where there are questions and nobody to answer; NewFailed, ConfigError and BuildFailed where
               the exports make no product. Then nothing of the folder is there.
    """
    _refuse_existing(folder)
    root = (place if place.is_dir() else place.parent).resolve()
    data = os.path.relpath(root, folder.resolve())
    if "$" in data:
        raise NewFailed(f"{root}: product.yml takes what follows a $ for a variable. Give the folder another name.")
    with _scratch() as connection:
        exports, strange = files.find(place, connection)
        asked = interview or Assuming()
        with contextlib.chdir(root):
            found = guess(exports, importing.load(), Contents(connection), asked)
        if not {"events", "payments"} & set(found.selects):
            raise NewFailed(_nothing(place, exports, [*found.left_out, *strange]))
        if interview is None:
            raise Unanswered(_open_questions([question for question, _ in asked.answers], type_))
        with _draft(folder) as draft:
            _write_sources(draft, found)
            say("Reading every row once …")
            tried = _try(connection, draft, root, found)
            type_ = type_ or _type(tried, found, asked)
            allowed, rejected = _allowed(tried, asked)
            fitted = fit(
                presets.load(type_),
                tried.events,
                signs_up=found.signs_up,
                has_payments=_rows(tried, "payments") > 0,
                paid_as_events=found.paid_as_events,
            )
            used = [export for export in exports if export in list(_read_by(found))]
            chapters = {
                "What the exports were taken for": found.taken,
                "What was assumed" if isinstance(asked, Assuming) else "What was answered": _answers(asked),
                "How columns are read": found.readings,
                "How files are read": [f"{export.name}: {note}" for export in used for note in export.notes],
                "What is left out": [*found.left_out, *strange, *fitted.left_out],
                "Rows that cannot be used": _rejections(tried),
            }
            text = write.product_yml(_name(folder), found, fitted, type_, data, used, allowed, rejected)
            (draft / "product.yml").write_text(text, "utf-8")
            (draft / "ASSUMED.md").write_text(write.assumed_md(_name(folder), chapters), "utf-8")
            products.load(draft)
            _put(draft, folder)
    for title, lines in chapters.items():
        if lines:
            say(f"\n{title}")
            for line in lines:
                say(f"  {write.one_line(line)}")
    _say_tables(tried, say)
    _say_next(folder, say)


def _refuse_existing(folder: Path) -> None:
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise NewFailed(
            f"{folder / there[0]} is there already. Nothing was changed: name a folder that is not there yet."
        )
    if folder.exists() and not folder.is_dir():
        raise NewFailed(f"{folder} is a file. Nothing was changed: name a folder that is not there yet.")


def _nothing(place: Path, exports: Sequence[Export], left_out: Sequence[str]) -> str:
    there = ", ".join(export.name for export in exports) or "nothing that can be read"
    return "\n".join(
        [f"No export in {place} tells what people did or paid. There is {there}.", f"{NEEDED}.", *left_out]
    )


def _open_questions(questions: Sequence[Question], type_: Type | None) -> str:
    listed = [f"  {question.text} (likely: {question.shown(question.default)})" for question in questions]
    if type_ is None:
        listed.append(f"  What kind of product is it: {', '.join(presets.TYPES)}? (--type says so)")
    return "\n".join(
        [
            "There are questions, and no terminal to ask them on. Run it on a terminal, or with --yes, which takes",
            "what is likely and writes it down:",
            *listed,
        ]
    )


# Writing and trying ---------------------------------------------------------------------------------------------------


@contextmanager
def _scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database that is thrown away, with room on disk for what does not fit into memory."""
    with tempfile.TemporaryDirectory(prefix="almanac-") as place, duckdb.connect() as connection:
        connection.execute("set temp_directory = $place", {"place": f"{place}/spill"})
        connection.execute(f"attach {literal(f'{place}/staging.duckdb')} as staging")
        yield connection
        connection.execute("detach staging")


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder near the one to be, which is gone afterwards whatever happens."""
    near = next(parent for parent in folder.resolve().parents if parent.is_dir())
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.resolve().name}-", dir=near))
    except OSError as error:
        raise NewFailed(f"{folder} cannot be made ({error.strerror}). Name a folder where you may write.") from error
    try:
        yield draft
    except OSError as error:
        raise NewFailed(f"{folder} cannot be written ({error.strerror}). Make room there, and try again.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_sources(draft: Path, found: Guess) -> None:
    (draft / "sources").mkdir()
    for table, selects in found.selects.items():
        (draft / "sources" / f"{table}.sql").write_text(write.sql(selects), "utf-8")


def _try(connection: duckdb.DuckDBPyConnection, draft: Path, root: Path, found: Guess) -> Tried:
    """Read the sources as a build would, and keep what a build would stop at."""
    attached = dict(export.attach for export in _read_by(found) if export.attach)
    product = Product(
        product=draft.name,
        timezone=found.timezone,
        data=str(root),
        attach=attached,
        dimensions=found.dimensions,
        max_rejected=1.0,
    )
    product._folder = draft
    connection.execute("set timezone = $zone", {"zone": product.timezone})
    today = datetime.now(ZoneInfo(product.timezone)).date()
    tables, reasons = {}, {}
    with contextlib.chdir(root):
        for name in attached:
            connection.execute(f"detach database if exists {identifier(name)}")
        build.attach(connection, product)
        for name, table in contract.tables().items():
            tables[name] = sources.stage(connection, product, table, today)
            reasons[name] = sources.reasons(connection, table)
    events = connection.execute("select event, count(*) from staging.events group by event").fetchall()
    return Tried(tables, reasons, dict(events))


def _read_by(found: Guess) -> Iterator[Export]:
    """The exports that the sources read."""
    waiting: list[Select] = [select for selects in found.selects.values() for select in selects]
    while waiting:
        source = waiting.pop().source
        if isinstance(source, Joined):
            waiting += [source.left, source.right]
        else:
            yield source


def _type(tried: Tried, found: Guess, asked: Interview) -> Type:
    kind = likely(
        tried.events,
        has_payments=_rows(tried, "payments") > 0,
        has_content=_rows(tried, "content") > 0,
        paid_as_events=found.paid_as_events,
    )
    shown = {type_: in_language(presets.load(type_).label, "en") for type_ in presets.TYPES}
    question = Question(
        text="What kind of product is it? It decides what activation, funnels and returning begin with.",
        subject="kind of product",
        default=kind,
        why="since its tables and events are most like that",
        options=tuple(Option(type_, shown[type_]) for type_ in presets.TYPES),
        samples=tuple(sorted(tried.events, key=lambda event: (-tried.events[event], event))[:5]),
    )
    answer = asked.ask(question)
    return next(type_ for type_ in presets.TYPES if type_ == answer)


def _allowed(tried: Tried, asked: Interview) -> tuple[float | None, str]:
    """The share of rejected rows to allow where it is more than usual, and the sentence about it."""
    usual = float(Product.model_fields["max_rejected"].default)
    shares = {name: read.rejected / read.read for name, read in tried.tables.items() if read.read}
    worst = max(shares, key=lambda name: shares[name], default="")
    if not worst or shares[worst] <= usual:
        return None, ""
    allowed = ceil(shares[worst] * 100) / 100
    read = tried.tables[worst]
    rejected = f"{read.rejected:,} of {read.read:,} rows of {worst} cannot be used: {tried.reasons[worst][0][0]}"
    question = Question(
        text=f"{rejected}. Are they to be left away? Otherwise the build stops until the export is mended.",
        subject="rows that cannot be used",
        default="yes",
        why=f"{rejected}; see that this is right",
        options=(
            Option("yes", f"leave them away, and allow {allowed:.0%} of a table (max_rejected)"),
            Option("no", f"keep to {usual:.0%}: the build stops"),
        ),
    )
    said = f"{rejected}. They are left away and counted; mend the export, then take this line out."
    return (allowed, said) if asked.ask(question) == "yes" else (None, "")


def _rows(tried: Tried, table: str) -> int:
    return tried.tables[table].accepted


def _answers(asked: Interview) -> list[str]:
    """Every question with its answer; a likely one that was taken, with what makes it likely."""
    return [
        f"{question.subject}: {question.shown(answer)}{f', {question.why}' if answer == question.default else ''}"
        for question, answer in asked.answers
    ]


def _rejections(tried: Tried) -> list[str]:
    return [
        f"{table}: {count:,} of {tried.tables[table].read:,} rows: {reason}"
        for table, reasons in tried.reasons.items()
        for reason, count in reasons
    ]


def _put(draft: Path, folder: Path) -> None:
    """Move what was written into the folder: all of it, or where that fails nothing."""
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    moved: list[Path] = []
    try:
        for name in reversed(FILES):
            os.rename(draft / name, folder / name)
            moved.append(folder / name)
    except OSError:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if made:
            folder.rmdir()
        raise


def _name(folder: Path) -> str:
    """A name for the product: the folder's, with blanks and a capital letter."""
    words = write.one_line(folder.resolve().name.replace("_", " ").replace("-", " "))
    return words[:1].upper() + words[1:] or "Product"


# What is said ---------------------------------------------------------------------------------------------------------


def _say_tables(tried: Tried, say: Say) -> None:
    say("\nRows")
    for name, read in tried.tables.items():
        if read.is_present:
            say(f"  {name}: {read.read:,} read, {read.accepted:,} accepted, {read.rejected:,} rejected")


def _say_next(folder: Path, say: Say) -> None:
    say(f"\n{folder} is made: product.yml, sources/ and ASSUMED.md, which has all of the above. Read it, then:")
    config = f"ALMANAC_CONFIG={shlex.quote(str(folder))}"
    say(f"  {config} .venv/bin/python -m warehouse build")
    say(f"  {config} make run")
    if os.environ.get("ALMANAC_DATA"):
        say(f"ALMANAC_DATA is set and wins over data: in {folder / 'product.yml'}: unset it first.")
