"""Delimited text (CSV, TSV and their like): its encoding, its delimiter and quotes, its header, and its rows.

Every file is read once to the end here, by Python's csv, strictly: a row with too few or too many values, a quote
that is never closed and a byte that is no text are told with their line. What DuckDB makes of the file is measured
against this reading.
"""

import codecs
import csv
import gzip
import io
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from warehouse.new import headers

if TYPE_CHECKING:
    from _csv import Reader as _Reader

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}
_CHUNK = 1 << 20
_HEAD = 1 << 20
_HEAD_LINES = 2_000

# Excel's last row. A file that ends there was most likely cut off.
_EXCEL_ROWS = (1_048_576, 65_536)

_ASCII = bytes(range(0x80))
_C1 = re.compile(rb"[\x80-\x9f]")
# Three bytes of UTF-8 that belong together, as every Chinese letter has.
_WIDE_IN_UTF8 = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")

csv.field_size_limit(sys.maxsize)


class Unreadable(Exception):
    """What is wrong with a file: a sentence that begins behind its name, with the line and the remedy."""


@dataclass(frozen=True)
class Text:
    """How one file is to be read.

    encoding  a Python codec; "utf-8+gb18030" and "utf-8+cp1252" where lines differ: the second for what is no UTF-8
    skip      lines above the header, or above the first row where there is no header
    spaced    whether blanks follow the delimiter
    names     one a column
    """

    encoding: str
    is_gzip: bool
    delimiter: str
    quote: str
    escape: str
    spaced: bool
    skip: int
    has_header: bool
    names: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass
class Walk:
    """What was met on the way to the end of a file.

    rows      data rows
    length    characters in all their values
    unfilled  rows without any value
    comments  lines that begin with "#" and are no rows
    last      the last row
    """

    rows: int = 0
    length: int = 0
    unfilled: int = 0
    comments: int = 0
    last: Sequence[str] = ()


def look(path: Path, is_gzip: bool) -> Text:
    """How a file is to be read, judged by all its bytes (encoding) and its first rows (all else).

    Raises Unreadable, and OSError.
    """
    encoding, notes = _encoding(path, is_gzip)
    with _lines(path, is_gzip, encoding) as lines:
        head = _head(lines)
    if not head:
        raise Unreadable("it is empty. Export it again, or take it out of the folder")
    text = replace(_dialect(head, encoding), is_gzip=is_gzip)
    if len(text.names) > 1 and text.delimiter != "," and not (text.delimiter == "\t" and ".t" in path.name.lower()):
        notes.append(f"Values are separated by {DELIMITERS.get(text.delimiter, repr(text.delimiter))}s.")
    return replace(text, notes=(*notes, *text.notes))


def rows(path: Path, text: Text, walk: Walk) -> Iterator[list[str]]:
    """The data rows, each as wide as the header; `walk` is filled on the way.

    Blank lines are no rows, nor are lines that hold one value and begin with "#" in a table of several columns.
    Raises Unreadable at the first row that cannot be read.
    """
    width = len(text.names)
    with _lines(path, text.is_gzip, text.encoding) as lines:
        reader = _reader(islice(lines, text.skip, None), text)
        if text.has_header:
            next(reader, None)
        line = reader.line_num
        kept: list[str] = []
        try:
            for row in reader:
                if len(row) != width:
                    row = _mended(row, width, walk)
                    if len(row) != width:
                        if row:
                            raise Unreadable(_too_many_or_few(row, width, text.skip + line + 1, next(reader, None)))
                        line = reader.line_num
                        continue
                length = sum(map(len, row))
                walk.rows += 1
                walk.length += length
                walk.unfilled += length == 0
                line = reader.line_num
                kept = row
                yield row
        except csv.Error as error:
            raise Unreadable(_broken(error, text.skip + line + 1)) from error
        walk.last = kept


def _mended(row: list[str], width: int, walk: Walk) -> list[str]:
    """The row without what is no value: blank lines become [], and empty cells behind the last column go."""
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        return row[:width]
    if len(row) <= 1 and (not row or not row[0].strip(" \t\x1a\ufeff")):
        return []
    if len(row) == 1 and row[0].startswith("#"):
        walk.comments += 1
        return []
    return row


