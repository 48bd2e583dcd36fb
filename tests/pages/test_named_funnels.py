"""Named funnels on AARRR: every figure as the queries count it, and products whose funnels are odd, or none."""

import html
import re
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import yaml

import logbook
from components import durations, figures
from config import product as products
from config.text import Language
from tests.pages.conftest import texts
from tests.pages.test_aarrr import EVENTS, counted, seen, span
from tests.pages.test_lifecycle import charts
from tests.pages.test_pages import HOSTILE, LANGUAGES, OUR_IDS, drawn, small, words_of
from warehouse import build as builder

__all__ = ["charts"]


def steps(app) -> list[str]:
    """The bars, each with what is lost before it, entities undone."""
    [board] = [piece.body for piece in app.html if 'class="aarrr steps"' in piece.body]
    falls = re.split(r'<div class="fall', board)
    return [html.unescape(piece) for piece in falls]


def headings(app) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'<h2 class="section">(.*?)</h2>', drawn(app))]


def rows_of(app, first: str) -> list[dict[str, list[str]]]:
    """The tables whose first column is so named: each row's name and what its cells say."""
    found = [html.unescape(piece) for piece in texts(app) if '<table class="bars">' in piece]
    own = [piece for piece in found if f'<th scope="col" class="">{first}</th>' in piece]
    return [
        {
            name: re.findall(r"<span>(.*?)</span>", cells)
            for name, cells in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', piece)
        }
        for piece in own
    ]


def visit_funnels(visit: Any, **filters: Any) -> Any:
    return visit("aarrr", part="funnels", **filters)


# The demo -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "funnel"), [("en", "first_book"), ("zh", "found_and_read")])
def test_every_figure_of_the_steps_is_that_of_the_query(visit, language: Language, funnel):
    app = visit_funnels(visit, language=language, funnel=funnel, platform="iOS", everyone="true")
    assert not app.error and not app.warning
    segments = app.session_state["_chosen"].segments
    asked: dict[str, Any] = {"funnel": funnel, **span(app)}
    rows = counted("funnel/steps", segments=segments, **asked)
    was = counted("funnel/steps", funnel=funnel, segments=segments, **span(app, "period_before"))
    of_all = counted("funnel/steps", segments=None, **asked)
    pieces = steps(app)
    assert len(pieces) == len(rows) == 4
    most = max(rows[at - 1]["reached"] - rows[at]["reached"] for at in range(1, 4))
    for at, (row, piece) in enumerate(zip(rows, pieces, strict=True)):
        assert f"{at + 1}. {row['label']}" in piece
        if at == 0:
            assert f"<b>{row['entrants']:,}</b>" in piece
            open_ = row["pending"] / (row["entrants"] + row["pending"])
            assert f'class="open" style="left:0.00%;width:{open_ * 100:.2f}%"' in piece
            continue
        assert f"{row['reached']:,}" in piece and f"{row['entrants']:,}" in piece
        assert f"<b>{figures.percent(row['reached'] / row['entrants'], language)}</b>" in piece
        assert figures.percent(row["reached"] / rows[at - 1]["reached"], language) in piece
        assert figures.percent(was[at]["reached"] / was[at]["entrants"], language) in piece
        assert figures.percent(of_all[at]["reached"] / of_all[at]["entrants"], language) in piece
        lost = rows[at - 1]["reached"] - row["reached"]
        assert figures.points(lost / row["entrants"], language) in piece
        assert piece.startswith(" steepest") == (lost == most)
    told = next(each for each in headings(app) if rows[-1]["label"] in each)
    assert f"{rows[0]['entrants']:,}" in told
    assert figures.percent(rows[-1]["reached"] / rows[-1]["entrants"], language) in told


def test_what_a_step_needs_stands_beside_it_in_the_language_of_the_visit(visit):
    assert "Least ops work: A search box in sight and ten suggested titles." in steps(visit_funnels(visit))[1]
    assert "搜索框放在显眼处，并给出十个推荐书名。" in steps(visit_funnels(visit, language="zh"))[1]
    assert "needs" not in steps(visit_funnels(visit))[2]


def test_the_rules_are_said_in_words(visit):
    first, daily = (seen(visit_funnels(visit, funnel=name)) for name in ("first_book", "found_and_read"))
    assert "within 7 days of the start, that very moment included" in first
    assert words_of("en", "funnels.entry.first") in first
    assert "within one day of the start" in daily
    assert words_of("en", "funnels.entry.daily") in daily


