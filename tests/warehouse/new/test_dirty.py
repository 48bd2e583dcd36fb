"""What people and tools hand over: each kind of dirt is read rightly, or told with file, line and remedy."""

import contextlib
import gzip
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.new.workbooks import DATE, MOMENT, Cell, Sheet
from tests.warehouse.new.workbooks import write as write_book
from warehouse.errors import NewFailed
from warehouse.new import files
from warehouse.new.export import Export
from warehouse.quoting import identifier

Make = Callable[[Path], None]
Rows = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class Case:
    """One kind of dirt.

    make   puts it into an empty folder
    rows   data rows of the only export, read, as text; None: it cannot be read
    says   what notes, sentences of files left out, or the error must name
    kinds  of the columns, where the case is about them
    code   exit code of the command: 0 where the exports are read, 1 where an error says why not
    """

    make: Make
    rows: Rows | None = None
    says: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        return 1 if self.rows is None else 0


def text(content: str, name: str = "users.csv", encoding: str = "utf-8") -> Make:
    return lambda folder: write_bytes(folder, name, content.encode(encoding))


def raw(content: bytes, name: str = "users.csv") -> Make:
    return lambda folder: write_bytes(folder, name, content)


def write_bytes(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def both(*makes: Make) -> Make:
    def make(folder: Path) -> None:
        for each in makes:
            each(folder)

    return make


def book(*sheets: Sheet, name: str = "book.xlsx") -> Make:
    return lambda folder: write_book(folder / name, *sheets)


def column(*values: str, name: str = "at") -> Make:
    """A file of an id and this column; values are quoted."""
    lines = [f'{number},"{value}"' for number, value in enumerate(values, start=1)]
    return text("\n".join([f"id,{name}", *lines, ""]))


def numbered(*values: str | None) -> Rows:
    return [(str(number), value) for number, value in enumerate(values, start=1)]


def broken(line: str) -> Make:
    """A file of 30,000 rows whose line 25,992, data row 25,991, is this one."""

    def make(folder: Path) -> None:
        lines = ["id,name", *(f"{number},n{number}" for number in range(1, 30_001))]
        lines[25_991] = line
        (folder / "users.csv").write_text("\n".join(lines) + "\n", "utf-8")

    return make


def excel_full(folder: Path) -> None:
    (folder / "users.csv").write_bytes(b"id\n" + b"7\n" * 1_048_575)


def zipped(folder: Path) -> None:
    with zipfile.ZipFile(folder / "users.csv", "w") as archive:
        archive.writestr("inside.csv", "id\n1\n")


def looped(folder: Path) -> None:
    (folder / "users.csv").symlink_to(folder / "again.csv")
    (folder / "again.csv").symlink_to(folder / "users.csv")


def encrypted(folder: Path) -> None:
    """A compound file of Microsoft's with the stream that an encrypted workbook has."""

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        letters = name.encode("utf-16-le")
        return (
            letters.ljust(64, b"\0")
            + struct.pack("<HBBiii", len(letters) + 2, kind, 1, -1, -1, child)
            + b"\0" * 36
            + struct.pack("<iQ", start, size)
        )

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIiIiI", 0, 1, 1, 0, 4096, -2, 0, -2, 0) + struct.pack("<i", 0) + b"\xff" * 4 * 108
    table = struct.pack("<ii", -3, -2) + b"".join(struct.pack("<i", n) for n in [3, 4, 5, 6, 7, 8, 9, -2])
    directory = entry("Root Entry", 5, 1, -2, 0) + entry("EncryptedPackage", 2, -1, 2, 4096)
    (folder / "book.xlsx").write_bytes(header + table.ljust(512, b"\xff") + directory.ljust(512, b"\0") + b"\1" * 4096)


def database(folder: Path) -> None:
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.execute("create table people as select 1 as id, 'ann' as name")


def wide(folder: Path) -> None:
    names = ",".join(f"c{number}" for number in range(5_000))
    (folder / "users.csv").write_text(f"{names}\n{','.join(['1'] * 5_000)}\n", "utf-8")


LONG = "x" * 3_000_000
HTML = "<!DOCTYPE html><html><body>Please sign in</body></html>"

# kind of dirt: how it is made, the rows that come of it, and what is said
CASES: dict[str, Case] = {
    # The file as a whole
    "an empty file": Case(raw(b""), None, ("no export", "users.csv", "empty")),
    "an empty file beside a good one": Case(
        both(text("id\n1\n"), raw(b"", "events.csv")),
        [("1",)],
        ("events.csv", "empty"),
    ),
    "blank lines only": Case(text("\n\n  \n"), None, ("users.csv", "empty")),
    "a header and no rows": Case(text("id,name\n"), [], ("no rows",), ("empty", "empty")),
    "a directory named like a file": Case(lambda folder: (folder / "users.csv").mkdir(), None, ("users.csv", "folder")),
    "a folder without exports": Case(text("# Notes", "SOURCE.md"), None, ("no export", "SOURCE.md", "CSV")),
    "a loop of links": Case(looped, None, ("users.csv", "symbolic links", "permissions")),
    "a link to nothing": Case(
        lambda folder: (folder / "users.csv").symlink_to("gone.csv"), None, ("users.csv", "not there")
    ),
    "one file under two names": Case(
        both(text("id\n1\n", "a.csv"), text("id\n1\n", "b.csv")),
        [("1",)],
        ("b.csv", "a.csv again"),
    ),
    "a table cut off where Excel ends": Case(excel_full, [("7",)] * 1_048_575, ("1,048,575", "cut off", "Excel")),
    "a web page called .csv": Case(text(HTML), None, ("users.csv", "web page", "sign-in")),
    "a page called .xls": Case(text(f"<table><tr><td>{HTML}", "users.xls"), None, ("users.xls", "web page")),
    "a gzip file called .csv": Case(raw(gzip.compress(b"id\n1\n")), [("1",)], ("packed by gzip",)),
    "a CSV called .csv.gz": Case(text("id\n1\n", "users.csv.gz"), [("1",)], ("not packed",)),
    "a gzip file cut off": Case(
        raw(gzip.compress(os.urandom(9_000))[:5_000], "users.csv.gz"), None, ("users.csv.gz", "cut off")
    ),
    "a zip archive called .csv": Case(zipped, None, ("users.csv", "zip archive", "Unpack")),
    "a workbook called .csv": Case(
        book(Sheet("S", [["id"], ["a"]]), name="users.csv"), [("a",)], ("called .csv", "workbook")
    ),
    "JSON called .csv": Case(text('{"id": 1}\n{"id": 2}\n'), [("1",), ("2",)], ("called .csv", "JSON")),
    "delimited text called .xls": Case(
        text("id\tname\n1\tann\n", "users.xls"), [("1", "ann")], ("called .xls", "delimited text")
    ),
    "a picture called .csv": Case(raw(b"\x89PNG\r\n\x1a\n\0\0"), None, ("users.csv", "picture")),
    "an SQLite file": Case(raw(b"SQLite format 3\0" + b"\0" * 100, "app.db"), None, ("app.db", "SQLite", "CSV")),
    # Encodings
    "a byte order mark": Case(text("\ufeffid,name\n1,ann\n"), [("1", "ann")]),
    "a byte order mark written twice": Case(text("\ufeff\ufeffid,name\n1,ann\n"), [("1", "ann")]),
    "UTF-16": Case(text("id,渠道\n1,抖音😀\n", encoding="utf-16"), [("1", "抖音😀")], ("UTF-16",)),
    "UTF-16 without its mark": Case(
        text("id,name\n1,ann\n2,bob\n", encoding="utf-16-le"), [("1", "ann"), ("2", "bob")], ("UTF-16", "missing")
    ),
    "GB18030": Case(text("用户ID,渠道\n1,抖音\n", encoding="gb18030"), [("1", "抖音")], ("GB18030",)),
    "Latin-1": Case(
        text("id,name\n1,Jérôme Müller\n", encoding="latin-1"), [("1", "Jérôme Müller")], ("Latin-1", "Jérôme")
    ),
    "Windows-1252": Case(
        text("id,name\n1,café – “5 €”\n", encoding="cp1252"), [("1", "café – “5 €”")], ("Windows-1252",)
    ),
    "two encodings in one file": Case(
        raw("id,name\n1,渠道\n".encode() + "2,抖音\n".encode("gb18030")),
        [("1", "渠道"), ("2", "抖音")],
        ("two encodings", "UTF-8", "GB18030", "line 3"),
    ),
    "UTF-8 and Latin-1 in one file": Case(
        raw("id,name\n1,José\n".encode() + "2,Zoë\n".encode("latin-1")),
        [("1", "José"), ("2", "Zoë")],
        ("two encodings", "line 3"),
    ),
    "Shift JIS": Case(
        text("名前,都市\n山田さくら,とうきょう\nアイウエオ,カキク\n", encoding="shift_jis"),
        None,
        ("users.csv", "line", "UTF-8"),
    ),
    "an encoding nobody knows": Case(
        text("имя,город\nИван,Москва\nОльга,Казань\n", encoding="koi8-r"), None, ("users.csv", "line 1", "UTF-8")
    ),
    "a letter cut in the middle": Case(
        raw("id,name\n1,渠道\n".encode() + b"2,\xe6\x8a\x96\xe9\x9f\n"),
        None,
        ("users.csv", "line 3", "not whole", "Mend"),
    ),
    "a NUL byte": Case(raw(b"id,name\n1,ann\n2,b\x00b\n"), None, ("users.csv", "line 3", "NUL", "export it again")),
    "emoji and right-to-left text": Case(text("id,name\n1,👩‍👩‍👧 مرحبا\n"), [("1", "👩‍👩‍👧 مرحبا")]),
    # Rows and quotes
    "a row with too few values": Case(
        broken("25991"), None, ("users.csv", "line 25,992", "1 value", "2 columns", "Mend")
    ),
    "a row with too many values": Case(
        broken("25991,a,b"), None, ("users.csv", "line 25,992", "3 values", "2 columns", "quotes")
    ),
    "a quote that is never closed": Case(broken('25991,"open'), None, ("users.csv", "line 25,992", "never closed")),
    "a quote that closes too early": Case(broken('25991,"a"b'), None, ("users.csv", "line 25,992", "Double")),
    "a file cut off in its last row": Case(
        text("id,name,city\n1,ann,Rome\n2,bo"), None, ("users.csv", "line 3", "last line", "cut off")
    ),
    "quotes inside quotes": Case(
        text('id,said\n1,"he said ""hi"", then left"\n2,"""all"""\n'),
        [("1", 'he said "hi", then left'), ("2", '"all"')],
    ),
    "quotes behind a backslash": Case(text('id,said\n1,"x \\" y, z"\n2,"a"\n'), [("1", 'x " y, z'), ("2", "a")]),
    "quotes for inches": Case(text('id,size\n1,5" pipe\n2,7"\n'), [("1", '5" pipe'), ("2", '7"')]),
    "no quotes at all, though a value begins with one": Case(
        text('id\tname\n1\t"Big" Ann\n2\tbob\n', "users.tsv"), [("1", '"Big" Ann'), ("2", "bob")]
    ),
    "blanks behind the delimiter": Case(text('id, name\n1, "x, y"\n'), [("1", "x, y")]),
    "line breaks inside a value": Case(text('id,note\n1,"a\nb"\n2,c\n'), [("1", "a\nb"), ("2", "c")]),
    "line ends of Windows": Case(text("id,name\r\n1,ann\r\n2,bob\r\n"), [("1", "ann"), ("2", "bob")]),
    "line ends of old Macs": Case(text("id,name\r1,ann\r2,bob\r"), [("1", "ann"), ("2", "bob")]),
    "two kinds of line ends": Case(
        text("id,name\r\n1,ann\n2,bob\r\n3,cy\n"), [("1", "ann"), ("2", "bob"), ("3", "cy")]
    ),
    "blank lines": Case(text("\nid,name\n\n1,ann\n   \n\n2,bob\n\n"), [("1", "ann"), ("2", "bob")]),
    "blank lines in one column": Case(text("id\n\n1\n\n2\n\n"), [("1",), ("2",)]),
    "no line end at the end": Case(text("id,name\n1,ann"), [("1", "ann")]),
    "the end mark of DOS": Case(text("id,name\n1,ann\n\x1a"), [("1", "ann")]),
    "a delimiter behind every row": Case(text("id,name,\n1,ann,\n2,bob,\n"), [("1", "ann"), ("2", "bob")]),
    "a delimiter behind the data rows": Case(text("id,name\n1,ann,\n2,bob,\n"), [("1", "ann"), ("2", "bob")]),
    "rows of delimiters only": Case(
        text("id,name\n1,ann\n,\n,\n"), [("1", "ann"), (None, None), (None, None)], ("2 rows have no value",)
    ),
    "comments": Case(
        text("# exported today\nid,name\n1,ann\n# the end\n"), [("1", "ann")], ("1 line above", "1 lines begin")
    ),
    "titles above the header": Case(
        text("Report of users,,\n,,\nid,name,city\n1,ann,Rome\n2,bob,Oslo\n"),
        [("1", "ann", "Rome"), ("2", "bob", "Oslo")],
        ("2 lines above the header",),
    ),
    "more comments than rows": Case(
        text("# ---\n# Users\n# May\n# ---\n\nday,users\n2024/01/05,7\n"), [("2024/01/05", "7")], ("5 lines above",)
    ),
    "a row of totals": Case(
        text("city,amount\nRome,3\nOslo,4\nTotal,7\n"),
        [("Rome", "3"), ("Oslo", "4"), ("Total", "7")],
        ("last row is a sum", "Total, 7"),
    ),
    "a row of totals in Chinese": Case(
        text("渠道,金额\n抖音,3\n合计,3\n"), [("抖音", "3"), ("合计", "3")], ("last row is a sum", "合计")
    ),
    "tabs inside values": Case(text("id,name\n1,a\tb\n2,c\n"), [("1", "a\tb"), ("2", "c")]),
    "semicolons, and commas in numbers": Case(
        text("id;amount\n1;3,50\n2;4,25\n"), [("1", "3.50"), ("2", "4.25")], ("semicolon",), ("whole", "number")
    ),
    "one column of sentences": Case(text("note\nhello, world\nfine, thanks\n"), [("hello, world",), ("fine, thanks",)]),
    "pipes": Case(text("id|name\n1|a,b\n2|c,d\n"), [("1", "a,b"), ("2", "c,d")], ("pipe",)),
    "a line that tells the delimiter": Case(text("sep=;\nid;name\n1;ann\n"), [("1", "ann")], ("semicolon",)),
    "a value of three million letters": Case(text(f"id,note\n1,{LONG}\n2,b\n"), [("1", LONG), ("2", "b")]),
    # Headers
    "a repeated header": Case(
        text("id,name,Name,name\n1,a,b,c\n"), [("1", "a", "b", "c")], ("repeats", "Name_2", "name_3")
    ),
    "a header with blanks, line breaks and quotes": Case(
        text('" id ","first\nname","the ""nick"""\n1,a,b\n'), [("1", "a", "b")]
    ),
    "a header that is a keyword": Case(text("select,group,at\n1,2,x\n"), [("1", "2", "x")]),
    "a blank header": Case(text(",name\n1,ann\n"), [("1", "ann")], ("blank", "column1")),
    "no header": Case(
        text("1,2024-01-05,ann\n2,2024-01-06,bob\n"),
        [("1", "2024-01-05", "ann"), ("2", "2024-01-06", "bob")],
        ("no header", "column1"),
    ),
    "five thousand columns": Case(wide, [("1",) * 5_000]),
    "a column of one value": Case(text("id,visited\n1,1\n2,1\n"), [("1", "1"), ("2", "1")], (), ("whole", "whole")),
    # Days and times
    "days first": Case(
        column("22-04-2014 03:53", "01-05-2014 10:00"),
        numbered("2014-04-22 03:53:00", "2014-05-01 10:00:00"),
        (),
        ("whole", "moment"),
    ),
    "months first": Case(column("4/22/2014", "5/1/2014"), numbered("2014-04-22", "2014-05-01"), (), ("whole", "day")),
    "two date styles that cannot be mistaken": Case(
        column("2014-04-22", "23/04/2014"), numbered("2014-04-22", "2014-04-23")
    ),
    "two date styles that can": Case(
        column("22/04/2014", "04/23/2014", "01/02/2014"),
        numbered("22/04/2014", "04/23/2014", "01/02/2014"),
        ("at", "two orders", "22/04/2014", "04/23/2014", "yyyy-mm-dd"),
        ("whole", "text"),
    ),
    "a 12-hour clock": Case(
        column("4/22/2014 12:05 AM", "4/22/2014 12:05 PM", "4/22/2014 3:05 pm"),
        numbered("2014-04-22 00:05:00", "2014-04-22 12:05:00", "2014-04-22 15:05:00"),
    ),
    "a 12-hour clock of a browser": Case(
        column("1/13/2024, 3:04:05 PM", "1/2/2024, 11:04:05 AM"), numbered("2024-01-13 15:04:05", "2024-01-02 11:04:05")
    ),
    "a 12-hour clock in Chinese": Case(
        column("2024/1/5 上午 9:04:05", "2024/1/5 下午 3:04:05"), numbered("2024-01-05 09:04:05", "2024-01-05 15:04:05")
    ),
    "Chinese days": Case(
        column("2024年1月5日", "2024年12月31日"), numbered("2024-01-05", "2024-12-31"), (), ("whole", "day")
    ),
    "months by name": Case(column("22-Apr-2014", "1-May-2014"), numbered("2014-04-22", "2014-05-01")),
    "months by name, American": Case(column("Apr 22, 2014", "May 1, 2014"), numbered("2014-04-22", "2014-05-01")),
    "days with points": Case(column("22.04.2014", "01.05.2014"), numbered("2014-04-22", "2014-05-01")),
    "days of eight digits": Case(
        column("20140422", "20140501"), numbered("2014-04-22", "2014-05-01"), (), ("whole", "day")
    ),
    "ids of eight digits": Case(
        column("20140422", "99140501", name="code"), numbered("20140422", "99140501"), (), ("whole", "whole")
    ),
    "Excel's count of days": Case(
        column("41751", "41752", name="date"), numbered("2014-04-22", "2014-04-23"), (), ("whole", "day")
    ),
    "Excel's count of days with hours": Case(
        column("41751.5", "41752.25", name="created_at"), numbered("2014-04-22 12:00:00", "2014-04-23 06:00:00")
    ),
    "Unix seconds": Case(
        column("1398138810", "0", name="seen_at"), numbered("1398138810", "0"), (), ("whole", "whole")
    ),
    "full-width digits in days": Case(
        column("２０１４－０４－２２", "2014-05-01"), numbered("2014-04-22", "2014-05-01")
    ),
    "time zones mixed": Case(
        column("2014-04-22T03:53:30Z", "2014-04-22 03:53:30+08:00", "2014-04-22 03:53:30"),
        numbered("2014-04-22T03:53:30Z", "2014-04-22 03:53:30+08:00", "2014-04-22 03:53:30"),
        ("2 time zones", "none"),
        ("whole", "moment"),
    ),
    "a time zone by letters": Case(
        column("2014-04-22 03:53:30 CST"), numbered("2014-04-22 03:53:30 CST"), ("CST", "several zones")
    ),
    "30 February, and days that are none": Case(
        column(*["22/04/2014"] * 20, "30/02/2014", "0000-00-00", "soon"),
        numbered(*["2014-04-22"] * 20, "30/02/2014", None, "soon"),
        ("1 values are no times",),
    ),
    "the hour 24, 1970, 2099 and years before Christ": Case(
        column(*["2014-04-22 24:00:00"] * 30, "1970-01-01", "2099-12-31", "-0044-03-15"),
        numbered(*["2014-04-22 24:00:00"] * 30, "1970-01-01", "2099-12-31", "-0044-03-15"),
        ("1 values are no times",),
        ("whole", "moment"),
    ),
    # Numbers
    "thousands separators": Case(
        column("1,234.50", "12", "1,234,567", name="amount"), numbered("1234.50", "12", "1234567")
    ),
    "thousands separators of Germany": Case(
        column("1.234,50", "12", "3,5", name="amount"), numbered("1234.50", "12", "3.5")
    ),
    "thousands separators of France": Case(
        column("1 234,50", "12\u202f000,5", name="amount"), numbered("1234.50", "12000.5")
    ),
    "decimal points and commas mixed": Case(
        column("1.5", "1,5", "2.25", name="amount"),
        numbered("1.5", "1,5", "2.25"),
        ("amount", "decimal commas"),
        ("whole", "text"),
    ),
    "currency signs": Case(
        column("¥1,234.50", "￥12", "3元", "CNY 4", name="amount"), numbered("1234.50", "12", "3", "4")
    ),
    "several currencies": Case(
        column("$5", "€6", name="amount"), numbered("$5", "€6"), ("amount", "several currencies"), ("whole", "text")
    ),
    "full-width digits": Case(
        column("１２", "３４．５", name="amount"), numbered("12", "34.5"), (), ("whole", "number")
    ),
    "parentheses, and a minus behind": Case(
        column("(1,234.50)", "12-", "$3", "-4", name="amount"), numbered("-1234.50", "-12", "3", "-4")
    ),
    "percent": Case(column("12.5%", "100%", name="rate"), numbered("0.125", "1.0"), (), ("whole", "number")),
    "ids that Excel shortened": Case(
        text("order_id,name\n9.44E+18,a\n9.44E+18,b\n"),
        [("9.44E+18", "a"), ("9.44E+18", "b")],
        ("order_id", "2 values were shortened", "9.44E+18", "text"),
    ),
    "ids as R writes them": Case(
        column("1e+05", "100001", name="code"), numbered("100000", "100001"), (), ("whole", "whole")
    ),
    "ids with a useless fraction": Case(
        column("17850.0", "12346.0", name="code"), numbered("17850", "12346"), (), ("whole", "whole")
    ),
    "ids with zeros in front": Case(
        column("00123", "0456", name="code"), numbered("00123", "0456"), (), ("whole", "text")
    ),
    "yes and no in Chinese": Case(column("是", "否", name="paid"), numbered("true", "false"), (), ("whole", "boolean")),
    # Missing
    "words for nothing": Case(
        column("NA", "-", "(not set)", "null", "N/A", "无", "", "5", name="amount"),
        numbered(None, None, None, None, None, None, None, "5"),
        (),
        ("whole", "whole"),
    ),
    "Namibia": Case(
        column("CN", "DE", "NA", "US", "FR", name="country"),
        numbered("CN", "DE", "NA", "US", "FR"),
        (),
        ("whole", "text"),
    ),
    "errors of formulas as text": Case(column("#REF!", "#N/A", "3", name="amount"), numbered(None, None, "3")),
    # Workbooks
    "titles above the header of a sheet": Case(
        book(
            Sheet(
                "S",
                [
                    ["Users of May"],
                    [],
                    ["id", "at"],
                    [17850.0, Cell(41751, DATE)],
                    ["x", Cell(41751.16215277778, MOMENT)],
                ],
            )
        ),
        [("17850", "2014-04-22"), ("x", "2014-04-22 03:53:30")],
        ("row 3",),
    ),
    "merged cells": Case(
        book(Sheet("S", [["city", "id"], ["Rome", "1"], [None, "2"]], merged=("A2:A3",))),
        [("Rome", "1"), ("Rome", "2")],
        ("merged",),
    ),
    "formulas with errors": Case(
        book(Sheet("S", [["id", "amount"], ["1", Cell("#REF!", is_error=True)], ["2", 3]])),
        [("1", None), ("2", "3")],
        ("1 cells hold an error", "B2"),
    ),
    "numbers longer than Excel can keep": Case(
        book(Sheet("S", [["order_id"], [1234567890123456789]])), [("1234567890123456768",)], ("15 digits", "text")
    ),
    "a hidden sheet": Case(book(Sheet("S", [["id"], ["a"]], is_hidden=True)), [("a",)], ("hidden",)),
    "a workbook of empty sheets": Case(book(Sheet("S", [])), None, ("book.xlsx", "no sheet", "Export")),
    "a workbook with a password": Case(encrypted, None, ("book.xlsx", "password", "without")),
    "a damaged workbook": Case(
        raw(b"PK\x03\x04" + b"x" * 900, "book.xlsx"), None, ("book.xlsx", "damaged", "Save it again")
    ),
    "a damaged workbook of the old kind": Case(
        raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900, "book.xls"), None, ("book.xls", "damaged", ".xlsx")
    ),
    # Parquet, DuckDB, JSON
    "a damaged Parquet file": Case(
        raw(b"PAR1 and nothing", "users.parquet"), None, ("users.parquet", "damaged", "Export")
    ),
    "text called .parquet": Case(text("id\n1\n", "users.parquet"), None, ("users.parquet", "no Parquet")),
    "a DuckDB file": Case(database, [("1", "ann")]),
    "something else called .duckdb": Case(raw(b"x" * 5_000, "crm.duckdb"), None, ("crm.duckdb", "no DuckDB", "CSV")),
    "a damaged DuckDB file": Case(
        raw(b"\0" * 8 + b"DUCK" + b"\7" * 9_000, "crm.duckdb"), None, ("crm.duckdb", "DuckDB cannot open")
    ),
    "JSON lines with a broken line": Case(
        text('{"id":1}\n{"id":2,,}\n{"id":3}\n', "users.jsonl"), None, ("users.jsonl", "line 2", "Mend")
    ),
    "two JSON objects on one line": Case(
        text('{"id":1}\n{"id":2}{"id":3}\n', "users.jsonl"), None, ("users.jsonl", "line 2", "Mend")
    ),
    "JSON lines with a line that is no object": Case(
        text('{"id":1}\n5\n', "users.jsonl"), None, ("users.jsonl", "line 2", "no object")
    ),
    "JSON lines with nested objects": Case(
        text('{"id":12345678901234567890,"p":{"channel":"抖音","x":{"y":1}},"l":[1]}\n{"id":2}\n', "users.jsonl"),
        [("12345678901234567890", "抖音", "1", "[1]"), ("2", None, None, None)],
    ),
    "a list of JSON objects": Case(
        text('[{"id": 1, "a": null},\n {"id": 2, "a": "x"}]', "users.json"), [("1", None), ("2", "x")]
    ),
    "JSON that is no rows": Case(text('{\n "data": 5\n}', "users.json"), None, ("users.json", "one object", "list")),
    "JSON with a byte order mark": Case(
        text('\ufeff{"id":1}\n', "users.json"), None, ("users.json", "byte order mark", "UTF-8")
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "exports"
    place.mkdir()
    return place


def read(connection: duckdb.DuckDBPyConnection, export: Export) -> Rows:
    """The rows of an export as a source of it would return them, as text."""
    picked = ", ".join(
        f"cast({column.reading.sql if column.reading else identifier(column.name)} as varchar)"
        for column in export.columns
    )
    with contextlib.chdir(export.path.parent):
        return connection.execute(f"select {picked} from {export.relation}").fetchall()


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set timezone = 'UTC'")
        yield opened


def test_there_are_at_least_60_kinds() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("kind", CASES)
def test_dirt_is_read_rightly_or_told(kind: str, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    case = CASES[kind]
    case.make(folder)
    before = {path.name for path in folder.iterdir()}
    try:
        exports, left_out = files.find(folder, connection)
    except NewFailed as error:
        assert case.code == 1, error
        said = str(error)
        # Nothing half made is left behind.
        assert {path.name for path in folder.iterdir()} == before
    else:
        [export] = exports
        said = "\n".join([*export.notes, *left_out])
        assert read(connection, export) == case.rows, said
        assert export.rows == len(case.rows or [])
        if case.kinds:
            assert tuple(column.kind for column in export.columns) == case.kinds
        # What needs no word gets none.
        assert bool(said) == bool(case.says) or export.conversion, said
    for word in case.says:
        assert word in said, f"{word!r} is not in: {said}"
