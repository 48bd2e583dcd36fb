"""Read a product's sources into the contract: cast every value, and set aside every row that cannot be used.

A source is a plain SELECT. What it returns lands in staging.<table>_read, each row with what is wrong with it; its
line is its rowid + 1. staging.<table> is a view of the accepted rows. Names that begin with _ are this module's own:
no dimension and no column of the contract can be so called.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from config.product import Product
from warehouse import contract
from warehouse.contract import Column, Table
from warehouse.errors import BuildFailed
from warehouse.queries import nearest
from warehouse.quoting import identifier

EARLIEST = date(1990, 1, 1)
AHEAD_UNTIL = date(2200, 1, 1)
ROWS_SHOWN = 3

_TEXT = re.compile(r"VARCHAR|ENUM\(.*|UUID")
_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|U?INT(8|16|32|64|128)")
_NUMBER = re.compile(r"DECIMAL\(.*|DOUBLE|FLOAT|BIGNUM")
_ZONED = re.compile(r"TIMESTAMP WITH TIME ZONE|TIMESTAMPTZ|TIMESTAMP_NS WITH TIME ZONE")
_MOMENT = re.compile(r"TIMESTAMP(_S|_MS|_NS)?|DATE")
_NOTHING = '"NULL"'

# A semicolon at the end of a statement, and the comments after it.
_ENDING = re.compile(r";(?:\s|--[^\n]*|/\*.*?\*/)*\Z", re.DOTALL)

# A day or a time without a zone; and a time with one: Z, +08, +08:00, UTC, GMT+8, Asia/Shanghai. Other forms are not
# read: DuckDB would drop an offset it does not know, and an abbreviation such as CST means several zones.
_LOCAL = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)?$"
_ZONED_TEXT = (
    r":\d{1,2}(\.\d+)?\s?"
    r"([zZ]|[+-]\d{1,2}(:?\d{2}){0,2}|(UTC|GMT)([+-]\d{1,2}(:?\d{2})?)?|[A-Za-z_]+/[A-Za-z0-9_/+-]+)$"
)
_BLANK = "' \t\r\n\u00a0\u3000'"


@dataclass(frozen=True)
class Read:
    """What came of one source.

    read, accepted, rejected   rows; accepted + rejected = read
    first_day, last_day        of accepted rows, by the table's first column of time; None where it has none
    unread                     accepted values that could not be read, or are not allowed, and are missing now
    unused                     columns it returned that nothing uses
    """

    is_present: bool = False
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    first_day: date | None = None
    last_day: date | None = None
    unread: int = 0
    unused: tuple[str, ...] = ()


def stage(connection: duckdb.DuckDBPyConnection, product: Product, table: Table, today: date) -> Read:
    """Read one source; without one, staging.<table> is empty.

    Raises BuildFailed, naming the file, where the source does not run, misses a column, returns a type that
    cannot be read as the contract's, or has more rejected rows than `max_rejected`.
    """
    columns = (*table.columns, *_dimensions(product, table))
    path = product.folder / "sources" / f"{table.name}.sql"
    if not path.exists():
        _create_empty(connection, table, columns)
        return Read()
    place = f"sources/{table.name}.sql"
    sql = _one_select(path, place, product.data_folder)
    types = _described(connection, sql, place, product.data_folder)
    known = {column.name.lower() for column in columns}
    for column in columns:
        if column.name not in types and not column.optional:
            raise BuildFailed(
                f"{place}: column {column.name} is missing.{nearest(column.name, set(types) - known)} "
                f"It returns {', '.join(types)}. Add `… as {column.name}` to the SELECT."
            )
    used = tuple(column for column in columns if column.name in types)
    absent = tuple(column for column in columns if column.name not in types)
    values = {column.name: _value(column, types[column.name], place) for column in used}
    judged = _reasons(table, used, types, today)
    typed = [f"{value} as {identifier(name)}" for name, value in values.items()]
    typed += [f"cast(null as {column.type}) as {identifier(column.name)}" for column in absent]
    unread = " + ".join(
        f"cast({_unusable(column)} and {_given(column.name, types)} as integer)" for column in used if not column.needed
    )
    limited = ", ".join(
        f"case when {column.allowed} then {identifier(column.name)} end as {identifier(column.name)}"
        for column in used
        if column.allowed and not column.needed
    )
    replaced = f" replace ({limited})" if limited else ""
    # A row that repeats a key is found later: then its content must be there.
    kept = "true" if table.key or table.references else "_reason is not null"
    # The source begins on the first line, so that DuckDB's line numbers are the file's.
    _run(
        connection,
        f"create table staging.{table.name}_read as with _row as (from ({sql}\n)),"
        f" _typed as (select {', '.join(typed)}, _row from _row),"
        f" _judged as (select *{replaced}, {judged} as _reason, {unread or 0} as _unread from _typed)"
        f" select * exclude (_row), case when {kept} then cast(to_json(_row) as varchar) end as _content from _judged",
        place,
        product.data_folder,
    )
    _show_accepted(connection, table, columns)
    _reject_repeated(connection, table)
    _reject_unknown_references(connection, table)
    return _judge(connection, product, table, place, tuple(sorted(set(types) - known)))


def reasons(connection: duckdb.DuckDBPyConnection, table: Table) -> list[tuple[str, int]]:
    """Why rows of a table that was read are rejected, with the number of rows, the most frequent reason first."""
    return connection.execute(
        f"select _reason, count(*) as rejected from staging.{table.name}_read where _reason is not null"
        " group by _reason order by rejected desc, _reason"
    ).fetchall()


def _dimensions(product: Product, table: Table) -> tuple[Column, ...]:
    if table.name != "users":
        return ()
    return tuple(Column(name, "VARCHAR") for name in product.dimensions)


def _create_empty(connection: duckdb.DuckDBPyConnection, table: Table, columns: tuple[Column, ...]) -> None:
    listed = ", ".join(f"{identifier(column.name)} {column.type}" for column in columns)
    connection.execute(
        f"create table staging.{table.name}_read ({listed}, _reason varchar, _unread integer, _content varchar)"
    )
    _show_accepted(connection, table, columns)


def _show_accepted(connection: duckdb.DuckDBPyConnection, table: Table, columns: tuple[Column, ...]) -> None:
    listed = ", ".join(identifier(column.name) for column in columns)
    connection.execute(
        f"create view staging.{table.name} as select {listed} from staging.{table.name}_read where _reason is null"
    )


def _one_select(path: Path, place: str, folder: Path) -> str:
    try:
        sql = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BuildFailed(f"{place}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from error
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise BuildFailed(_sentence(place, error, folder)) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BuildFailed(f"{place}: it must hold exactly one SELECT.")
    return _ENDING.sub("", sql)


def _described(connection: duckdb.DuckDBPyConnection, sql: str, place: str, folder: Path) -> dict[str, str]:
    rows = _run(connection, f"describe {sql}", place, folder).fetchall()
    return {name.lower(): type_ for name, type_, *_ in rows}


def _run(connection: duckdb.DuckDBPyConnection, sql: str, place: str, folder: Path) -> duckdb.DuckDBPyConnection:
    try:
        return connection.execute(sql)
    except duckdb.Error as error:
        raise BuildFailed(_sentence(place, error, folder)) from error


def _sentence(place: str, error: duckdb.Error, folder: Path) -> str:
    said = str(error)
    line = re.search(r"^LINE (\d+):", said, re.MULTILINE)
    said = " ".join(said.split("\n\nLINE ")[0].split())
    where = f"{place}: line {line[1]}" if line else place
    if isinstance(error, duckdb.IOException):
        said = f"{said.rstrip('.')}. Paths in a source are read from {folder}: put the file there, or set ALMANAC_DATA"
    return f"{where}: {said.rstrip('.')}."


def _value(column: Column, type_: str, place: str) -> str:
    """The SQL that reads a column as the contract's type: null where it cannot be read."""
    name = f"_row.{identifier(column.name)}"
    if type_ == _NOTHING:
        return f"cast(null as {column.type})"
    text = _trimmed(name)
    if column.type == "VARCHAR":
        if _TEXT.fullmatch(type_) or _WHOLE.fullmatch(type_) or type_ in ("BOOLEAN", "DATE"):
            return text
        if _NUMBER.fullmatch(type_):
            whole = f"try_cast({name} as hugeint)"
            return f"case when {name} = {whole} then cast({whole} as varchar) else {text} end"
    if column.type in ("TIMESTAMP", "DATE"):
        if _TEXT.fullmatch(type_):
            local = f"try_cast({text} as timestamp)"
            joined = f"regexp_replace({text}, '\\s+([+-])', '\\1')"
            zoned = f"cast(try_cast({joined} as timestamptz) as timestamp)"
            forms = ((_LOCAL, local), (_ZONED_TEXT, zoned))
            moment = " ".join(f"when regexp_matches({text}, '{form}') then {value}" for form, value in forms)
            moment = f"case {moment} end"
            return f"cast({moment} as {column.type})"
        if _ZONED.fullmatch(type_) or _MOMENT.fullmatch(type_):
            return f"try_cast(try_cast({name} as timestamp) as {column.type})"
        raise _unreadable(column, type_, place, f"to_timestamp({column.name})")
    if column.type == "BOOLEAN" and (type_ == "BOOLEAN" or _WHOLE.fullmatch(type_)):
        return f"try_cast({name} as boolean)"
    if column.type not in ("VARCHAR", "BOOLEAN") and (_WHOLE.fullmatch(type_) or _NUMBER.fullmatch(type_)):
        return f"try_cast({name} as {column.type})"
    if _TEXT.fullmatch(type_):
        return f"try_cast({text} as {column.type})"
    raise _unreadable(column, type_, place, f"cast({column.name} as {column.type.lower()})")