def test_the_trend_is_that_of_the_query_and_what_is_not_settled_is_hollow(visit, charts):
    with logbook.open() as book:
        book.append("note", "note:1", {"day": "2026-05-13", "kind": "release", "title": "New search"}, "Li Na")
    app = visit_funnels(visit, funnel_step="2")
    [table] = [each for each in charts if "pending" in each and "reached" in each]
    rows = [
        row
        for row in counted("funnel/steps_by_period", funnel="first_book", grain="week", segments=None, **span(app))
        if row["step"] == 2
    ]
    shown = table[table["kind"].isin(["this", "open"])].set_index("x")
    for row in rows:
        x = str(row["period"].date())
        if not row["entrants"]:
            assert x not in shown.index
            continue
        assert shown.loc[x, "rate"] == pytest.approx(row["reached"] / row["entrants"])
        settled = row["is_complete"] and not row["pending"]
        assert shown.loc[x, "kind"] == ("this" if settled else "open")
    assert {"this", "open"} <= set(shown["kind"])
    assert set(table.loc[table["kind"] == "place", "x"]) == {str(row["period"].date()) for row in rows}
    noted = table[table["note"].notna()]
    assert noted[["x", "note"]].to_numpy().tolist() == [["2026-05-11", "New search"]]


def test_two_values_stand_side_by_side_and_all_values_add_up(visit):
    app = visit_funnels(visit, funnel_view="values", by="channel", funnel_one="organic", funnel_other="referral")
    rows = counted("funnel/steps_by_value", funnel="first_book", dimension="channel", segments=None, **span(app))
    reached = {(row["value"], row["step"]): row["reached"] for row in rows}
    (of_entrants,) = rows_of(app, "Of those who started")
    (of_before,) = rows_of(app, "Of those at the step before")
    shares = {value: reached[value, 3] / reached[value, 1] for value in ("organic", "referral")}
    kept = {value: reached[value, 3] / reached[value, 2] for value in ("organic", "referral")}
    for table, figure in ((of_entrants, shares), (of_before, kept)):
        one, other, gap = table["3. open_book"]
        assert [one, other] == [figures.percent(each, "en") for each in figure.values()]
        assert gap.startswith(figures.difference(figure["organic"] - figure["referral"], "rate", "en"))
    # Channel is also the board's breakdown, which stands first.
    everything = rows_of(app, "Channel")[-1]
    started = [int(cells[0].replace(",", "")) for cells in everything.values()]
    assert started == sorted(started, reverse=True)
    [first, *_] = counted("funnel/steps", funnel="first_book", segments=None, **span(app))
    assert sum(started) == first["entrants"]
    assert list(everything) == [*dict.fromkeys(everything)] and "unknown" in everything


def test_without_a_dimension_the_way_to_one_is_said(visit):
    app = visit_funnels(visit, funnel_view="values", language="zh")
    assert words_of("zh", "filters.by") in app.info[0].value.replace("\\", "")


def test_the_mean_time_is_exact_and_the_median_within_its_bucket(visit):
    app = visit_funnels(visit, funnel_view="time", funnel_step="2")
    table = pd.DataFrame(counted("funnel/time_to_convert", funnel="first_book", segments=None, **span(app)))
    [shown] = rows_of(app, "Step")
    for step, name in ((2, "2. search"), (3, "3. open_book"), (4, "4. finish_chapter")):
        own = table[table["step"] == step].reset_index(drop=True)
        users, lower, median, upper, mean = shown[name]
        assert users == f"{own['users'].sum():,}"
        assert mean == durations.spelled(own["sum_seconds"].sum() / own["users"].sum())
        at = int((own["users"].cumsum() >= own["users"].sum() / 2).to_numpy().argmax())
        number, unit = median.split()
        size = {"s": 1, "min": 60, "h": 3600}[unit]
        assert own["shortest"][at] - size / 20 <= float(number) * size <= own["longest"][at] + size / 20
        assert lower != upper
    assert "got to “search” within" in seen(app)


