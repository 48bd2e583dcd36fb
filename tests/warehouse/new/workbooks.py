"""Workbooks written by hand, so that a test can put anything into them that Excel can."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

# Cell styles of every workbook made here: general, date, date and time, text.
DATE, MOMENT = 1, 2


@dataclass(frozen=True)
class Cell:
    """A number under a style, an error, or a formula with its stored value."""

    value: float | str
    style: int = 0
    is_error: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of texts, numbers, booleans, None and Cells; merged ranges such as "A2:A3"."""

    name: str
    rows: Sequence[Sequence[object]]
    merged: tuple[str, ...] = ()
    is_hidden: bool = False


def write(path: Path, *sheets: Sheet) -> None:
    """Write a workbook."""
    places = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in places
    )
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}" state="{"hidden" if sheet.is_hidden else "visible"}"'
        f' r:id="rId{n}"/>'
        for n, sheet in zip(places, sheets, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in places
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/styles.xml" '
            f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{types}</Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{relations}<Relationship Id="rId999" '
            f'Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
            '<xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        for n, sheet in zip(places, sheets, strict=True):
            book.writestr(f"xl/worksheets/sheet{n}.xml", _sheet(sheet))


def _sheet(sheet: Sheet) -> str:
    rows = "".join(
        f'<row r="{n}">{"".join(_cell(f"{_letters(at)}{n}", value) for at, value in enumerate(row))}</row>'
        for n, row in enumerate(sheet.rows, start=1)
    )
    merged = "".join(f'<mergeCell ref="{range_}"/>' for range_ in sheet.merged)
    cells = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{cells}</worksheet>'


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Cell):
        kind = ' t="e"' if value.is_error else ""
        formula = "<f>A1/0</f>" if value.is_error else ""
        return f'<c r="{place}" s="{value.style}"{kind}>{formula}<v>{value.value}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _letters(index: int) -> str:
    """A, B, … Z, AA, … of a column counted from 0."""
    found = ""
    while index >= 0:
        found = chr(ord("A") + index % 26) + found
        index = index // 26 - 1
    return found
