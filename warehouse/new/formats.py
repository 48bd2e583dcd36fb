"""What a file holds, by its first bytes, and the relations that DuckDB reads it by, every option written out."""

import filecmp
import json
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.new import columns, convert, delimited, sheets
from warehouse.new.delimited import Text, Unreadable, Walk
from warehouse.new.export import Conversion
from warehouse.quoting import file, identifier, literal

_DELIMITED = (".csv", ".tsv", ".tab", ".txt", ".psv")
_JSON = (".jsonl", ".ndjson", ".json")
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_DATABASES = (".duckdb", ".ddb", ".db")
OF_TABLES = (*_DELIMITED, *_JSON, *_BOOKS, *_DATABASES, ".parquet")

# The temp table that a text is read into; who reads on gives it another name.
READ = "_read"

# What DuckDB calls its own, and the build.
_TAKEN = ("main", "memory", "system", "temp", "staging")

# The encodings that DuckDB was seen to read rightly; of UTF-16 it was not.
_NATIVE = ("utf-8", "latin-1")


@dataclass(frozen=True)
class Table:
    """A relation whose columns are not known yet.

    part     the sheet or table, where a file has several
    is_kept  whether its rows are in the temp table READ
    """

    part: str
    relation: str
    notes: tuple[str, ...] = ()
    conversion: Conversion | None = None
    attach: tuple[str, str] | None = None
    is_kept: bool = False


def stem(name: str) -> tuple[str, str]:
    """A file's name without what tells its format, and that: users, .csv.gz; "" where it tells none."""
    lower = name.lower()
    packed = ".gz" if lower.endswith(".gz") else ""
    bare = lower.removesuffix(packed)
    suffix = next((each for each in OF_TABLES if bare.endswith(each)), "")
    return (name[: len(bare) - len(suffix)], suffix + packed) if suffix else (name, "")