def test_adoption_is_told_since_a_note_releases_first(visit, charts):
    with logbook.open() as book:
        for number, (day, kind, title) in enumerate(
            [("2026-05-06", "release", "Search 3"), ("2026-05-27", "incident", HOSTILE[0])]
        ):
            book.append("note", f"note:{number}", {"day": day, "kind": kind, "title": title}, "Li Na")
    app = visit_funnels(visit, funnel_view="adoption", funnel_step="2")
    assert app.selectbox(key="funnel_note").value == "note:0"
    assert [each.split(" · ")[2] for each in app.selectbox(key="shown_funnel_note").options] == ["Search 3", HOSTILE[0]]
    rows = counted("funnel/adoption", funnel="first_book", step=2, since=date(2026, 5, 6), segments=None)
    [table] = [each for each in charts if "adopters" in each]
    points = table[table["kind"] != "note"]
    assert points["active"].tolist() == [row["active"] for row in rows]
    assert points["rate"].dropna().tolist() == pytest.approx(
        [row["adopters"] / row["active"] for row in rows if row["active"]]
    )
    assert (~points["is_complete"].astype(bool)).sum() == 2
    last = [row for row in rows if row["is_complete"]][-2:]
    for row in last:
        assert figures.percent(row["adopters"] / row["active"], "en") in seen(app)
    app = visit_funnels(visit, funnel_view="adoption", funnel_note="note:1", language="zh")
    assert table["x"].min() == "2026-05-04" and app.selectbox(key="funnel_note").value == "note:1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_note_the_form_for_one_is_there_with_release_chosen(visit, language: Language):
    app = visit_funnels(visit, funnel_view="adoption", language=language)
    assert words_of(language, "funnels.adoption.no_note")[:8] in app.info[0].value.replace("\\", "")
    assert app.selectbox(key="note_funnels_kind_None").value == "release"
    app.text_input(key="author_given_note_funnels").set_value("Li Na").run()
    app.text_input(key="note_funnels_title_None").set_value("New search")
    app.text_input(key="note_funnels_day_None").set_value("2026-05-12")
    [button] = [each for each in app.button if str(each.key).startswith("FormSubmitter:form_note_funnels")]
    button.click().run()
    assert not app.exception and not app.warning
    assert "New search" in app.selectbox(key="shown_funnel_note").options[0]


def test_no_english_is_left_in_the_chinese_part(visit):
    with logbook.open() as book:
        book.append("note", "note:1", {"day": "2026-05-13", "kind": "release", "title": "新版"}, "李娜")
    for view in ("trend", "values", "time", "adoption"):
        app = visit_funnels(visit, language="zh", by="channel", everyone="true", platform="iOS", funnel_view=view)
        known = {value for box in app.multiselect for value in box.options} | {"English", "SQL", "CSV", "Language"}
        for text in texts(app):
            if text.lstrip().startswith(("<style", "/*")):
                continue
            left = re.sub(r"<[^>]*>", " ", re.sub(r'\btitle="([^"]*)"', r"> \1 <", text))
            left = re.sub(r"\\(.)", r"\1", left)
            for value in sorted(known, key=len, reverse=True):
                left = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", left)
            ours = {*OUR_IDS, "aarrr", *EVENTS, "sign_up", "search", "open_book", "finish_chapter", "share", "comment"}
            found = [word for word in re.findall(r"[A-Za-z_]{2,}", left) if word not in ours]
            assert not found, f"{found} in {text[:300]}"


# Small products -------------------------------------------------------------------------------------------

FIRST = datetime(2026, 1, 5, 9)


def people(count: int, day: datetime = FIRST, **more: Any) -> list[dict[str, Any]]:
    return [{"user_id": f"u{at}", "signed_up_at": str(day), **more} for at in range(count)]