def _unreadable(column: Column, type_: str, place: str, remedy: str) -> BuildFailed:
    return BuildFailed(
        f"{place}: column {column.name} is {type_.lower()}, which cannot be read as {column.type.lower()}. "
        f"Convert it in the SELECT, for example {remedy}."
    )


def _unusable(column: Column) -> str:
    """Whether an optional value is missing after reading, or not allowed: then it is missing, and its row stays."""
    return f"({column.allowed}) is not true" if column.allowed else f"{identifier(column.name)} is null"


def _given(name: str, types: dict[str, str]) -> str:
    return f"{_trimmed(f'_row.{identifier(name)}')} is not null" if types[name] != _NOTHING else "false"


def _trimmed(column: str) -> str:
    """A value as text without white space around it; blank is missing."""
    return f"nullif(trim(cast({column} as varchar), {_BLANK}), '')"


def _reasons(table: Table, used: tuple[Column, ...], types: dict[str, str], today: date) -> str:
    cases = []
    for column in used:
        name, kind = identifier(column.name), column.type.lower()
        # A sign-up time may be missing, but one that is given must be readable: a wrong day is worse than none.
        if column.needed or column.name == "signed_up_at":
            cases.append(f"when {name} is null and {_given(column.name, types)} then '{column.name} is not a {kind}'")
        if column.needed:
            cases.append(f"when {name} is null then '{column.name} is missing'")
        if column.type in ("TIMESTAMP", "DATE"):
            cases.append(f"when {name} < date '{EARLIEST}' then '{column.name} is before {EARLIEST.year}'")
            if table.may_lie_ahead:
                cases.append(f"when {name} >= date '{AHEAD_UNTIL}' then '{column.name} is after {AHEAD_UNTIL.year}'")
            else:
                cases.append(
                    f"when cast({name} as date) > date '{today}' then '{column.name} is after the day of the build'"
                )
        if column.allowed and column.needed:
            listed = ", ".join(re.findall(r"'([^']+)'", column.allowed))
            cases.append(f"when not {column.allowed} then '{column.name} is not one of {listed}'")
    return f"case {' '.join(cases)} end" if cases else "cast(null as varchar)"