def count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Rows of a relation."""
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0


def first_line(error: duckdb.Error) -> str:
    """What DuckDB says first."""
    return str(error).splitlines()[0].rstrip(".")


Read = Callable[[Path, duckdb.DuckDBPyConnection], Iterator[Table]]


def of(path: Path) -> tuple[Read, tuple[str, ...]]:
    """What a file holds, by its first bytes and not by its name, and a note where its name says something else.

    Raises Unreadable for what is no table.
    """
    with open(path, "rb") as stream:
        start = stream.read(4_096)
    suffix = stem(path.name)[1].removesuffix(".gz")
    is_gzip = start.startswith(b"\x1f\x8b")
    if is_gzip:
        with delimited.opened(path, is_gzip) as packed:
            start = packed.read(4_096)
    found, suffixes, what = _recognised(path, start, suffix)
    if found in (_parquet, _book, _database) and is_gzip:
        raise Unreadable("it is packed by gzip. Unpack it first")
    if suffix and suffix not in suffixes:
        return found, (f"It is called {suffix} and holds {what}: read as that.",)
    if is_gzip != path.name.lower().endswith(".gz"):
        return found, (f"It is {'' if is_gzip else 'not '}packed by gzip, other than its name says.",)
    return found, ()


def _recognised(path: Path, start: bytes, suffix: str) -> tuple[Read, tuple[str, ...], str]:
    if start.startswith(b"PAR1"):
        return _parquet, (".parquet",), "Parquet"
    if start[8:12] == b"DUCK":
        return _database, _DATABASES, "a DuckDB database"
    if start.startswith(b"\xd0\xcf\x11\xe0") or (start.startswith(b"PK") and _is_book(path)):
        return _book, _BOOKS, "a workbook"
    for beginning, what in _NO_TABLES:
        if start.startswith(beginning):
            raise Unreadable(f"it is {what}")
    if suffix == ".parquet":
        raise Unreadable("it is no Parquet file, or a damaged one. Export it again")
    if suffix in _DATABASES:
        raise Unreadable("it is no DuckDB database, or a damaged one. Export its tables as CSV")
    text = start.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if re.match(r"<(!doctype|html|head|body|table|\?xml|!--|meta)", text, re.IGNORECASE):
        raise Unreadable(
            "it is a web page or XML, not a table: most often the sign-in page of the tool. Export it again as CSV"
        )
    if re.match(r'\[\s*(\{|$|\])|\{\s*("|$|\})', text):
        return _json, _JSON, "JSON"
    if suffix in _JSON and text:
        raise Unreadable("it is no JSON: it begins with neither { nor [. Export it again")
    return _delimited, (*_DELIMITED,), "delimited text"


_NO_TABLES = (
    (b"PK", "a zip archive. Unpack it first"),
    (b"SQLite format 3", "an SQLite database, which DuckDB cannot read here. Export its tables as CSV"),
    (b"%PDF", "a PDF. Export the table as CSV"),
    (b"\x89PNG", "a picture. Export the table as CSV"),
    (b"\xff\xd8\xff", "a picture. Export the table as CSV"),
    (b"7z\xbc\xaf", "a 7z archive. Unpack it first"),
    (b"Rar!", "a RAR archive. Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd. Unpack it first"),
)


def _is_book(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        # A workbook that was cut off: its reader says so.
        return stem(path.name)[1] in _BOOKS
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    return any(name.startswith("xl/workbook") or name == "content.xml" for name in names)


def _parquet(path: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    relation = f"read_parquet({file(path.as_posix())})"
    try:
        connection.execute(f"describe from {relation}")
    except duckdb.Error as error:
        raise Unreadable(f"the Parquet file is damaged ({first_line(error)}). Export it again") from error
    yield Table("", relation)


def together(folder: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    """All Parquet files of a folder as one table; hidden ones stay away. For files that `are_alike`."""
    files = sum(1 for _ in folder.glob("[!.]*.parquet"))
    note = f"Its {files:,} Parquet files have the same columns and are read as one; those that come later are too."
    yield Table("", f"read_parquet({file(folder.as_posix() + '/')[:-1]}[!.]*.parquet')", (note,))


def are_alike(paths: Sequence[Path]) -> bool:
    """Whether all are Parquet files of the same columns and types, and none is another one byte by byte."""
    try:
        first, *others = (pq.read_schema(path) for path in paths)
        return all(first.equals(other) for other in others) and not any(
            one.stat().st_size == other.stat().st_size and filecmp.cmp(one, other, shallow=False)
            for one, other in combinations(paths, 2)
        )
    except (OSError, pa.ArrowException):
        # Read by itself, each says what is wrong with it.
        return False


def _database(path: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    name = re.sub(r"\W", "_", stem(path.name)[0]).lower() or "exports"
    attached = {row[0] for row in connection.execute("select database_name from duckdb_databases()").fetchall()}
    while name in _TAKEN or name in attached or name[0].isdigit():
        name = f"from_{name}"
    try:
        connection.execute(f"attach {literal(path.as_posix())} as {identifier(name)} (read_only)")
    except duckdb.Error as error:
        said = first_line(error)
        if "could not set lock" in said.lower() or "conflicting lock" in said.lower():
            raise Unreadable("another program has it open for writing. Close that program, or copy the file") from error
        raise Unreadable(f"DuckDB cannot open it ({said}). Export its tables as CSV or Parquet") from error
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = $name and not internal order by all",
        {"name": name},
    ).fetchall()
    if not tables:
        raise Unreadable("the database has no tables. Export its views as tables")
    for schema, table in tables:
        relation = ".".join(identifier(part) for part in (name, schema, table))
        yield Table(table if schema == "main" else f"{schema}.{table}", relation, attach=(name, path.as_posix()))


def _book(path: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    found = sheets.read(path)
    for sheet in found:
        conversion = Conversion(path.as_posix(), convert.target(path.as_posix(), sheet.name), sheet.name)
        if convert.stale(conversion, Path()):
            convert.write(path, Path(conversion.to), sheet.names, sheet.rows)
        relation = f"read_parquet({file(conversion.to)})"
        _keep(connection, relation)
        notes = (*sheet.notes, *_about_rows(len(sheet.rows), sheet.rows[-1] if sheet.rows else (), has_header=True))
        part = sheet.name if len(found) > 1 else ""
        yield Table(part, relation, notes, conversion=conversion, is_kept=True)


def _about_rows(rows: int, last: Sequence[str], has_header: bool) -> tuple[str, ...]:
    said = []
    if (cut := delimited.ends_where_excel_ends(rows, has_header)) is not None:
        said.append(cut)
    if columns.is_total(last):
        said.append(
            f"The last row is a sum (“{', '.join(cell for cell in last if cell.strip())[:60]}”), not data: take it "
            "out, or see that the build rejects it."
        )
    return tuple(said)


def _keep(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Read a relation into a temp table, under a name that is changed when the export's is known."""
    connection.execute(f"create or replace temp table {READ} as from {relation}")


