"""What the columns of an export hold, judged by every value of theirs, and how to read them."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from warehouse.new import styles
from warehouse.new.export import Column, Kind, Reading
from warehouse.new.styles import BLANKS, HALF, MISSING, WIDE, Style, Values
from warehouse.quoting import identifier, literal

SAMPLES = 5
_MOST_SHAPES = 2_000
_LONGEST_SHAPE = 48
_SORTED = 20_000
_HALVED = str.maketrans(WIDE, HALF)

_TEXT = re.compile(r"VARCHAR|ENUM\(.*|UUID|JSON")
_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
_NUMBER = re.compile(r"DECIMAL\(.*|DOUBLE|FLOAT|BIGNUM")
_MOMENT = re.compile(r"(TIMESTAMP.*|DATE)")

# The totals row that people and tools put below a table.
_TOTAL = re.compile(r"(grand |sub)?total:?|sum:?|合计[:：]?|总计[:：]?|小计[:：]?|汇总[:：]?", re.IGNORECASE)


def of(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns of a relation, and what a person should know of them, a sentence each."""
    types = [(name, type_) for name, type_, *_ in connection.execute(f"describe from {relation}").fetchall()]
    texts = [(name, type_) for name, type_ in types if not _is_typed(type_)]
    found: dict[str, Column] = {}
    notes: list[str] = []
    for judged in (_typed(connection, relation, types), _texts(connection, relation, texts)):
        for column, said in judged:
            found[column.name] = column
            notes += [f"{column.name}: {sentence}" for sentence in said]
    return tuple(found[name] for name, _ in types), tuple(notes)


def is_total(row: Sequence[object]) -> bool:
    """Whether a row is the sum of those above it: its first filled cell says so."""
    first = next((str(cell).strip() for cell in row if cell is not None and str(cell).strip()), "")
    return _TOTAL.fullmatch(first) is not None


Judged = list[tuple[Column, tuple[str, ...]]]


# Columns with a type of their own: Parquet, DuckDB --------------------------------------------------------------------


def _is_typed(type_: str) -> bool:
    return type_ == "BOOLEAN" or any(form.fullmatch(type_) for form in (_WHOLE, _NUMBER, _MOMENT))


def _typed(connection: duckdb.DuckDBPyConnection, relation: str, types: list[tuple[str, str]]) -> Judged:
    typed = [(name, type_) for name, type_ in types if _is_typed(type_)]
    if not typed:
        return []
    parts = []
    for name, type_ in typed:
        value = _without_nan(identifier(name), type_)
        apart = "false"
        if _NUMBER.fullmatch(type_):
            apart = f"coalesce(bool_or({value} <> round({value})), false)"
        elif _MOMENT.fullmatch(type_) and type_ != "DATE":
            apart = (
                f"coalesce(bool_or(cast({value} as timestamp) <> date_trunc('day', cast({value} as timestamp))), false)"
            )
        parts.append(
            f"count({value}), count(distinct {value}), cast(min({value}) as varchar), cast(max({value}) as varchar),"
            f" {apart}, {f'count(*) filter (where isnan({identifier(name)}))' if type_ in ('DOUBLE', 'FLOAT') else '0'}"
        )
    row = connection.execute(f"select {', '.join(parts)} from {relation}").fetchone() or ()
    judged: Judged = []
    for place, (name, type_) in enumerate(typed):
        filled, distinct, low, high, has_parts, nans = row[6 * place : 6 * place + 6]
        samples = connection.execute(
            f"select distinct cast({identifier(name)} as varchar) from (select {identifier(name)} from {relation}"
            f" where {identifier(name)} is not null limit 100000) order by all limit {SAMPLES}"
        ).fetchall()
        kind, reading = _typed_kind(name, type_, low, high, bool(has_parts), bool(nans)) if filled else ("empty", None)
        column = Column(
            name, type_, kind, reading, (), filled, distinct, low, high, tuple(str(sample) for (sample,) in samples)
        )
        judged.append((column, ()))
    return judged


