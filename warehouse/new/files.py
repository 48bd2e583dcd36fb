"""Find the exports in a folder, and say how DuckDB reads each of them: nothing is guessed again by a later build."""

import contextlib
import filecmp
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse.errors import NewFailed
from warehouse.new import columns, formats
from warehouse.new.delimited import Unreadable
from warehouse.new.export import Export
from warehouse.new.quoting import identifier, literal

# What DuckDB raises where the data are at fault, and not a statement.
_DAMAGED = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException, duckdb.ConversionException)


def find(place: Path, connection: duckdb.DuckDBPyConnection) -> tuple[tuple[Export, ...], tuple[str, ...]]:
    """The exports of a folder, or of one file, by name; and a sentence for each file that was left out.

    connection  an in-memory one of the caller's. Text is kept in temp tables there, and DuckDB files stay attached,
                both for `shared`; relations are seen from the folder, so that `shared` and they need that as the
                working folder.
    raises      NewFailed with a line for each file that cannot be read, or where there is no export at all
    """
    folder, paths = _paths(place)
    is_alone = place.is_file()
    found: list[Export] = []
    left_out: list[str] = []
    faults: list[str] = []
    seen: list[Path] = []
    with contextlib.chdir(folder):
        for path in paths:
            try:
                reason = _left_out(path, is_alone) or _is_copy(path, seen)
                if reason is not None:
                    left_out.append(f"{path.name}: left out: {reason}.")
                    continue
                found += _exports(path, connection, found)
            except Unreadable as error:
                faults.append(f"{path.name}: {error}.")
            except FileNotFoundError:
                faults.append(f"{path.name}: it is not there any more. Put it back and try again.")
            except OSError as error:
                faults.append(f"{path.name}: it cannot be read ({error.strerror or error}). Check its permissions.")
    if faults:
        raise NewFailed("\n".join(faults))
    if not found:
        told = "".join(f"\n  {sentence}" for sentence in left_out)
        raise NewFailed(
            f"{place}: there is no export in it. Put CSV, TSV, JSON lines, Parquet, Excel or DuckDB files there.{told}"
        )
    return tuple(found), tuple(left_out)


def shared(
    connection: duckdb.DuckDBPyConnection, left: Export, left_column: str, right: Export, right_column: str
) -> float:
    """The share of the different filled values of the left column, read, that occur in the right one; 0 where none is.

    The connection is the one that `find` was given.
    """
    with contextlib.chdir(left.path.parent):
        row = connection.execute(
            f"with mine as (select distinct {_key(left, left_column)} as value from {_kept(connection, left)}),"
            f" others as (select distinct {_key(right, right_column)} as value from {_kept(connection, right)})"
            " select count(value), count(value) filter (where value in (select value from others))"
            " from mine where value <> ''"
        ).fetchone()
    filled, met = row or (0, 0)
    return met / filled if filled else 0.0


def _key(export: Export, name: str) -> str:
    """A column's values as the build compares ids: text without blanks around it, whole numbers without a point."""
    column = export.column(name)
    read = column.reading.sql if column.reading else identifier(name)
    if re.fullmatch(r"DOUBLE|FLOAT|DECIMAL\(.*", column.type):
        whole = f"try_cast({read} as hugeint)"
        read = f"case when {read} = {whole} then cast({whole} as varchar) else cast({read} as varchar) end"
    return f"trim(cast({read} as varchar), {literal(' ' + chr(9) + chr(0xA0) + chr(0x3000))})"


def _kept(connection: duckdb.DuckDBPyConnection, export: Export) -> str:
    """The temp table of a text export, which is quicker than reading it again, or the relation."""
    table = _kept_as(export.name)
    found = connection.execute("select 1 from duckdb_tables() where table_name = $table", {"table": table}).fetchone()
    return identifier(table) if found else export.relation


def _kept_as(name: str) -> str:
    return f"export: {name}"


# Which files -------------------------------------------------------------------------------------------------------


def _paths(place: Path) -> tuple[Path, list[Path]]:
    """The folder that relations are seen from, and the files to look at, as names in it."""
    try:
        place.stat()
        if place.is_dir():
            paths = sorted((path for path in place.iterdir() if not path.name.startswith(".")), key=_by_name)
            return place.resolve(), [Path(path.name) for path in paths]
        return place.parent.resolve(), [Path(place.name)]
    except FileNotFoundError as error:
        raise NewFailed(f"{place}: there is no such file or folder. Give the folder of the exports.") from error
    except OSError as error:
        raise NewFailed(f"{place}: it cannot be read ({error.strerror}). Give the folder of the exports.") from error


def _by_name(path: Path) -> tuple[str, str]:
    return path.name.casefold(), path.name


def _left_out(path: Path, is_alone: bool) -> str | None:
    """Why a file is no export; None where it may be one. Raises OSError where it cannot be reached."""
    mode = path.stat()
    if path.is_dir():
        return "it is a folder. Give it by itself to read what is in it"
    if not path.is_file():
        return "it is no file"
    if path.name.startswith("~$"):
        return "Excel keeps it while a workbook is open. Save and close the workbook"
    if (original := _converted_from(path)) is not None:
        return f"it was made from {original}"
    if mode.st_size == 0 and not is_alone:
        return "it is empty"
    if not is_alone and not formats.stem(path.name)[1]:
        return "it is no CSV, TSV, JSON lines, Parquet, Excel or DuckDB file"
    return None


def _converted_from(path: Path) -> str | None:
    """The neighbour that a Parquet stands for: book.xlsx for book.xlsx.Sales.parquet."""
    if path.suffix.lower() != ".parquet":
        return None
    parts = path.name.split(".")
    for count in range(len(parts) - 1, 1, -1):
        original = ".".join(parts[:count])
        if formats.stem(original)[1] and Path(original).is_file():
            return original
    return None


def _is_copy(path: Path, seen: list[Path]) -> str | None:
    for other in seen:
        if other.stat().st_size == path.stat().st_size and filecmp.cmp(other, path, shallow=False):
            return f"it is {other.name} again, byte by byte"
    seen.append(path)
    return None


# What they hold ----------------------------------------------------------------------------------------------------


def _exports(path: Path, connection: duckdb.DuckDBPyConnection, found: list[Export]) -> Iterator[Export]:
    read, said = formats.of(path)
    taken = {export.name.casefold() for export in found}
    for table in read(path, connection):
        name = _name(path, table.part, taken)
        taken.add(name.casefold())
        relation = table.relation
        if table.is_kept:
            relation = identifier(_kept_as(name))
            connection.execute(f"alter table {formats.READ} rename to {relation}")
        try:
            facts, notes = columns.of(connection, relation)
            rows = formats.count(connection, relation)
        except _DAMAGED as error:
            raise Unreadable(f"DuckDB cannot read it ({formats.first_line(error)}). Export it again") from error
        yield Export(
            name=name,
            path=Path.cwd() / path.name,
            relation=table.relation,
            columns=facts,
            rows=rows,
            notes=(*said, *table.notes, *_of_rows(rows), *notes),
            conversion=table.conversion,
            attach=table.attach,
        )


def _name(path: Path, part: str, taken: set[str]) -> str:
    behind = f".{part}" if part else ""
    name = f"{formats.stem(path.name)[0]}{behind}"
    return f"{path.name}{behind}" if name.casefold() in taken else name


def _of_rows(rows: int) -> tuple[str, ...]:
    return ("It has a header and no rows.",) if rows == 0 else ()