# Delimited text ----------------------------------------------------------------------------------------------------


def _delimited(path: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    is_gzip = convert.is_gzip(path)
    text = delimited.look(path, is_gzip)
    if len(text.names) == 1 and path.suffix.lower() == ".txt":
        raise Unreadable("it has no columns")
    walk = Walk()
    notes = list(text.notes)
    relation, conversion = _as_csv(path, text), None
    if text.encoding in _NATIVE:
        deque(delimited.rows(path, text, walk), maxlen=0)
        if not _agrees(connection, relation, text, walk):
            notes.append("DuckDB's own reader takes other rows from it: so it was converted.")
            conversion = Conversion(path.as_posix(), convert.target(path.as_posix()), encoding=text.encoding)
    else:
        conversion = Conversion(path.as_posix(), convert.target(path.as_posix()), encoding=text.encoding)
    if conversion is not None:
        relation = f"read_parquet({file(conversion.to)})"
        walk = Walk()
        rows = delimited.rows(path, text, walk)
        if convert.stale(conversion, Path()):
            convert.write(path, Path(conversion.to), text.names, rows)
        else:
            deque(rows, maxlen=0)
        _keep(connection, relation)
        if count(connection, READ) != walk.rows:
            raise Unreadable(f"{conversion.to} beside it has other rows than the file. Delete it and try again")
    if walk.comments:
        notes.append(f"{walk.comments:,} lines begin with “#” and are no rows: comments were passed over.")
    if walk.unfilled:
        notes.append(f"{walk.unfilled:,} rows have no value in any column: the build will reject them.")
    notes += _about_rows(walk.rows, walk.last, text.has_header)
    yield Table("", relation, tuple(notes), conversion=conversion, is_kept=True)


def _as_csv(path: Path, text: Text) -> str:
    named = ", ".join(f"{literal(name)}: 'varchar'" for name in text.names)
    packed = ", compression = 'gzip'" if text.is_gzip else ""
    passed = f", skip = {text.skip}" if text.skip else ""
    return (
        f"read_csv({file(path.as_posix())}, auto_detect = false, header = {str(text.has_header).lower()}{passed},"
        f" delim = {_delimiter(text.delimiter)}, quote = {literal(text.quote)}, escape = {literal(text.escape)},"
        f" encoding = {literal(text.encoding)}{packed}, columns = {{{named}}})"
    )


def _delimiter(mark: str) -> str:
    return literal({"\t": "\\t"}.get(mark, mark))


def _agrees(connection: duckdb.DuckDBPyConnection, relation: str, text: Text, walk: Walk) -> bool:
    """Whether DuckDB makes the same of a file as Python does: as many rows, and as many characters in them."""
    try:
        _keep(connection, relation)
    except duckdb.Error:
        return False
    lengths = ", ".join(f"length({identifier(name)})" for name in text.names)
    found = connection.execute(f"select count(*), coalesce(sum(list_sum([{lengths}])), 0) from {READ}").fetchone()
    return found == (walk.rows, walk.length)


# JSON --------------------------------------------------------------------------------------------------------------


def _json(path: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    is_gzip = convert.is_gzip(path)
    form = _json_form(path, is_gzip)
    options = f"format = {literal(form)}" + (", compression = 'gzip'" if is_gzip else "")
    try:
        relation = _flat(connection, form, f"{file(path.as_posix())}, {options}")
        _keep(connection, relation)
    except duckdb.Error as error:
        raise _of_json(path, is_gzip, form, error) from error
    if form == "newline_delimited":
        with delimited.opened(path, is_gzip) as stream:
            lines = sum(line.strip() != b"" for line in stream)
        if (rows := count(connection, READ)) != lines:
            raise Unreadable(f"it has {lines:,} lines, and DuckDB reads {rows:,} rows. Put one object on each line")
    yield Table("", relation, is_kept=True)


def _json_form(path: Path, is_gzip: bool) -> str:
    """One object a line, a list of objects, or objects over several lines."""
    with delimited.opened(path, is_gzip) as stream:
        first = next((line for line in stream if line.strip(b"\xef\xbb\xbf \t\r\n")), b"").strip()
    if first.startswith(b"\xef\xbb\xbf"):
        raise Unreadable("it begins with a byte order mark, which JSON may not. Save it as UTF-8 without one")
    if first.startswith(b"["):
        return "array"
    try:
        json.loads(first)
    except ValueError:
        return "newline_delimited" if first.endswith(b"}") else "unstructured"
    return "newline_delimited"


def _flat(connection: duckdb.DuckDBPyConnection, form: str, options: str) -> str:
    """A relation in which all values are text, and the members of nested objects are columns: properties.channel."""
    limits = "sample_size = -1, map_inference_threshold = -1, field_appearance_threshold = 0"
    seen = connection.sql(f"from read_json({options}, {limits}, records = 'true')")
    members: list[tuple[str, tuple[str, ...]]] = []
    kinds = []
    for name, type_ in zip(seen.columns, seen.types, strict=True):
        nested = type_.id == "struct"
        kinds.append(f"{literal(name)}: '{'json' if nested else 'varchar'}'")
        members += _members((name,), type_) if nested else [(name, (name,))]
    relation = f"read_json({options}, columns = {{{', '.join(kinds)}}})"
    if all(len(path) == 1 for _, path in members):
        if form == "unstructured" and len(members) == 1:
            raise Unreadable("it is one object and no rows. Keep only the list inside it")
        return relation
    picked = ", ".join(_member(name, path) for name, path in members)
    return f"(select {picked} from {relation})"


def _members(path: tuple[str, ...], type_: object) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, inner in type_.children:  # type: ignore[attr-defined]
        here = (*path, name)
        found += _members(here, inner) if inner.id == "struct" else [(".".join(here), here)]
    return found


def _member(name: str, path: tuple[str, ...]) -> str:
    if len(path) == 1:
        return identifier(name)
    steps = "".join('."' + step.replace('"', '\\"') + '"' for step in path[1:])
    return f"{identifier(path[0])} ->> {literal('$' + steps)} as {identifier(name)}"


def _of_json(path: Path, is_gzip: bool, form: str, error: duckdb.Error) -> Unreadable:
    """The first line that is no object; DuckDB's own count of lines is off by one."""
    if form == "newline_delimited":
        with delimited.opened(path, is_gzip) as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                try:
                    is_object = isinstance(json.loads(line), dict)
                except ValueError as fault:
                    what = f"is no JSON ({str(fault).split(':')[0]})"
                    return Unreadable(f"line {number:,} {what}. Mend that line, or export the file again")
                if not is_object:
                    return Unreadable(f"line {number:,} is no object. Put one object on each line")
    return Unreadable(f"it is no JSON that DuckDB can read ({first_line(error)}). Export it again")