def _too_many_or_few(row: list[str], width: int, line: int, following: object) -> str:
    said = f"line {line:,} has {_counted(len(row), 'value')}, and the header names {_counted(width, 'column')}"
    if following is None and len(row) < width:
        return f"{said}. It is the last line: the file may have been cut off. Export it again, or take that line out"
    return f"{said}. Mend that line, or export the file again with quotes around texts"


def _broken(error: csv.Error, line: int) -> str:
    if "unexpected end of data" in str(error):
        return f"line {line:,}: a quote that opens there is never closed. Close or double it, or export the file again"
    return (
        f"line {line:,}: a quote closes before the value ends. Double the quotes inside values, "
        "or export the file again"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def ends_where_excel_ends(rows: int, has_header: bool) -> str | None:
    """A warning for a file whose last row is the last that Excel can hold."""
    for limit in _EXCEL_ROWS:
        if rows + has_header == limit:
            return (
                f"It has {rows:,} rows, exactly as many as fit under a header in Excel: most likely it was cut "
                "off there. Export it without opening it in Excel."
            )
    return None


# The encoding ------------------------------------------------------------------------------------------------------


def _encoding(path: Path, is_gzip: bool) -> tuple[str, list[str]]:
    with opened(path, is_gzip) as stream:
        start = stream.read(4_096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", ["Read as UTF-16."]
    pairs = start[: len(start) // 2 * 2]
    for codec, zeros in (("utf-16-le", pairs[1::2]), ("utf-16-be", pairs[::2])):
        if len(zeros) > 4 and zeros.count(0) > 0.7 * len(zeros):
            return codec, ["Read as UTF-16, though the mark of it is missing at the beginning."]
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, line = True, 1
    with opened(path, is_gzip) as stream:
        while chunk := stream.read(_CHUNK):
            if (at := chunk.find(0)) >= 0:
                line += chunk.count(b"\n", 0, at)
                raise Unreadable(
                    f"line {line:,} holds a NUL byte, which no text has. The file is damaged: export it again"
                )
            line += chunk.count(b"\n")
            try:
                if is_utf8:
                    decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
    if is_utf8 and not decoder.getstate()[0]:
        return "utf-8", []
    return _other_encoding(path, is_gzip)


def _other_encoding(path: Path, is_gzip: bool) -> tuple[str, list[str]]:
    """GB18030, Latin-1, or one of them mixed with UTF-8, judged line by line.

    Chinese text in GB18030 is made of the common characters of GB2312; a Western letter and the one after it,
    read as GB18030, give a rare one. UTF-8 read as GB18030 gives rare ones as well.
    """
    utf8, either, other, cut = _Lines(), _Lines(), _Lines(), _Lines()
    common = pairs = letters = high = 0
    is_gb, has_c1 = True, False
    with opened(path, is_gzip) as stream:
        for number, line in enumerate(stream, start=1):
            if line.isascii():
                letters += len(line)
                continue
            as_gb = _decoded(line, "gb18030")
            as_utf8 = _decoded(line, "utf-8")
            if as_utf8 is not None:
                (utf8 if as_gb is None or _share_common(as_gb) < 0.9 else either).meet(number, line)
                continue
            is_gb = is_gb and as_gb is not None
            if as_gb is not None:
                pairs += _beyond_ascii(as_gb)
                common += _common(as_gb)
            high += len(line.translate(None, _ASCII))
            letters += len(line)
            has_c1 = has_c1 or _C1.search(line) is not None
            other.meet(number, line)
            if _WIDE_IN_UTF8.search(line):
                cut.meet(number, line)
    if is_gb and common > 0.5 * pairs:
        codec, name = "gb18030", "GB18030"
    elif cut.count and utf8.count + either.count:
        raise Unreadable(
            f"line {cut.first:,} holds a letter of UTF-8 that is not whole: a value was cut in the middle of it. "
            "Mend that line, or export the file again"
        )
    elif high > 0.3 * letters:
        raise Unreadable(
            f"line {other.first:,} is neither UTF-8 nor GB18030 nor Latin-1. Save the file as UTF-8 and try again"
        )
    else:
        codec, name = ("cp1252", "Windows-1252 (Western)") if has_c1 else ("latin-1", "Latin-1 (Western)")
    if codec != "gb18030":
        utf8 = utf8.and_those(either)
    example = _decoded(other.example, codec) or ""
    shown = next((word for word in re.split(r"[\s,;|\t\"]+", example) if not word.isascii()), "")[:30]
    if not utf8.count:
        return codec, [f"Read as {name}, for example “{shown}”."]
    return f"utf-8+{'cp1252' if codec == 'latin-1' else codec}", [
        f"It mixes two encodings: {_counted(utf8.count, 'line')} in UTF-8, first line {utf8.first:,}, and "
        f"{_counted(other.count, 'line')} in {name}, first line {other.first:,} (“{shown}”). Each was read in its own."
    ]


@dataclass
class _Lines:
    """Lines of one kind: how many, and the first of them."""

    count: int = 0
    first: int = 0
    example: bytes = b""

    def meet(self, number: int, line: bytes) -> None:
        if not self.count:
            self.first, self.example = number, line
        self.count += 1

    def and_those(self, more: "_Lines") -> "_Lines":
        earlier = min((lines for lines in (self, more) if lines.count), key=lambda lines: lines.first, default=self)
        return _Lines(self.count + more.count, earlier.first, earlier.example)


def _decoded(line: bytes, codec: str) -> str | None:
    try:
        return line.decode(codec, "almanac-western" if codec == "cp1252" else "strict")
    except UnicodeDecodeError:
        return None


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _common(text: str) -> int:
    """Letters of GB2312, which has two bytes for each."""
    return (len(text.encode("gb2312", "ignore")) - len(text.encode("ascii", "ignore"))) // 2


def _share_common(text: str) -> float:
    wide = _beyond_ascii(text)
    return _common(text) / wide if wide else 0.0


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves open, as the control characters of Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("almanac-western", _as_latin)


@contextmanager
def opened(path: Path, is_gzip: bool) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked. Raises Unreadable where the packing is damaged."""
    try:
        with cast(BinaryIO, gzip.open(path, "rb")) if is_gzip else open(path, "rb") as stream:
            yield stream
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Unreadable(f"the gzip file is damaged or cut off ({error}). Fetch it again") from error


@contextmanager
def _lines(path: Path, is_gzip: bool, encoding: str) -> Iterator[Iterator[str]]:
    with opened(path, is_gzip) as stream:
        if "+" in encoding:
            yield _without_marks(_by_line(stream, encoding.split("+")[1]))
            return
        errors = "almanac-western" if encoding == "cp1252" else "strict"
        try:
            with io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="") as lines:
                yield _without_marks(lines)
        except UnicodeDecodeError as error:
            raise Unreadable(
                f"it begins as {encoding.upper()} and does not go on so ({error.reason}). Save it as UTF-8"
            ) from error


def _by_line(stream: BinaryIO, other: str) -> Iterator[str]:
    for line in stream:
        text = _decoded(line, "utf-8")
        yield cast(str, _decoded(line, other)) if text is None else text


def _without_marks(lines: Iterator[str]) -> Iterator[str]:
    """The lines, without byte order marks at the beginning, which some tools write twice."""
    for line in lines:
        yield line.lstrip("\ufeff")
        break
    yield from lines


# The dialect -------------------------------------------------------------------------------------------------------


def _head(lines: Iterator[str]) -> list[str]:
    head, length = [], 0
    for line in islice(lines, _HEAD_LINES):
        head.append(line)
        length += len(line)
        if length > _HEAD:
            break
    return head if any(line.strip("\r\n \t\x1a") for line in head) else []


@dataclass(frozen=True)
class _Parsed:
    """The first rows under one dialect: each with the line it begins on, and whether a quote broke the reading."""

    dialect: Text
    rows: tuple[tuple[int, list[str]], ...]
    is_broken: bool

    @property
    def fit(self) -> tuple[float, int]:
        """The share of rows as wide as most, and that width; nothing where there is only one column."""
        widths = Counter(len(row) for _, row in self.rows if len(row) > 1)
        if not widths:
            return 0.0, 0
        width, count = max(widths.items(), key=lambda found: (found[1], found[0]))
        # Comments are no rows.
        return count / sum(len(row) > 0 and not (len(row) == 1 and row[0][:1] == "#") for _, row in self.rows), width


def _dialect(head: list[str], encoding: str) -> Text:
    told = re.fullmatch(r"sep=(.)\s*", head[0], re.IGNORECASE)
    skip = 1 if told else 0
    tried = [parsed for delimiter in ([told[1]] if told else DELIMITERS) for parsed in _tries(head, delimiter, skip)]
    fitting = [parsed for parsed in tried if parsed.fit[0] >= 0.5] or [_one_column(head, skip)]
    best = max(fitting, key=lambda parsed: (not parsed.is_broken, parsed.fit))
    width = best.fit[1] or 1
    texts = [row for _, row in best.rows]
    at = headers.place(texts)
    line, cells = best.rows[at]
    has_header = not headers.is_missing(texts, at)
    # Empty cells behind the header are no columns, unless some row has a value there.
    while has_header and len(cells) > 1 and not cells[-1].strip() and _is_unused(texts[at + 1 :], len(cells)):
        cells = cells[:-1]
    names = headers.names(cells if has_header else [], len(cells) if has_header else width)
    dialect = best.dialect
    notes = []
    if line > 1 and any(row for _, row in best.rows[:at]):
        notes.append(f"{_counted(line - 1, 'line')} above the header were passed over.")
    notes += (
        headers.notes(cells, names)
        if has_header
        else [f"There is no header: the first line is a row of data, and columns are called {names[0]}, … by number."]
    )
    return replace(dialect, encoding=encoding, skip=line - 1, has_header=has_header, names=names, notes=tuple(notes))


def _is_unused(below: list[list[str]], width: int) -> bool:
    return not any(len(row) >= width and row[width - 1].strip() for row in below)


def _tries(head: list[str], delimiter: str, skip: int) -> Iterator[_Parsed]:
    """The head under this delimiter, with the quotes that fit: doubled, behind a backslash, or none at all."""
    if not any(delimiter in line for line in head) or _is_prose(head, delimiter, skip):
        return
    spaced = any(f'{delimiter} "' in line for line in head)
    doubled = _parsed(head, _plain(delimiter, '"', '"', spaced), skip)
    yield doubled
    if not doubled.is_broken:
        return
    if any('\\"' in line for line in head):
        yield _parsed(head, _plain(delimiter, '"', "\\", spaced), skip)
    edge = re.escape(delimiter)
    if not any(re.search(rf'(^|{edge}) *"[^"]*"({edge}|\s*$)', line) for line in head):
        yield _parsed(head, _plain(delimiter, "", "", False), skip)


def _is_prose(head: list[str], delimiter: str, skip: int) -> bool:
    """Whether the sign only stands in sentences: never in the first line, and always with a blank behind it."""
    first = next((line for line in head[skip:] if line.strip()), "")
    return delimiter not in first and not any(re.search(rf"{re.escape(delimiter)}(?! )", line) for line in head)


def _one_column(head: list[str], skip: int) -> _Parsed:
    free = next(mark for mark in (*DELIMITERS, "\x1f") if not any(mark in line for line in head) or mark == "\x1f")
    return _parsed(head, _plain(free, '"', '"', False), skip)


def _plain(delimiter: str, quote: str, escape: str, spaced: bool) -> Text:
    return Text("utf-8", False, delimiter, quote, escape, spaced, 0, True, (), ())


def _parsed(head: list[str], dialect: Text, skip: int) -> _Parsed:
    reader = _reader(iter(head[skip:]), dialect)
    found: list[tuple[int, list[str]]] = []
    line = skip
    try:
        for row in reader:
            found.append((line + 1, row))
            line = skip + reader.line_num
    except csv.Error as error:
        # A head may end inside a value.
        is_end = "unexpected end of data" in str(error) and len(head) >= _HEAD_LINES and len(found) > 100
        return _Parsed(dialect, tuple(found) or ((1, [""]),), not is_end)
    return _Parsed(dialect, tuple(found), False)


def _reader(lines: Iterator[str], text: Text) -> "_Reader":
    return csv.reader(
        lines,
        delimiter=text.delimiter,
        quotechar=text.quote or None,
        quoting=csv.QUOTE_MINIMAL if text.quote else csv.QUOTE_NONE,
        doublequote=text.escape == '"',
        escapechar=text.escape if text.escape == "\\" else None,
        skipinitialspace=text.spaced,
        strict=True,
    )
