"""What DuckDB cannot read, as Parquet beside it: sheets of workbooks, and text in other encodings.

All columns are text, as in the file. A Parquet bears the time of the file it was made from, so that a newer export
under the same name is noticed and converted again.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import NewFailed
from warehouse.new import delimited, sheets
from warehouse.new.delimited import Unreadable, Walk
from warehouse.new.export import Conversion

_CELLS = 1_000_000


def target(file: str, sheet: str | None = None) -> str:
    """The name of the Parquet that stands for a file, or for a sheet of it."""
    if sheet is None:
        return f"{file}.parquet"
    return f"{file}.{''.join('_' if letter in '/:' else letter for letter in sheet)}.parquet"


def stale(conversion: Conversion, folder: Path) -> bool:
    """Whether the Parquet is missing or older than its file. Where the file is gone, the Parquet stands."""
    made, original = folder / conversion.to, folder / conversion.file
    if not made.exists():
        return True
    return original.exists() and original.stat().st_mtime_ns > made.stat().st_mtime_ns


def refresh(conversion: Conversion, folder: Path) -> None:
    """Convert once more.

    Raises NewFailed: the file cannot be read (with its line, and the remedy), or the folder not be written.
    """
    path = folder / conversion.file
    try:
        if conversion.sheet is not None:
            [sheet] = sheets.read(path, conversion.sheet)
            write(path, folder / conversion.to, sheet.names, sheet.rows)
        else:
            text = delimited.look(path, is_gzip(path))
            write(path, folder / conversion.to, text.names, delimited.rows(path, text, Walk()))
    except Unreadable as error:
        raise NewFailed(f"{conversion.file}: {error}.") from error
    except FileNotFoundError as error:
        raise NewFailed(f"{conversion.file}: it is not there any more. Put it back and try again.") from error


def is_gzip(path: Path) -> bool:
    """Whether the file is packed by gzip, whatever its name."""
    with open(path, "rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def write(path: Path, to: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as Parquet, all columns text and nothing for "", a batch at a time, whole or not at all.

    Raises NewFailed where the folder cannot be written; what `rows` raises goes through.
    """
    # The time before reading: a file that changes meanwhile is newer than what was made of it.
    read_at = path.stat().st_mtime_ns
    schema = pa.schema([(name, pa.string()) for name in names])
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        with _said(path, to):
            writer = pq.ParquetWriter(part, schema, compression="zstd")
        try:
            for batch in _batches(iter(rows), schema):
                with _said(path, to):
                    writer.write_batch(batch)
        finally:
            with _said(path, to):
                writer.close()
        with _said(path, to):
            os.utime(part, ns=(read_at, read_at))
            os.replace(part, to)
    finally:
        with suppress(OSError):
            part.unlink()


def _batches(rows: Iterator[Sequence[str]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    at_once = max(1, _CELLS // len(schema))
    while batch := list(islice(rows, at_once)):
        columns = [pa.array([cell or None for cell in column], pa.string()) for column in zip(*batch, strict=True)]
        yield pa.record_batch(columns, schema=schema)


@contextmanager
def _said(path: Path, to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NewFailed(
            f"{path.name}: DuckDB cannot read it, so it is converted to {to.name} beside it, and that cannot be "
            f"written ({error.strerror or error}). Make room in {to.parent.resolve()}, or copy the exports to a folder "
            "that you may write to."
        ) from error