def _without_nan(column: str, type_: str) -> str:
    # nullif(column, 'nan') was seen to keep NaN.
    return f"case when isnan({column}) then null else {column} end" if type_ in ("DOUBLE", "FLOAT") else column


def _cast_to_text(column: str) -> str:
    return f"cast({column} as varchar)"


def _typed_kind(
    name: str, type_: str, low: str, high: str, has_parts: bool, has_nan: bool
) -> tuple[Kind, Reading | None]:
    if type_ == "BOOLEAN":
        return "boolean", None
    if _MOMENT.fullmatch(type_):
        return ("moment" if has_parts else "day"), None
    column = identifier(name)
    reading = Reading("NaN taken for missing", _without_nan(column, type_)) if has_nan else None
    if styles.names_time(name) and (style := styles.counted(float(low), float(high), has_parts, str, _cast_to_text)):
        assert style.read is not None
        return style.kind, Reading(style.label, style.read(column))
    return ("number" if has_parts else "whole"), reading


# Columns of text ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Facts:
    """What two scans tell of every text column.

    first, last  the smallest and the largest value, as text; `least` and `most` as a number
    """

    filled: int
    distinct: int
    first: str
    last: str
    least: str | None
    most: str | None
    is_wide: bool
    is_padded: bool
    has_zeros: bool
    samples: tuple[str, ...]
    shapes: dict[str, int] | None


def _texts(connection: duckdb.DuckDBPyConnection, relation: str, texts: list[tuple[str, str]]) -> Judged:
    if not texts:
        return []
    places = ", ".join(str(place) for place in range(len(texts)))
    listed = ", ".join(f"cast({identifier(name)} as varchar)" for name, _ in texts)
    blanks, wide, half = literal(BLANKS), literal(WIDE), literal(HALF)
    connection.execute(
        "create or replace temp table _values as"
        f" select *, translate(value, {wide}, {half}) as plain from ("
        f" select place, trim(cell, {blanks}) as value, count(*) as rows,"
        f" bool_or(cell <> trim(cell, {blanks})) as padded"
        f" from (select unnest([{places}]) as place, unnest([{listed}]) as cell from {relation})"
        " where cell is not null group by all) where value <> ''"
    )
    markers = _markers(connection)
    connection.execute(
        "delete from _values where (place, value) in (select (unnest($places), unnest($values)))",
        {
            "places": [place for place, values in markers.items() for _ in values],
            "values": [value for values in markers.values() for value in values],
        },
    )
    facts = _facts(connection)
    judged = [
        _text(connection, place, name, type_, facts.get(place), markers.get(place, ()))
        for place, (name, type_) in enumerate(texts)
    ]
    connection.execute("drop table _values")
    return judged


def _markers(connection: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, ...]]:
    """The values that stand for no value, by column. In a list of countries, NA is Namibia."""
    found: dict[int, list[str]] = defaultdict(list)
    for place, value in connection.execute(
        "select place, value from _values where lower(plain) in (select unnest($missing))"
        " and not (value = 'NA' and place in (select place from _values group by place"
        " having count(*) filter (where regexp_full_match(value, '[A-Z]{2}')) > 0.8 * count(*) and count(*) > 3))"
        " order by all",
        {"missing": list(MISSING)},
    ).fetchall():
        found[place].append(value)
    return {place: tuple(values) for place, values in found.items()}


def _facts(connection: duckdb.DuckDBPyConnection) -> dict[int, _Facts]:
    rows = connection.execute(
        "select place, cast(sum(rows) as bigint), count(*), min(value), max(value),"
        " arg_min(plain, try_cast(plain as double)), arg_max(plain, try_cast(plain as double)),"
        f" bool_or(regexp_matches(value, '[{WIDE}]')), bool_or(padded), bool_or(regexp_matches(plain, '^0[0-9]'))"
        " from _values group by place"
    ).fetchall()
    samples, shapes = _samples(connection), _shapes(connection)
    found = {}
    for place, *facts in rows:
        filled, distinct, first, last, least, most, is_wide, is_padded, has_zeros = facts
        found[place] = _Facts(
            filled=filled,
            distinct=distinct,
            first=first,
            last=last,
            least=least,
            most=most,
            is_wide=is_wide,
            is_padded=is_padded,
            has_zeros=has_zeros,
            samples=tuple(samples[place]),
            shapes=shapes.get(place),
        )
    return found


