"""AARRR: the board and its parts, by value, from links; products with little, nothing, or odd names."""

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest

from components import durations, figures
from config.text import Language
from tests.pages import demo
from tests.pages.conftest import texts
from tests.pages.test_pages import HOSTILE, LANGUAGES, OUR_IDS, drawn, small, words_of
from warehouse import read

PARTS = ("what_if", "time", "activity", "referral", "money")
FILTERS = {"platform": "iOS", "period": "last_12_months", "by": "channel", "everyone": "true", "real": "true"}


def seen(app) -> str:
    """What the page says, entities and escapes undone."""
    return re.sub(r"\\(.)", r"\1", html.unescape(drawn(app))).replace("\u2060", "")


def headline(app) -> str:
    [answer] = re.findall(r'<h1 class="answer">(.*?)</h1>', drawn(app))
    return html.unescape(answer)


def stages(app) -> dict[str, str]:
    """The bars: name and all that belongs to it."""
    [board] = [piece.body for piece in app.html if 'class="aarrr"' in piece.body]
    pieces = board.split('<div class="stage"')[1:]
    return {re.findall(r'class="name"[^>]*>(.*?)<', piece)[0]: html.unescape(piece) for piece in pieces}


def counted(name: str, **asked: Any) -> list[dict[str, Any]]:
    """The demo's own answer."""
    connection = read.connect(read.current(demo.warehouse()))
    found = read.query(connection, name, asked)
    connection.close()
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


def span(app, at: str = "period") -> dict[str, date]:
    days: dict[str, date] = getattr(app.session_state["_chosen"], at)
    return days


# The demo -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_says_where_newcomers_are_lost_and_what_changed(visit, language: Language):
    app = visit("aarrr", language=language)
    text = seen(app)
    assert not app.error and not app.warning
    assert words_of(language, "aarrr.question") in text
    assert words_of(language, "aarrr.did.activated") in headline(app)
    assert list(stages(app)) == [words_of(language, f"aarrr.stage.{stage}") for stage in STAGES]
    assert sum('class="fall steepest"' in piece for piece in stages(app).values()) == 1
    # The hollow campaign of the last weeks pulls activation down, and is named as the reason.
    [also] = re.findall(r'<p class="also">(.*?)</p>', text)[:1]
    assert "task_wall" in also


STAGES = ("acquired", "activated", "retained", "paid", "referred")


@pytest.mark.parametrize("filters", [{}, {"platform": "iOS", "period": "last_12_months"}])
def test_every_figure_of_the_board_is_that_of_the_query(visit, filters):
    app = visit("aarrr", **filters)
    segments = app.session_state["_chosen"].segments
    rows = counted("funnel/aarrr", **span(app), segments=segments)
    was = {row["stage"]: row for row in counted("funnel/aarrr", **span(app, "period_before"), segments=segments)}
    for row, piece in zip(rows, stages(app).values(), strict=True):
        if row["stage"] == "acquired":
            assert f"{row['reached']:,.0f} people joined" in piece
            continue
        assert f"{row['reached']:,.0f} of {row['entrants']:,.0f}" in piece
        assert figures.percent(row["reached"] / row["entrants"], "en") in piece
        before = was[row["stage"]]
        assert f"was {figures.percent(before['reached'] / before['entrants'], 'en')}" in piece
        if row["pending"]:
            assert f"+ {row['pending']:,.0f} still open, {row['pending_reached']:,.0f} of them" in piece
            assert 'class="open"' in piece


def test_what_is_lost_is_of_people_whose_time_for_both_is_over(visit):
    app = visit("aarrr")
    [board] = [piece.body for piece in app.html if 'class="aarrr"' in piece.body]
    falls = re.findall(r'<div class="fall[^"]*" title="(.*?)">(.*?)</div>', board)
    rows = counted("funnel/aarrr_losses", **span(app), segments=None)
    for (hover, text), row in zip(falls, rows, strict=True):
        loss = (row["reached_before"] - row["reached"]) / row["entrants"]
        assert figures.points(loss, "en") in text
        assert f"Of {row['entrants']:,.0f} people" in hover


def turn(app, **choices: str):
    """The visitor chooses: the page as it is then."""
    for name, value in choices.items():
        app.session_state[name] = value
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_part_chosen_is_drawn_and_a_link_opens_it(visit, language: Language):
    titles = {
        **{each: words_of(language, f"aarrr.{each}.title") for each in PARTS[1:]},
        "what_if": words_of(language, "what_if.about"),
    }
    app = visit("aarrr", language=language, part="money", **FILTERS)
    for part in ("money", *PARTS):
        text = seen(turn(app, part=part))
        assert not app.error
        assert [each for each in PARTS if f">{titles[each]}<" in text] == [part]
        assert "iOS" in text
        assert words_of(language, "scope.real") in text
        assert 'class="everyone"' in text


