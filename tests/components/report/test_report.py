"""Reports of the demo: the same bytes again, the figures of the page, every form and span, wrong usage told."""

import csv
import html
import io
import os
import re
import subprocess
import sys
import time
from contextvars import copy_context
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

import logbook
from analysis.periods import Span
from components import data, words
from components.document import Document
from components.report import __main__ as command
from components.report import compose, render
from config import words as words_files
from tests.pages import demo
from tests.pages.conftest import SHELL
from tests.pages.test_playbook import plain_text

LOUD, QUIET = "2025-12-10", "2026-01-21"


@pytest.fixture
def here(monkeypatch, tmp_path):
    """The demo as the command finds it, and a folder to write to."""
    monkeypatch.setenv("ALMANAC_WAREHOUSE", str(demo.warehouse()))
    monkeypatch.setenv("ALMANAC_LOGBOOK", str(tmp_path / "logbook.db"))
    yield tmp_path
    words.use("en")


def run(*arguments: str) -> int:
    """The command, which holds a warehouse and a language for as long as it runs."""
    return copy_context().run(command.main, list(arguments))


def week(first: date) -> Document:
    """A week's report as the command composes it."""
    data.hold()
    span = compose.span_of("week", first, data.build().data_until)
    return compose.week(span.from_, compose.everybody(span, "week"))


def texts(page: str) -> list[str]:
    """What is read in an HTML report, piece by piece: neither style nor charts."""
    body = re.sub(r"<(style|figure)\b.*?</\1>", "", page, flags=re.DOTALL)
    pieces = re.sub(r"<[^>]*>", "\n", body).splitlines()
    return [html.unescape(piece).strip() for piece in pieces if piece.strip()]


