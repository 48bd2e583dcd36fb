"""Find the exports in a folder and its subfolders, and say how DuckDB reads each of them.

Nothing is guessed again by a later build.
"""

import contextlib
import filecmp
import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import duckdb

from warehouse.errors import NewFailed
from warehouse.new import columns, formats
from warehouse.new.delimited import Unreadable
from warehouse.new.export import Export
from warehouse.quoting import identifier, literal

# What DuckDB raises where the data are at fault, and not a statement.
_DAMAGED = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException, duckdb.ConversionException)


def find(place: Path, connection: duckdb.DuckDBPyConnection) -> tuple[tuple[Export, ...], tuple[str, ...]]:
    """The exports of a folder and its subfolders, or of one file, by name; and a sentence for each that was left out.

    connection  an in-memory one of the caller's. Text is kept in temp tables there, and DuckDB files stay attached,
                both for `shared`; relations are seen from the folder, so that `shared` and they need that as the
                working folder.
    raises      NewFailed with a line for each file that cannot be read, or where there is no export at all
    """
    folder = _root(place)
    is_alone = place.is_file()
    found: list[Export] = []
    left_out: list[str] = []
    faults: list[str] = []
    seen: list[Path] = []
    with contextlib.chdir(folder):
        for path, known in [(Path(place.name), None)] if is_alone else _looked_at(folder):
            try:
                reason = known or _left_out(path, is_alone) or _is_copy(path, seen)
                if reason is not None:
                    left_out.append(f"{path}: left out: {reason}.")
                    continue
                found += _exports(path, connection, found)
            except Unreadable as error:
                faults.append(f"{path}: {error}.")
            except FileNotFoundError:
                faults.append(f"{path}: it is not there any more. Put it back and try again.")
            except OSError as error:
                faults.append(f"{path}: it cannot be read ({error.strerror or error}). Check its permissions.")
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
    with contextlib.chdir(left.folder):
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


def _root(place: Path) -> Path:
    """The folder that relations are seen from."""
    try:
        place.stat()
        if place.is_dir():
            os.listdir(place)
            return place.resolve()
        return place.parent.resolve()
    except FileNotFoundError as error:
        raise NewFailed(f"{place}: there is no such file or folder. Give the folder of the exports.") from error
    except OSError as error:
        raise NewFailed(f"{place}: it cannot be read ({error.strerror}). Give the folder of the exports.") from error


def _looked_at(root: Path) -> list[tuple[Path, str | None]]:
    """The files to look at, seen from the root, and why one is surely no export; a folder for files read as one."""
    found = _inside(Path(), [root])
    like: dict[Path, list[Path]] = {}
    for path, reason in found:
        if reason is None and formats.stem(path.name)[1]:
            like.setdefault(path.parent, []).append(path)
    members = {
        path
        for folder, paths in like.items()
        if folder != Path() and len(paths) > 1 and all(path.name.endswith(".parquet") for path in paths)
        # What was made of a neighbour comes and goes with it, and what is elsewhere again would count twice.
        if formats.are_alike(paths) and not any(_converted_from(path) for path in paths)
        if not any(_is_copy(path, [other for other, _ in found if _is_elsewhere(other, folder)]) for path in paths)
        for path in paths
    }
    kept = [(path.parent, None) if path in members else (path, reason) for path, reason in found]
    return list(dict.fromkeys(kept))


def _is_elsewhere(path: Path, folder: Path) -> bool:
    return path.parent != folder and os.path.isfile(path)


def _inside(folder: Path, read: list[Path]) -> list[tuple[Path, str | None]]:
    """The files in a folder and its subfolders, by name; a subfolder itself where nothing in it can be an export.

    read  the folders that were gone into, the root first; no other way into one of them is taken again
    """
    found: list[tuple[Path, str | None]] = []
    for path in sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=_by_name):
        if not os.path.isdir(path):
            found.append((path, None))
            continue
        real = path.resolve()
        if real in read or real in read[0].parents:
            found.append((path, "it is a link to a folder that is read already"))
            continue
        read.append(real)
        try:
            inner = _inside(path, read)
        except OSError:
            found.append((path, None))
            continue
        if any(reason is None and (os.path.isdir(each) or formats.stem(each.name)[1]) for each, reason in inner):
            found += inner
        else:
            found.append((path, "it is a folder without CSV, TSV, JSON lines, Parquet, Excel or DuckDB files"))
    return found


def _by_name(path: Path) -> tuple[str, str]:
    return path.name.casefold(), path.name


def _left_out(path: Path, is_alone: bool) -> str | None:
    """Why a file is no export; None where it may be one. Raises OSError where it cannot be reached."""
    mode = path.stat()
    if path.is_dir():
        # Its files are read as one, unless it cannot be read at all.
        os.listdir(path)
        return None
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
        if formats.stem(original)[1] and path.with_name(original).is_file():
            return original
    return None


def _is_copy(path: Path, seen: list[Path]) -> str | None:
    if path.is_dir():
        seen += path.glob("[!.]*.parquet")
        return None
    for other in seen:
        if other.stat().st_size == path.stat().st_size and filecmp.cmp(other, path, shallow=False):
            return f"it is {other} again, byte by byte"
    seen.append(path)
    return None


# What they hold ----------------------------------------------------------------------------------------------------


def _exports(path: Path, connection: duckdb.DuckDBPyConnection, found: list[Export]) -> Iterator[Export]:
    read, said = (formats.together, ()) if path.is_dir() else formats.of(path)
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
            path=Path.cwd() / path,
            relation=table.relation,
            columns=facts,
            rows=rows,
            notes=(*said, *table.notes, *_of_rows(rows), *notes),
            conversion=table.conversion,
            attach=table.attach,
            folder=Path.cwd(),
        )


def _name(path: Path, part: str, taken: set[str]) -> str:
    behind = f".{part}" if part else ""
    name = " ".join([*path.parts[:-1], formats.stem(path.name)[0]]) + behind
    others = (f"{path}{behind}{f' {number}' if number > 1 else ''}" for number in range(1, len(taken) + 2))
    return next(each for each in chain((name,), others) if each.casefold() not in taken)


def _of_rows(rows: int) -> tuple[str, ...]:
    return ("It has a header and no rows.",) if rows == 0 else ()