def test_a_part_chosen_on_the_screen_is_kept_in_the_address(visit):
    app = visit("aarrr")
    app.session_state["part"] = "money"
    app.run()
    assert words_of("en", "aarrr.money.title") in seen(app)
    assert app.selectbox(key="part").value == "money"
    assert app.session_state["shown_part"] == "money"


def test_a_row_a_value_the_most_newcomers_first_and_the_sums_are_those_of_the_board(visit):
    app = visit("aarrr", by="channel", part="money")
    tables = [piece for piece in texts(app) if '<table class="bars">' in piece]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', tables[0])
    newcomers = [int(re.findall(r"<span>([\d,]+)</span>", cells)[0].replace(",", "")) for _, cells in rows]
    assert newcomers == sorted(newcomers, reverse=True)
    [acquired] = [row for row in counted("funnel/aarrr", **span(app), segments=None) if row["stage"] == "acquired"]
    assert sum(newcomers) == acquired["reached"]
    assert "unknown" in [name for name, _ in rows]
    few = re.findall(r'<td class="few"', tables[0])
    enough = [count >= 30 for count in newcomers]
    assert bool(few) == (not all(enough))


def test_money_is_exact_and_its_parts_add_up(visit):
    app = visit("aarrr", part="money")
    [now] = counted("funnel/revenue", **span(app, "period_matched"), segments=None)
    [was] = counted("funnel/revenue", **span(app, "period_before"), segments=None)
    table = next(piece for piece in texts(app) if '<table class="bars">' in piece)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html.unescape(table))
    cells = {name: re.findall(r"<span>(.*?)</span>", found) for name, found in rows}
    amounts = {
        name: [float(re.sub("[^0-9.−]", "", each).replace("−", "-")) for each in row] for name, row in cells.items()
    }
    assert amounts["Payers"][:2] == [was["payers"], now["payers"]]
    assert amounts["Revenue"][:3] == pytest.approx(
        [was["revenue"], now["revenue"], now["revenue"] - was["revenue"]], abs=0.005
    )
    parts = [amounts[name][2] for name in ("Payers", "Orders a payer", "Revenue an order")]
    assert sum(parts) == pytest.approx(amounts["Revenue"][2], abs=0.02)
    assert amounts["Revenue"][3] == 100


def test_invitations_multiply_to_the_k_factor(visit):
    app = visit("aarrr", part="referral", period="last_12_months")
    [row] = counted("funnel/referral", **span(app), segments=None)
    text = seen(app)
    assert figures.short(row["joined"] / row["entrants"], "ratio", "en") in text
    assert f"{row['joined']:,.0f} brought by {row['entrants']:,.0f}" in text


def test_the_daily_actives_are_those_of_the_query(visit):
    app = visit("aarrr", part="activity")
    rows = counted("funnel/activity_by_age", **span(app), segments=None)
    active, people = (sum(row[name] for row in rows) for name in ("active_days", "person_days"))
    text = seen(app)
    assert f"{active / rows[0]['n_days']:,.0f} people are active on an average day" in text
    assert figures.percent(active / people, "en") in text
    assert words_of("en", "aarrr.groups.caution") in text


def test_a_scenario_of_the_link_is_an_outline_on_the_bar_it_moves(visit):
    found = stages(visit("aarrr", wi_activated="10"))
    assert [name for name, piece in found.items() if 'class="ghost"' in piece] == ["Activated"]
    rate = float(re.findall(r"<b>([\d.]+)", found["Activated"])[0])
    assert f"in the scenario {rate + 10:.1f}" in found["Activated"]


def test_reach_and_visits_stand_before_joining_unless_a_filter_splits_them(visit):
    assert "people reached →" in seen(visit("aarrr"))
    assert "people reached →" not in seen(visit("aarrr", platform="iOS"))


def test_without_a_comparison_nothing_is_called_a_change(visit):
    app = visit("aarrr", compare="none")
    text = seen(app)
    assert 'class="was"' not in text
    assert "more than chance" not in text.split(words_of("en", "aarrr.part.label"))[0]


