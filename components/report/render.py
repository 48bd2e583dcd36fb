"""A document as a file: one HTML page that needs no network, Markdown, or its tables as CSV.

The same document makes the same bytes.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

import pandas as pd
import pyarrow as pa
import vl_convert

from components import tables
from components.charts import SOURCE
from components.document import Block, Document, Grid, Items, Picture, Section, Words
from components.tables import Cell
from components.words import language, say

VEGA_LITE = "6.4"
WIDTH = 860
# What Markdown would read as something else than text.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")

STYLE = (Path(__file__).parent / "report.css").read_text("utf-8")


def html(document: Document) -> str:
    """The whole document as one page."""
    head = [
        f'<p class="question">{escape(document.question)}</p>',
        f"<h1>{escape(document.answer)}</h1>",
        f"<p>{escape(document.also)}</p>" if document.also else "",
        f'<p class="scope">{escape(" · ".join(document.scope))}</p>',
    ]
    body = [*head, _missing(document), *(_section(each) for each in document.sections), _foot(document)]
    return (
        f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.answer)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def markdown(document: Document) -> str:
    """The same without its charts, each of which leaves its text alternative."""
    lines = [f"# {_marked(document.answer)}", "", _marked(document.question), ""]
    if document.also:
        lines += [_marked(document.also), ""]
    lines += [_marked(" · ".join(document.scope)), ""]
    lines += _listed(say("report.missing"), document.missing)
    for section in document.sections:
        lines += [f"## {_marked(section.title)}", ""]
        lines += [_marked(section.about), ""] if section.about else []
        for block in section.blocks:
            lines += [*_written(block), ""]
    lines += _listed(say("report.caveats"), document.caveats)
    lines += _listed(say("report.terms"), [f"{term}: {text}" for term, text in document.terms])
    lines += _listed(say("report.facts"), document.facts)
    return "\n".join(lines).rstrip("\n") + "\n"


def csv(document: Document) -> bytes:
    """Every table that has exact figures, one under another: the section, then its own columns."""
    found = [
        block.exact.assign(section=section.name)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Grid) and block.exact is not None
    ]
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame({"section": []})
    return tables.csv(whole[["section", *(name for name in whole.columns if name != "section")]])


FORMS: dict[str, Callable[[Document], bytes]] = {
    "html": lambda document: html(document).encode(),
    "md": lambda document: markdown(document).encode(),
    "csv": csv,
}


# HTML -----------------------------------------------------------------------------------------------------


def _section(section: Section) -> str:
    about = f'<p class="about">{escape(section.about)}</p>' if section.about else ""
    blocks = "\n".join(_drawn(block) for block in section.blocks)
    return f'<section id="{escape(section.name)}">\n<h2>{escape(section.title)}</h2>\n{about}\n{blocks}\n</section>'


def _drawn(block: Block) -> str:
    match block:
        case Words(text, is_quiet):
            return f'<p class="about">{escape(text)}</p>' if is_quiet else f"<p>{escape(text)}</p>"
        case Items(lines):
            return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in lines)}</ul>"
        case Grid(first, columns, rows):
            head = "".join(f'<th scope="col">{escape(name)}</th>' for name in (first, *columns))
            body = "".join(
                f'<tr><th scope="row">{escape(name)}</th>{"".join(_cell(cell) for cell in cells)}</tr>'
                for name, cells in rows
            )
            return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        case Picture():
            return f'<figure role="img" aria-label="{escape(block.alt)}">{_svg(block)}</figure>'


def _cell(cell: Cell) -> str:
    kind = "few" if cell.is_few else "words" if cell.is_words else ""
    return f'<td class="{kind}" title="{escape(cell.hover)}">{escape(cell.text)}</td>'


def _svg(picture: Picture) -> str:
    table = picture.table
    rows = table.to_pylist() if isinstance(table, pa.Table) else json.loads(table.to_json(orient="records"))
    spec = {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json",
        "data": {"name": SOURCE},
        "datasets": {SOURCE: json.loads(json.dumps(rows, default=str))},
        **picture.spec,
    }
    if "facet" not in spec and "hconcat" not in spec and "vconcat" not in spec:
        spec = {"width": WIDTH, **spec}
    # Nothing is loaded from anywhere: the data are in the spec.
    return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))


def _missing(document: Document) -> str:
    if not document.missing:
        return ""
    items = "".join(f"<li>{escape(each)}</li>" for each in document.missing)
    return f'<div class="missing"><p>{escape(say("report.missing"))}</p><ul>{items}</ul></div>'


def _foot(document: Document) -> str:
    terms = [f"{term}: {text}" for term, text in document.terms]
    parts = [
        (say("report.caveats"), document.caveats),
        (say("report.terms"), terms),
        (say("report.facts"), document.facts),
    ]
    lists = "\n".join(
        f"<h2>{escape(title)}</h2>\n<ul>{''.join(f'<li>{escape(each)}</li>' for each in lines)}</ul>"
        for title, lines in parts
        if lines
    )
    return f"<footer>\n{lists}\n</footer>"


# Markdown -------------------------------------------------------------------------------------------------


def _written(block: Block) -> Iterator[str]:
    match block:
        case Words(text):
            yield _marked(text)
        case Items(lines):
            yield from (f"- {_marked(each)}" for each in lines)
        case Grid(first, columns, rows):
            yield _row([first, *columns])
            yield _row(["---", *("---:" for _ in columns)], plain=False)
            yield from (_row([name, *(cell.text for cell in cells)]) for name, cells in rows)
        case Picture(alt=alt):
            yield f"*{_marked(alt)}*"


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {_marked(title)}", "", *(f"- {_marked(each)}" for each in lines), ""] if lines else []


def _row(cells: list[str], *, plain: bool = True) -> str:
    return f"| {' | '.join(_marked(each) if plain else each for each in cells)} |"


def _marked(text: str) -> str:
    """Text that Markdown takes for text, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.splitlines()))