def test_two_runs_in_two_processes_give_the_same_bytes(here):
    files = [here / f"{number}.html" for number in (1, 2)]
    for number, file in enumerate(files):
        order = os.environ | {"PYTHONHASHSEED": str(number)}
        asked = [sys.executable, "-m", "components.report", "week", "--of", LOUD, "--out", str(file)]
        done = subprocess.run(asked, cwd=demo.ROOT, env=order, capture_output=True, check=True)
        assert done.stdout == b""
        assert b"Wrote" in done.stderr
    assert files[0].read_bytes() == files[1].read_bytes()
    page = files[0].read_text("utf-8")
    assert page.count("<svg") >= 6
    # One file: nothing is loaded from anywhere.
    assert not re.search(r"""(?:src|href)\s*=|@import|url\((?!#|["']?#)|<script""", page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_says_what_the_page_says_to_the_last_digit(here, language):
    with logbook.open() as book:
        body = {
            "text": "Ship <b>it</b>",
            "owner": "Li Na",
            "due": "2025-12-19",
            "figure": "activation",
            "state": "open",
        }
        book.append("commitment", "commitment:1", body, "Li Na")
    file = here / "week.html"
    assert run("week", "--of", LOUD, "--language", language, "--out", str(file)) == 0
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app.query_params["week"], app.query_params["language"] = "2025-12-08", language
    app.session_state["quiet_figures"] = True
    app.run()
    assert not app.exception
    # What is owed, the foot and two headings are the file's own: the page gives every exception a heading.
    page = plain_text(app).replace("\u00a0", " ")
    report = file.read_text("utf-8")
    inside = report[report.index("<section") : report.index("<footer>")]
    missing = [piece for piece in texts(inside) if piece.replace("\u00a0", " ") not in page]
    quiet, heading = (words_files.load(language)[f"weekly.{name}"] for name in ("quiet.title.other", "unusual.title"))
    told_apart = {quiet.split("{")[0].strip("（( "), heading, words_files.load(language)["weekly.unusual.about"]}
    assert [piece for piece in missing if not any(piece.startswith(each) for each in told_apart)] == []
    assert texts(report[report.index("<h1") : report.index("</h1>")])[0].replace("\u00a0", " ") in page
    assert "Ship <b>it</b>" not in report and "Ship &lt;b&gt;it&lt;/b&gt;" in report


def test_a_year_of_weeks_is_made_in_under_five_seconds_of_cpu_a_week(here):
    weeks = [date(2025, 6, 16) + timedelta(weeks=number) for number in range(0, 52, 6)]
    began = time.process_time()
    for first in weeks:
        assert render.html(copy_context().run(week, first))
    assert (time.process_time() - began) / len(weeks) < 5


@pytest.mark.parametrize(
    ("arguments", "days"),
    [
        (["day", "--of", "2026-05-12"], "12 May 2026"),
        (["day"], "23 Jun 2026"),
        (["month", "--of", "2026-04-02"], "1 Apr to 30 Apr 2026"),
        (["month"], "1 May to 31 May 2026"),
        (["week"], "15 Jun to 21 Jun 2026"),
        (["period", "--from", "2026-06-01", "--until", "2026-06-20"], "1 Jun to 20 Jun 2026"),
        (["period", "--from", "2026-06-10", "--until", "2026-12-31"], "10 Jun to 23 Jun 2026"),
    ],
)
def test_each_span_is_the_last_complete_one_or_the_one_named(here, capsysbinary, arguments, days):
    assert run(*arguments, "--format", "md") == 0
    text = capsysbinary.readouterr().out.decode()
    assert days in text
    assert "data until Tue 23 Jun 2026" in text
    for title in ("report.facts", "report.terms", "report.missing"):
        assert f"## {words_files.load('en')[title]}" in text


def test_the_csv_has_every_figure_with_nothing_rounded(here, capsysbinary):
    assert run("week", "--of", QUIET, "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode("utf-8-sig"))))
    assert len(rows) == 18
    [activation] = [row for row in rows if row["figure"] == "activation"]
    assert len(activation["value"]) > 6 and 0 < float(activation["value"]) < 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["year"], "invalid choice"),
        (["week", "--out", "x.pdf"], "a report ends in .html, .md, .csv"),
        (["week", "--of", "12.5.2026"], "write it as 2026-06-21"),
        ([], "required"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_right(here, capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["week", "--of", "2026-06-22"], "2026-06-28 is not covered: the data end on 2026-06-23"),
        (["period"], "A period needs its first and last day"),
        (["week", "--of", "2020-01-06"], "2020-01-12 is not covered: the data begin on 2025-01-01"),
        (["period", "--from", "2026-06-10", "--until", "2026-06-01"], "2026-06-10"),
        (["week", "--send", "nobody"], "nobody"),
        (["week", "--out", "/no/such/folder/x.html"], "/no/such/folder"),
    ],
)
def test_known_trouble_exits_with_1_in_plain_words_on_standard_error(here, capsys, arguments, said):
    assert run(*arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err and "Traceback" not in err


def test_without_a_warehouse_it_says_how_to_build_one(here, monkeypatch, capsys):
    monkeypatch.setenv("ALMANAC_WAREHOUSE", str(here / "none"))
    assert run("week") == 1
    assert "warehouse build" in capsys.readouterr().err


def test_what_people_still_owe_stands_at_the_top(here, capsysbinary):
    with logbook.open() as book:
        late = {"text": "Call ten users", "owner": "Li Na", "due": "2026-01-09", "state": "open"}
        book.append("commitment", "commitment:1", late, "Li Na")
        note = {"day": "2026-01-20", "kind": "lesson", "title": "Cards work", "campaign": "circle_202601"}
        book.append("note", "note:1", note, "Li Na")
    run("week", "--format", "md")
    text = capsysbinary.readouterr().out.decode()
    owed = text[text.index("## What is still owed") : text.index("## Last week we said")]
    assert "The week is not closed." in owed
    assert "“Call ten users” (Li Na) names no figure" in owed and "“Call ten users” (Li Na) is overdue" in owed
    assert "7 campaigns are over without a lesson" in owed and "Reading circle" not in owed
    assert "figures have no target: Active users" in owed


def test_a_message_for_a_chat_has_the_answer_and_the_link_to_the_very_page(here, monkeypatch):
    monkeypatch.setenv("ALMANAC_URL", "https://almanac.example/")
    first = date(2025, 12, 8)
    span = Span(first, first + timedelta(weeks=1))
    document = copy_context().run(week, first)
    sent = command.message(document, "week", span, b"page")
    assert sent.link == "https://almanac.example/?week=2025-12-08"
    assert sent.text.startswith(document.answer) and "Stickiness was 4.7" in sent.text
    assert sent.files == (("week.html", b"page"),)
    words.use("zh")
    assert command.message(document, "day", span, b"").link.endswith(
        "/overview?period=custom&from=2025-12-08&until=2025-12-14&language=zh"
    )