def test_newcomers_are_not_compared_with_days_before_the_data(visit):
    app = visit("aarrr", period="custom", **{"from": "2024-12-10", "until": "2025-02-28"})
    assert "▲ up" not in stages(app)["Acquired"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_newcomers_and_revenue_are_compared_over_as_many_days(visit, language: Language):
    app = visit("aarrr", part="money", language=language)
    days, matched, before = (span(app, name) for name in ("period", "period_matched", "period_before"))
    assert (days["until"] - matched["until"]).days == 2  # the running week
    assert matched["until"] - matched["from"] == before["until"] - before["from"]
    now, was = (counted("funnel/aarrr", **each, segments=None)[0]["reached"] for each in (matched, before))
    board = stages(app)[words_of(language, "aarrr.stage.acquired")]
    assert figures.percent(now / was - 1, language) in board
    assert figures.count(now, language) in board and figures.count(was, language) in board
    assert words_of(language, "aarrr.money.matched") in seen(app)
    turn(app, period="last_28_days")
    assert words_of(language, "aarrr.money.matched") not in seen(app)


def test_revenue_is_not_compared_with_days_before_the_data(visit):
    app = visit("aarrr", part="money", period="last_12_months")
    [now] = counted("funnel/revenue", **span(app), segments=None)
    text = seen(app)
    assert words_of("en", "aarrr.money.change") not in text
    assert f"Revenue is {figures.short(now['revenue'], 'money', 'en', 'CNY')}." in text


def test_the_page_answers_for_every_kind_of_period(visit):
    app = visit("aarrr", by="standing")
    for period, part in (("last_7_days", "referral"), ("all", "activity"), ("month_to_date", "time")):
        assert headline(turn(app, period=period, part=part))


def test_yesterday_everybody_is_open_and_nobody_is_lost(visit):
    app = visit("aarrr", period="yesterday", part="time")
    assert headline(app).startswith("Too early to tell")
    assert 'class="fall steepest"' not in seen(app)
    assert words_of("en", "aarrr.nobody_closed") in stages(app)["Paid"]


def test_no_english_is_left_on_the_chinese_page(visit):
    app = visit("aarrr", language="zh", by="channel", everyone="true")
    known = {value for box in app.multiselect for value in box.options} | {"English", "SQL", "CSV", "Language"}
    for part in PARTS[1:]:
        for text in texts(turn(app, part=part)):
            if text.lstrip().startswith(("<style", "/*")):
                continue
            left = re.sub(r"<[^>]*>", " ", re.sub(r'\btitle="([^"]*)"', r"> \1 <", text))
            left = re.sub(r"\\(.)", r"\1", left)
            for value in sorted(known, key=len, reverse=True):
                left = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", left)
            found = [word for word in re.findall(r"[A-Za-z]{2,}", left) if word not in {*OUR_IDS, "aarrr", *EVENTS}]
            assert not found, f"{found} in {text[:300]}"


# Names of product.yml, which are said as they are written there.
EVENTS = ("event", "referred", "retained", "paid")


# Small products -------------------------------------------------------------------------------------------

FIRST = date(2026, 1, 5)


def joined(count: int, every: int = 1, **more: Any) -> list[dict[str, Any]]:
    """So many people, one every so many days."""
    return [
        {"user_id": f"u{at}", "signed_up_at": f"{FIRST + timedelta(days=at * every)} 09:00", **more}
        for at in range(count)
    ]


def events(people: list[dict[str, Any]], *after: int) -> list[dict[str, Any]]:
    return [
        {
            "user_id": each["user_id"],
            "event": "open",
            "occurred_at": f"{date.fromisoformat(each['signed_up_at'][:10]) + timedelta(days=day)} 10:00",
        }
        for each in people
        for day in after
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_without_data_says_what_to_add(visit, tmp_path, language: Language):
    app = visit("aarrr", language=language, **small(tmp_path, {}, {}))
    drawn(app)
    assert words_of(language, "aarrr.empty")[:20] in app.info[0].value.replace("\\", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_that_names_no_activation_and_has_no_payments_says_what_to_add(visit, tmp_path, language):
    people = joined(60)
    made = small(tmp_path, {}, {"users": people, "events": events(people, 0, 8)})
    app = visit("aarrr", language=language, period="all", **made)
    for part in PARTS:
        text = seen(turn(app, part=part))
        for need in ("activation", "payments", "invited_by"):
            assert words_of(language, f"missing.{need}") in text
        # The stage that can be counted stands against joining.
        assert 'class="fall steepest"' not in stages(app)[words_of(language, "aarrr.stage.paid")]
        assert not app.error


def test_payments_alone_tell_of_retained_and_paid(visit, tmp_path):
    rows = [
        {"user_id": f"u{at}", "paid_at": f"{FIRST + timedelta(days=at + day)} 10:00", "amount": "10"}
        for at in range(30)
        for day in (0, 9)
    ]
    app = visit("aarrr", part="money", period="all", **small(tmp_path, {}, {"payments": rows}))
    found = stages(app)
    assert " of " in found["Retained"] and " of " in found["Paid"]
    assert words_of("en", "missing.activation") in found["Activated"]
    assert "600" in seen(app)


def test_where_everybody_is_pending_it_is_too_early_to_tell(visit, tmp_path):
    people = [{"user_id": f"u{at}", "signed_up_at": "2026-03-17 09:00"} for at in range(40)]
    product = {"activation": {"event": ["open"], "within_days": 7}}
    made = small(tmp_path, product, {"users": people, "events": events(people, 0, 1)})
    app = visit("aarrr", period="all", by="standing", **made)
    for part in PARTS:
        turn(app, part=part)
        assert headline(app) == "Too early to tell: of 40 newcomers, nobody's time for any stage is over yet."
        assert "40 still open, 40 of them there already" in stages(app)["Activated"]
        assert 'class="bar"' not in stages(app)["Activated"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_one_newcomer_it_speaks_in_the_singular(visit, tmp_path, language: Language):
    people = joined(1)
    product = {"activation": {"event": ["open"], "within_days": 1}}
    made = small(tmp_path, product, {"users": people, "events": events(people, 0)}, today=FIRST + timedelta(days=1))
    app = visit("aarrr", period="all", part="time", language=language, **made)
    assert words_of(language, "aarrr.time.activated.one").split("{")[0] in seen(app)
    made = small(
        tmp_path / "open",
        {**product, "activation": {"event": ["open"], "within_days": 9}},
        {"users": people, "events": events(people, 0)},
        today=FIRST + timedelta(days=1),
    )
    assert words_of(language, "aarrr.answer.pending.one") == headline(visit("aarrr", language=language, **made))


def test_a_few_people_a_day_are_told_with_a_tenth(visit, tmp_path):
    people = joined(7)
    product = {"data_until": FIRST + timedelta(days=7)}
    made = small(tmp_path, product, {"users": people, "events": events(people[:3], 0, 1)}, today=date(2026, 3, 20))
    text = seen(visit("aarrr", period="all", part="activity", **made))
    # 6 days of being active, and 7 + 6 + … + 1 days of being there, in 7 days.
    assert "0.9 people are active on an average day: 21.4" in text and "of 4.0 who had joined" in text


def test_a_period_in_which_nobody_joined_says_so(visit, tmp_path):
    people = joined(10)
    made = small(tmp_path, {}, {"users": people, "events": [*events(people, 0), *events(people[:1], 70)]})
    app = visit("aarrr", period="last_7_days", **made)
    drawn(app)
    assert words_of("en", "aarrr.empty")[:20] in app.info[0].value.replace("\\", "")


def test_names_that_are_markup_are_drawn_as_they_are(visit, tmp_path):
    people = [
        {
            "user_id": f"u{at}",
            "signed_up_at": f"{FIRST + timedelta(days=at // 10)} 10:00",
            "channel": HOSTILE[at % len(HOSTILE)] if at < 300 else HOSTILE[0],
        }
        for at in range(600)
    ]
    # Who came last did nothing, all by the first name: it is the reason, and stands in the answer.
    rows = events(people[:300], 0, 8)
    product = {
        "product": "<b>**P**</b>",
        "dimensions": {"channel": ":red[Ch] $x$"},
        "activation": {"event": ["open"], "within_days": 1},
    }
    made = small(tmp_path, product, {"users": people, "events": rows}, today=date(2026, 3, 20))
    dates = {"period": "custom", "from": "2026-02-04", "until": "2026-03-05"}
    app = visit("aarrr", by="channel", part="activity", **dates, **made)
    drawn(app)
    pieces = "\n".join(each.body for each in app.html)
    assert "<script" not in pieces
    assert html.escape(HOSTILE[0]) in re.findall(r'<p class="also">(.*?)</p>', pieces)[0]
    app = visit("aarrr", language="zh", by="channel", part="activity", period="all", **made)
    pieces = "\n".join(each.body for each in app.html)
    assert all(html.escape(name) in pieces for name in HOSTILE)


# How long -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.44, "< 1 s"), (1, "1 s"), (9.96, "10 s"), (45, "45 s"), (60, "1 min"), (90, "1.5 min"), (3599, "60 min"),
        (3600, "1 h"), (11_520, "3.2 h"), (86_400, "24 h"), (172_799, "48 h"), (172_800, "2 days"),
        (441_000, "5.1 days"), (float("nan"), "—"),
    ],
)  # fmt: skip
def test_a_time_has_two_figures_in_the_unit_that_suits(seconds, said):
    assert durations.spelled(seconds) == said
