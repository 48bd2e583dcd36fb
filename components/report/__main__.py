# ruff: noqa: E402 - Streamlit must be quiet before it is used
"""`python -m components.report week --out FILE`: a report as a file, or sent to people; `alerts`: what is amiss.

Standard output carries nothing but the report where no file is named; what is said goes to standard error.
Exit 0 on success, 1 on a failure told in plain words, 2 on wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from streamlit.logger import set_log_level

# Streamlit warns of every use outside a visit; here there is none.
set_log_level("ERROR")

from analysis.periods import Span
from components import data, words
from components.document import Document, Items, Words
from components.report import alerts, compose, render
from components.report.send import Message, NotSent, send
from components.words import say
from config.faults import ConfigError
from config.secrets import recipient
from logbook.errors import LogbookError
from warehouse.errors import WarehouseError

# The page of each report; Weekly review is the one that opens first.
PAGES = {"week": "?week={first}"}
ELSE = "overview?period=custom&from={first}&until={last}"
ALERTS = "alerts"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    asked = _asked(arguments)
    words.use(asked.language)
    try:
        return _run(asked)
    except (ConfigError, WarehouseError, LogbookError, NotSent, OSError, ValueError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _run(asked: argparse.Namespace) -> int:
    if asked.kind == ALERTS:
        alerts.run(asked.send)
        return 0
    data.hold()
    span = _span(asked)
    document = _document(asked.kind, span)
    content = render.FORMS[asked.out.suffix[1:] if asked.out else asked.format](document)
    if asked.out:
        asked.out.write_bytes(content)
        print(f"Wrote {asked.out} ({len(content):,} bytes).", file=sys.stderr)
    elif not asked.send:
        sys.stdout.buffer.write(content)
    if asked.send:
        page = render.html(document).encode()
        send(asked.send, recipient(asked.send), message(document, asked.kind, span, page), datetime.now(UTC))
        print(f"Sent to {asked.send}.", file=sys.stderr)
    return 0


def _span(asked: argparse.Namespace) -> Span:
    known = data.build()
    if asked.kind != "period":
        span = compose.span_of(asked.kind, asked.of, known.data_until)
    elif asked.first and asked.last:
        span = Span(asked.first, min(asked.last, known.data_until - compose.DAY) + compose.DAY)
    else:
        raise ValueError("A period needs its first and last day: --from 2026-06-01 --until 2026-06-20.")
    if span.until <= known.first_day:
        raise ValueError(f"{span.last} is not covered: the data begin on {known.first_day}.")
    return span


def _document(kind: str, span: Span) -> Document:
    if kind == "week":
        return compose.week(span.from_, compose.everybody(span, "week"))
    return compose.days(compose.everybody(span, "month" if kind == "month" else "day"))


def message(document: Document, kind: str, span: Span, page: bytes) -> Message:
    """The report in a few lines, for a chat; the whole of it for an e-mail; with the page that shows the same."""
    lines = [document.answer, document.also]
    for section in document.sections[:4]:
        texts = [block.text for block in section.blocks if isinstance(block, Words) and not block.is_quiet]
        texts += [line for block in section.blocks if isinstance(block, Items) for line in block.lines]
        if texts:
            lines += ["", section.title, *(f"· {text}" for text in texts)]
    address = os.environ.get("ALMANAC_URL", "").rstrip("/")
    path = PAGES.get(kind, ELSE).format(first=span.from_, last=span.last)
    path += "" if words.language() == "en" else f"&language={words.language()}"
    link = f"{address}/{path}" if address else ""
    title = say("report.subject", product=words.text(data.product().product), days=document.scope[0])
    return Message(title, "\n".join(lines), link, ((f"{kind}.html", page),))


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.kind == ALERTS and (asked.of or asked.first or asked.last or asked.out):
        parser.error("alerts are of now, and are sent or printed: they take --send and --language alone")
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m components.report", description=__doc__.splitlines()[0])
    parser.add_argument(
        "kind",
        choices=(*compose.SPANS, ALERTS),
        help="what it is of; the last complete one, unless --of says. alerts: what is due by the rules of metrics.yml",
    )
    parser.add_argument("--of", type=_day, help="a day of it, such as 2026-06-21")
    parser.add_argument("--from", dest="first", type=_day, help="of a period: its first day")
    parser.add_argument("--until", dest="last", type=_day, help="of a period: its last day")
    parser.add_argument("--out", type=_file, help="a file that ends in .html, .md or .csv")
    parser.add_argument("--format", choices=list(render.FORMS), default="html", help="of standard output")
    parser.add_argument("--language", choices=list(words.LANGUAGES), default="en")
    parser.add_argument("--send", metavar="NAME", help="a recipient of the secrets file")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day: write it as 2026-06-21") from None


def _file(text: str) -> Path:
    path = Path(text)
    if path.suffix[1:] not in render.FORMS:
        raise argparse.ArgumentTypeError(f"{text}: a report ends in .{', .'.join(render.FORMS)}")
    return path


if __name__ == "__main__":
    sys.exit(main())
