"""What is known of a team's exports before anybody says what they mean: files, columns, and how to read them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# What the filled values of a column are, judged by all of them.
Kind = Literal["empty", "boolean", "whole", "number", "day", "moment", "text"]


@dataclass(frozen=True)
class Reading:
    """One way to read a column.

    style  for people, such as "dd-mm-yyyy hh:mm", "Unix seconds", "thousands separated"
    sql    an expression over the quoted column that the contract can read: ISO days and times, plain numbers.
           A value that does not fit the style stays as it is, so that the build rejects it and shows it.
    """

    style: str
    sql: str


@dataclass(frozen=True)
class Column:
    """One column of an export.

    name       as the relation gives it: the header, and "_2" behind the second of two equal ones
    type       DuckDB's type of it in the relation; text where the file has only text
    kind       what its filled values are
    reading    how to read it; None where it can be taken as it is
    otherwise  other readings that fit every value as well, so that a person must decide
    filled     rows with a value (blank, NA, -, (not set) and their like are none)
    distinct   different values among them
    low, high  the smallest and the largest, read, as text; None where nothing is filled
    samples    up to five different values as they stand in the file
    """

    name: str
    type: str
    kind: Kind
    reading: Reading | None
    otherwise: tuple[Reading, ...]
    filled: int
    distinct: int
    low: str | None
    high: str | None
    samples: tuple[str, ...]

    @property
    def is_key(self) -> bool:
        """Whether no value comes twice."""
        return 0 < self.filled == self.distinct


@dataclass(frozen=True)
class Conversion:
    """A file, or a sheet of it, that DuckDB cannot read, and the Parquet beside it that stands for it.

    file, to  names relative to the folder of the exports
    """

    file: str
    to: str
    sheet: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Export:
    """One table of the exports: a file, a sheet, a table of a DuckDB file.

    name      short and unlike the others: the subfolders', the file's, and the sheet's or table's behind it
    path      the file, or the folder whose files are read as one
    relation  what follows FROM, with paths relative to the folder of the exports and every option written out
    rows      data rows in it
    notes     what was assumed or is worth a warning, one English sentence each: encoding, delimiter, rows cut off
    attach    name and path (relative) of a DuckDB file to attach; None for all other files
    folder    the folder of the exports
    """

    name: str
    path: Path
    relation: str
    columns: tuple[Column, ...]
    rows: int
    notes: tuple[str, ...] = ()
    conversion: Conversion | None = None
    attach: tuple[str, str] | None = None
    folder: Path = Path()

    def column(self, name: str) -> Column:
        """The column of this name; KeyError for none."""
        return {column.name: column for column in self.columns}[name]