def _reject_repeated(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    if not table.key:
        return
    key = ", ".join(identifier(name) for name in table.key)
    connection.execute(
        f"update staging.{table.name}_read set _reason = '{' and '.join(table.key)} repeats an earlier row'"
        f" where rowid in (select rowid from staging.{table.name}_read where _reason is null"
        f" qualify row_number() over (partition by {key} order by rowid) > 1)"
    )


def _reject_unknown_references(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    for column, other in table.references.items():
        (key,) = contract.tables()[other].key
        connection.execute(
            f"update staging.{table.name}_read set _reason = '{column} names no row of {other}'"
            f" where _reason is null and {identifier(column)} not in (select {identifier(key)} from staging.{other})"
        )


def _judge(
    connection: duckdb.DuckDBPyConnection, product: Product, table: Table, place: str, unused: tuple[str, ...]
) -> Read:
    moment = next((identifier(column.name) for column in table.columns if column.type in ("TIMESTAMP", "DATE")), "null")
    ((read, rejected, unread, first_day, last_day),) = connection.execute(
        "select count(*), count(_reason), coalesce(sum(_unread) filter (where _reason is null), 0),"
        f" cast(min({moment}) filter (where _reason is null) as date),"
        f" cast(max({moment}) filter (where _reason is null) as date) from staging.{table.name}_read"
    ).fetchall()
    if rejected > product.max_rejected * read:
        first = connection.execute(
            f"select rowid + 1, _reason, _content from staging.{table.name}_read where _reason is not null"
            " order by rowid limit $rows",
            {"rows": ROWS_SHOWN},
        ).fetchall()
        raise BuildFailed(
            "\n".join(
                [
                    f"{place}: {rejected:,} of {read:,} rows were rejected, more than max_rejected "
                    f"({product.max_rejected:.2%}) allows. Mend the source, or raise max_rejected in product.yml.",
                    *(f"  {rows:,} rows: {reason}" for reason, rows in reasons(connection, table)),
                    *(f"  line {line}: {reason}: {content}" for line, reason, content in first),
                ]
            )
        )
    return Read(True, read, read - rejected, rejected, first_day, last_day, int(unread), unused)