def _samples(connection: duckdb.DuckDBPyConnection) -> dict[int, list[str]]:
    """The most frequent values of each column; among very many, the first ones in the order of letters."""
    rows = connection.execute(
        "with few as (select place from _values group by place having count(*) <= $sorted),"
        " frequent as (select place, value, row_number() over (partition by place order by rows desc, value) as nth"
        " from _values where place in (select place from few)),"
        " first as (select place, unnest(min(value, $samples)) as value from _values"
        " where place not in (select place from few) group by place)"
        " select place, value from frequent where nth <= $samples"
        " union all select place, value from first",
        {"sorted": _SORTED, "samples": SAMPLES},
    ).fetchall()
    found: dict[int, list[str]] = defaultdict(list)
    for place, value in rows:
        found[place].append(value)
    return found


def _shapes(connection: duckdb.DuckDBPyConnection) -> dict[int, dict[str, int]]:
    """Rows of each shape, by column; columns of too many shapes are left out."""
    rows = connection.execute(
        f"select place, case when length(plain) <= {_LONGEST_SHAPE}"
        " then translate(plain, '0123456789', '9999999999') else '' end as shape, sum(rows)"
        f" from _values group by place, shape qualify count(*) over (partition by place) <= {_MOST_SHAPES} order by all"
    ).fetchall()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for place, shape, count in rows:
        found[place][shape] = int(count)
    return found


def _text(
    connection: duckdb.DuckDBPyConnection,
    place: int,
    name: str,
    type_: str,
    facts: _Facts | None,
    markers: tuple[str, ...],
) -> tuple[Column, tuple[str, ...]]:
    column = _as_text(identifier(name), type_)
    if facts is None:
        empty, _ = styles.reading(Style("empty"), column, markers)
        return Column(name, type_, "empty", empty, (), 0, 0, None, None, ()), ()

    def ask(aggregates: str) -> tuple[object, ...]:
        return connection.execute(f"select {aggregates} from _values where place = {place}").fetchone() or ()

    few = frozenset(value.translate(_HALVED).lower() for value in facts.samples) if facts.distinct < SAMPLES else None
    values = Values(
        name,
        facts.shapes,
        facts.filled,
        few or frozenset(),
        facts.is_wide,
        facts.is_padded,
        facts.has_zeros,
        ask,
    )
    style = styles.of(values)
    reading, otherwise = styles.reading(style, column, markers)
    if reading is None and not _TEXT.fullmatch(type_):
        reading = Reading(f"{type_.split('(')[0].lower()} as text", column)
    low, high = _range(style, facts, ask)
    return (
        Column(name, type_, style.kind, reading, otherwise, facts.filled, facts.distinct, low, high, facts.samples),
        style.notes,
    )


def _range(style: Style, facts: _Facts, ask: Callable[[str], tuple[object, ...]]) -> tuple[str | None, str | None]:
    """The smallest and the largest value, read."""
    if style.kind not in ("whole", "number", "day", "moment"):
        return facts.first, facts.last
    if style.kind in ("whole", "number") and style.read is None:
        return facts.least, facts.most
    read = style.read("value") if style.read else "value"
    typed = f"try_cast({read} as {'double' if style.kind in ('whole', 'number') else 'timestamp'})"
    low, high = ask(f"arg_min({read}, {typed}), arg_max({read}, {typed})")
    return (None if low is None else str(low)), (None if high is None else str(high))


def _as_text(column: str, type_: str) -> str:
    if _TEXT.fullmatch(type_):
        return column
    return f"cast(to_json({column}) as varchar)" if re.search(r"STRUCT|MAP|\[", type_) else f"cast({column} as varchar)"