def deeds(done: dict[str, int], day: datetime = FIRST) -> list[dict[str, Any]]:
    """event: how many did it, a minute after the one before it."""
    return [
        {"user_id": f"u{at}", "event": event, "occurred_at": str(day + timedelta(minutes=place))}
        for place, (event, count) in enumerate(done.items())
        for at in range(count)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_funnel_the_page_shows_what_to_write_and_that_builds(visit, tmp_path, language: Language):
    rows = deeds({"open": 40, "a: 'b' # \"c\"": 20}) + deeds({"read": 5}, FIRST + timedelta(days=50))
    made = small(tmp_path, {}, {"users": people(40), "events": rows})
    app = visit_funnels(visit, period="all", language=language, **made)
    assert words_of(language, "funnels.none.title") in headings(app)
    example, command = (each.value for each in app.code)
    assert command == "python -m warehouse build"
    written = (made["config"] / "product.yml").read_text("utf-8")
    (made["config"] / "product.yml").write_text(f"{written}\n{example}\n", "utf-8")
    product = products.load(made["config"])
    [funnel] = product.funnels.values()
    assert [step.event for step in funnel.steps] == [("open",), ("a: 'b' # \"c\"",), ("read",)]
    # Written but not yet built, the page says so; built, it is drawn.
    app = visit_funnels(visit, period="all", language=language, **made)
    assert words_of(language, "funnels.none.label") in app.info[0].value.replace("\\", "")
    builder.build(product, made["warehouse"], today=date(2026, 3, 20))
    app = visit_funnels(visit, period="all", language=language, **made)
    assert len(steps(app)) == 3 and not app.info
    assert yaml.safe_load(example)["funnels"]["first_way"]["window"] == "7 days"


def test_where_everybody_is_pending_it_is_too_early_to_tell(visit, tmp_path):
    funnels = {"way": {"label": "Way", "steps": ["open", "read"], "window": "7 days"}}
    today = FIRST + timedelta(days=3)
    rows = deeds({"open": 40, "read": 30}) + deeds({"look": 1}, today - timedelta(hours=1))
    made = small(tmp_path, {"funnels": funnels}, {"users": people(40), "events": rows}, today=today.date())
    for view in ("trend", "time", "adoption", "values"):
        app = visit_funnels(visit, period="all", funnel_view=view, by="standing", **made)
        assert "Too early to tell: all 40 people who started still have time." in headings(app)
        assert 'class="open" style="left:0.00%;width:100.00%"' in steps(app)[0]
        assert "not settled yet" in steps(app)[1]
        assert "steepest" not in "".join(steps(app))


def test_a_period_in_which_nobody_starts_says_so_and_draws_nothing(visit, tmp_path):
    funnels = {"way": {"label": "Way", "steps": ["open", "read"], "entry": "daily"}}
    later = FIRST + timedelta(days=60)
    users = [*people(10), {"user_id": "new", "signed_up_at": str(later)}]
    rows = deeds({"open": 10, "read": 5}) + deeds({"look": 10}, later)
    made = small(tmp_path, {"funnels": funnels}, {"users": users, "events": rows})
    app = visit_funnels(visit, period="custom", **{"from": "2026-03-01", "until": "2026-03-06"}, **made)
    assert words_of("en", "funnels.answer.nobody.starts") in headings(app)
    assert 'class="aarrr steps"' not in drawn(app)


def test_twenty_steps_with_names_that_are_markup_are_drawn_as_they_are(visit, tmp_path):
    names = [*HOSTILE, *(f"{'a_very_long_name_' * 6}{at}" for at in range(10))]
    funnels = {
        "way": {
            "label": HOSTILE[0],
            "steps": [{"event": name, "needs": f"{HOSTILE[0]} {HOSTILE[2]}"} for name in names],
        }
    }
    users = [each | {"channel": HOSTILE[at % len(HOSTILE)]} for at, each in enumerate(people(400))]
    rows = deeds({name: 400 - 15 * at for at, name in enumerate(names)})
    later = deeds({"look": 40}, FIRST + timedelta(days=40))
    product = {"funnels": funnels, "dimensions": {"channel": ":red[Ch] $x$"}}
    made = small(tmp_path, product, {"users": users, "events": rows + later})
    with logbook.open() as book:
        book.append("note", "note:1", {"day": "2026-01-06", "kind": "release", "title": HOSTILE[0]}, HOSTILE[0])
    for view in ("trend", "values", "time", "adoption"):
        app = visit_funnels(visit, period="all", by="channel", funnel_view=view, **made)
        drawn(app)
        pieces = "\n".join(each.body for each in app.html)
        assert "<script" not in pieces
        assert all(html.escape(name) in pieces for name in names)
        assert len(steps(app)) == 20
        markdown = [each.value for kind in ("caption", "info", "markdown") for each in getattr(app, kind)]
        assert not any(re.search(r"(?<!\\):red|(?<!\\)<script|(?<!\\)\$x", each) for each in markdown)


def test_in_any_order_a_step_is_so_many_of_them_done(visit, tmp_path):
    funnels = {"way": {"label": "Way", "steps": ["open", "read", "share"], "order": "any", "window": "90 minutes"}}
    rows = deeds({"share": 40, "open": 30, "read": 10}) + deeds({"look": 1}, FIRST + timedelta(days=20))
    made = small(tmp_path, {"funnels": funnels}, {"users": people(40), "events": rows})
    app = visit_funnels(visit, period="all", funnel_view="adoption", **made)
    assert (
        "Of 40 people who did any of the 3 steps, 25.0\u00a0% (14.2–40.2) did them all within 90 minutes; "
        "most stop short of number 3 (50.0 points)." in headings(app)
    )
    assert [re.findall(r'<div class="name">(.*?)<', piece)[0] for piece in steps(app)] == [
        "1. one step done", "2. 2 steps done", "3. 3 steps done",
    ]  # fmt: skip
    assert "(open, read, share)" in seen(app)


def test_what_a_step_needs_is_left_out_where_other_steps_were_counted(visit, tmp_path):
    funnels = {"way": {"label": "Way", "steps": ["open", {"event": "read", "needs": "Short chapters."}]}}
    rows = deeds({"open": 40, "read": 30, "share": 5}) + deeds({"look": 1}, FIRST + timedelta(days=20))
    made = small(tmp_path, {"funnels": funnels}, {"users": people(40), "events": rows})
    assert "Short chapters." in steps(visit_funnels(visit, period="all", **made))[1]
    file = made["config"] / "product.yml"
    file.write_text(file.read_text("utf-8").replace("event: read", "event: share"), "utf-8")
    found = steps(visit_funnels(visit, period="all", **made))[1]
    assert "2. read" in found and "Short chapters." not in found
