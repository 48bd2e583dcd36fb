"""Alerts: each is told once to each recipient, in a line with a link that opens its screen."""

import re
from contextvars import copy_context
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
import yaml
from streamlit.logger import set_log_level
from streamlit.testing.v1 import AppTest

import logbook
from components import words
from components.report import alerts
from components.report.__main__ import main
from components.report.alerts import Alert
from config import SHIPPED
from config import product as products
from tests.components.report.test_send import served
from tests.pages.conftest import SHELL, texts
from tests.products import write_product
from warehouse import build as builder
from warehouse import publish
from warehouse.__main__ import main as warehouse

FINE = '{"errcode":0,"errmsg":"ok"}'
REFUSED = '{"errcode":45009,"errmsg":"freq out of limit"}'
FIRST = date(2024, 1, 1)  # a Monday
BAD = {date(2024, 3, 13), date(2024, 3, 15), date(2024, 3, 16)}
# Some 63 people a day, and 10 on bad days. Told a week before, after the first, at the end of their week, and in April.
UNTIL = [date(2024, 3, 7), date(2024, 3, 15), date(2024, 3, 18), date(2024, 4, 8)]
QUIET, FIRST_BAD, SECOND_BAD, APRIL = UNTIL
NOTHING = "There is nothing to tell.\n"


def readers(day: date) -> int:
    return 10 if day in BAD else 60 + (day - FIRST).days * 5 % 7


def content(first: date, until: date) -> dict[str, list[dict[str, str]]]:
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    return {
        "events": [
            {"user_id": f"u{number}", "event": "read", "occurred_at": f"{day} 10:00"}
            for day in days
            for number in range(readers(day))
        ]
    }


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory) -> dict[date, Path]:
    """The same product as it was built on four days."""
    place = tmp_path_factory.mktemp("told")
    tables, found = content(FIRST, APRIL), {}
    for until in UNTIL:
        folder = write_product(place / f"product-{until}", {"data_until": until}, tables)
        found[until] = place / f"out-{until}"
        builder.build(products.load(folder), found[until])
    return found


@pytest.fixture
def told(tmp_path, monkeypatch, warehouses):
    """told(until, figure=[…], **rules)(…): the command's exit code, on the product as built that day."""
    monkeypatch.setenv("ALMANAC_CONFIG", str(tmp_path / "product"))
    monkeypatch.setenv("ALMANAC_LOGBOOK", str(tmp_path / "logbook.db"))
    monkeypatch.setenv("ALMANAC_SECRETS", str(tmp_path / "secrets.toml"))
    monkeypatch.setenv("ALMANAC_URL", "https://almanac.example/")

    def on(until, figure=(), **rules):
        (tmp_path / "product").mkdir(exist_ok=True)
        write(tmp_path / "product", {"data_until": until, "targets": {"active_users": 400}}, figure, rules)
        monkeypatch.setenv("ALMANAC_WAREHOUSE", str(warehouses[until]))
        return run

    yield on
    set_log_level("ERROR")
    copy_context().run(words.use, "en")


def write(folder: Path, product, figure=(), rules=None) -> None:
    whole = {"product": "Test product", "timezone": "UTC", **product}
    (folder / "product.yml").write_text(yaml.safe_dump(whole), "utf-8")
    shipped = yaml.safe_load((SHIPPED / "metrics.yml").read_text("utf-8"))
    own = {"active_users": {**shipped["active_users"], "alerts": list(figure)}, "alerts": rules or {}}
    (folder / "metrics.yml").write_text(yaml.safe_dump(own, allow_unicode=True), "utf-8")


def run(*arguments: str) -> int:
    # The warehouse held and the language are this command's alone. A visit in these tests makes Streamlit talk again.
    set_log_level("ERROR")
    return copy_context().run(main, ["alerts", *arguments])


def seen(page: str, **filters: str) -> AppTest:
    """The page as a visitor sees it who came by a link."""
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    for name, value in filters.items():
        app.query_params[name] = value
    app.run()
    if page != "review":
        app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception
    return app


def to(tmp_path: Path, **urls: str) -> None:
    lines = [f'[send.{name}]\nto = "wecom"\nurl = "{url}"\n' for name, url in urls.items()]
    (tmp_path / "secrets.toml").write_text("".join(lines), "utf-8")


def sent(got) -> list[list[str]]:
    """The lines of each message."""
    return [body["text"]["content"].splitlines() for _, _, body in got]


# Figures ----------------------------------------------------------------------------------------------------


def test_an_unusual_day_is_told_once_and_the_next_one_again(told, tmp_path, capsys):
    with served(FINE) as (url, got):
        to(tmp_path, ops=url)
        assert told(QUIET, ["unusual"])("--send", "ops") == 0
        assert (capsys.readouterr().err, got) == (NOTHING, [])
        assert told(FIRST_BAD, ["unusual"])("--send", "ops") == 0
        assert capsys.readouterr().err == "Sent to ops: 1 of 1.\n"
        assert run("--send", "ops") == 0
        assert capsys.readouterr().err == NOTHING
        assert told(SECOND_BAD, ["unusual"])("--send", "ops") == 0
        assert run("--send", "ops") == 0
    first, second = sent(got)
    sentence = "· Active users was 10 on {day}: far below its usual range for such a day, LOW to HIGH. {link}"
    # The week of the first is not over; then both are in the last week that can be reviewed.
    overview = "https://almanac.example/overview?period=last_7_days&grain=day&by=standing&figures=active_users"
    for (title, line), day, link in (
        (first, "Wed 13 Mar 2024", overview),
        (second, "Fri 15 Mar 2024", "https://almanac.example/?week=2024-03-11#active_users"),
    ):
        assert title == "Test product: one alert"
        [(low, high)] = re.findall(r"(\d+) to (\d+)\.", line)
        assert 10 < int(low) < 60 < int(high) < 100
        assert line.replace(f"{low} to {high}", "LOW to HIGH") == sentence.format(day=day, link=link)
    entries = logbook.open().latest("alert_sent")
    assert entries["subject"].tolist() == [
        "alert:unusual:active_users:2024-03-13",
        "alert:unusual:active_users:2024-03-15",
    ]


def test_an_unusual_week_is_told_as_a_week_but_for_one_with_such_a_day(told, tmp_path, monkeypatch):
    """Every day 63 people who come once: 84 on each day of one week, and 300 on one day two weeks later."""

    def crowd(day: date) -> int:
        return 84 if date(2024, 3, 25) <= day < date(2024, 4, 1) else 300 if day == date(2024, 4, 10) else 63

    events = [
        {"user_id": f"{day}-{number}", "event": "read", "occurred_at": f"{day} 10:00"}
        for day in (FIRST + timedelta(days=number) for number in range(105))
        for number in range(crowd(day))
    ]
    told(QUIET)
    folder = write_product(tmp_path / "product", {}, {"events": events})
    monkeypatch.setenv("ALMANAC_WAREHOUSE", str(tmp_path / "out"))
    with served(FINE) as (url, got):
        to(tmp_path, ops=url)
        for until in (date(2024, 4, 1), date(2024, 4, 8), date(2024, 4, 15)):
            write(folder, {"data": "data", "data_until": until}, ["unusual"])
            builder.build(products.load(folder), tmp_path / "out")
            for _ in range(2):
                assert run("--send", "ops") == 0
    [[_, week], [_, day]] = sent(got)
    # 7 × 84 is 588.
    assert week.startswith("· Week of 25 Mar 2024. Active users was 588 in that week: far above its usual range, ")
    assert week.endswith(" https://almanac.example/?week=2024-03-25#active_users")
    assert day.startswith("· Active users was 300 on Wed 10 Apr 2024: far above its usual range for such a day, ")
    assert day.endswith(" https://almanac.example/?week=2024-04-08#active_users")
    kept = logbook.open().latest("alert_sent")["subject"].tolist()
    assert kept == ["alert:unusual:active_users:2024-03-25:week", "alert:unusual:active_users:2024-04-10"]


def test_everybody_is_told_once(told, tmp_path, capsys):
    with served(FINE) as (ops, got), served(FINE) as (board, got_too):
        to(tmp_path, ops=ops, board=board)
        command = told(FIRST_BAD, ["unusual"])
        for name in ("ops", "board", "ops", "board"):
            assert command("--send", name) == 0
    assert len(got) == len(got_too) == 1
    [kept] = logbook.open().latest("alert_sent")["body"]
    assert list(kept["told"]) == ["ops", "board"]
    capsys.readouterr()
    assert run() == 0
    assert capsys.readouterr().err == NOTHING


def test_what_was_refused_is_said_and_told_the_next_time(told, tmp_path, capsys):
    with served(REFUSED) as (url, got):
        to(tmp_path, ops=url)
        assert told(FIRST_BAD, ["unusual"], stage_changed=True)("--send", "ops") == 1
    assert len(got) == 1
    assert "Nothing was sent to ops (wecom): it refused: " in capsys.readouterr().err
    assert logbook.open().kinds() == []
    with served(FINE) as (url, again):
        to(tmp_path, ops=url)
        assert run("--send", "ops") == 0
    assert sent(again) == sent(got)


def test_a_figure_behind_its_target_is_told_once_a_month_from_its_eighth_day_on(told, tmp_path):
    with served(FINE) as (url, got):
        to(tmp_path, ops=url)
        for until in UNTIL:
            for _ in range(2):
                assert told(until, ["behind"])("--send", "ops") == 0
    link = "https://almanac.example/overview?period=month_to_date&by=standing&figures=active_users"
    # 66 people of 400 are 16.5 %; 14 of March's 31 days are 45.2 % (6 of them 19.4 %), 7 of April's 30 are 23.3 %.
    assert sent(got) == [
        [
            "Test product: one alert",
            f"· {month} 2024, 66 so far. Active users: 16.5\u00a0% of the month's target, with {gone}\u00a0% of the "
            f"month gone. At this pace it ends at {ends}, where the target is 400. {link}",
        ]
        for month, gone, ends in (("Mar", "45.2", "146"), ("Apr", "23.3", "283"))
    ]


def test_the_links_open_the_screen_that_shows_it(told, capsys):
    for until, page in ((FIRST_BAD, "overview"), (SECOND_BAD, "review")):
        capsys.readouterr()
        assert told(until, ["unusual"])() == 0
        [link] = set(re.findall(r"https://\S+", capsys.readouterr().out.splitlines()[-1]))
        parts = urlsplit(link)
        assert parts.path == ("/" if page == "review" else f"/{page}")
        app = seen(page, **dict(parse_qsl(parts.query)))
        if page == "review":
            assert any("Active users was 10 on Fri 15 Mar 2024: far below" in text for text in texts(app))
        else:
            assert [app.session_state[name] for name in ("period", "by")] == ["last_7_days", "standing"]
            assert app.session_state["figures"] == ["active_users"]


# The whole product ------------------------------------------------------------------------------------------


def test_another_stage_is_told_and_the_first_one_only_noted(told, tmp_path, capsys):
    with served(FINE) as (url, got):
        to(tmp_path, ops=url)
        command = told(QUIET, stage_changed=True)
        assert command("--send", "ops") == 0
        assert (capsys.readouterr().err, got) == (NOTHING, [])
        today = datetime.now(ZoneInfo("UTC")).date()
        since, until = str(today - timedelta(days=1)), str(today + timedelta(days=30))
        by_hand = {"stage": "growth", "since": since, "until": until, "reason": "The launch."}
        logbook.open().append("stage_override", "stage_override", by_hand, "Ann")
        assert command("--send", "ops") == 0
        assert command("--send", "ops") == 0
    [[_, line]] = sent(got)
    assert line.startswith("· The stage was Cold start when it was told last. Now: Growth, set by Ann until ")
    assert line.endswith(" https://almanac.example/lifecycle")
    [kept] = logbook.open().latest("alert_sent")["body"]
    assert kept == {"told": {"ops": "growth"}}


def test_data_are_old_when_their_last_day_is_longer_ago_than_the_rule_says(told, tmp_path, monkeypatch):
    today = datetime.now(ZoneInfo("UTC")).date()
    told(QUIET)
    folder = tmp_path / "product"
    with served(FINE) as (url, got):
        to(tmp_path, ops=url)
        for days_ago in (4, 3, 2):
            last = today - timedelta(days=days_ago)
            tables = {"events": [{"user_id": "a", "event": "read", "occurred_at": f"{last} 10:00"}]}
            write_product(folder, {}, tables)
            write(folder, {"data": "data"}, rules={"data_old": 2})
            monkeypatch.setenv("ALMANAC_WAREHOUSE", str(tmp_path / "out"))
            builder.build(products.load(folder), tmp_path / "out")
            for _ in range(2):
                assert run("--send", "ops") == 0
        # A product whose end is fixed is not late.
        write(folder, {"data": "data", "data_until": today - timedelta(days=30)}, rules={"data_old": 2})
        assert run("--send", "ops") == 0
    assert [re.findall(r"(\d+) days before today\. .* (\S+)$", line) for _, line in sent(got)] == [
        [(days, "https://almanac.example/data")] for days in ("4", "3")
    ]


def test_a_failed_build_is_told_once_a_reason_even_where_nothing_was_ever_built(told, tmp_path, monkeypatch, capsys):
    told(QUIET)
    folder, out = tmp_path / "product", tmp_path / "out"
    monkeypatch.setenv("ALMANAC_WAREHOUSE", str(out))
    write(folder, {}, rules={"build_failed": True})
    assert run() == 1
    assert "There is no warehouse" in capsys.readouterr().err
    write_product(folder, {}, {"events": content(FIRST, FIRST + timedelta(days=1))["events"]})
    write(folder, {"data": "data"}, rules={"build_failed": True})
    good = (folder / "sources" / "events.sql").read_text("utf-8")
    with served(FINE) as (url, got):
        to(tmp_path, ops=url)
        for sql in ("select 1 as user_id", "select 1 as user_id", "select nothing", good):
            (folder / "sources" / "events.sql").write_text(sql, "utf-8")
            warehouse(["build"])
            assert run("--send", "ops") == 0
        (out / publish.BUILDING).mkdir()
        assert run("--send", "ops") == 0
    first, second, third = (line for _, line in sent(got))
    assert re.match(r"· Since \d+ \w{3} \d{4}, \d\d:\d\d, the build fails: .*column event is missing", first)
    assert re.match(r"· Since .* the build fails: ", second) and "event is missing" not in second
    assert third.startswith("· The build was cut off on ")
    for line in (first, second, third):
        assert line.endswith(" https://almanac.example/data")
    assert any("The build was cut off on" in text for text in texts(seen("data")))


# The command ------------------------------------------------------------------------------------------------


def test_without_a_recipient_it_is_printed_in_either_language_and_kept_nowhere(told, capsys, monkeypatch):
    command = told(FIRST_BAD, ["unusual", "behind"], stage_changed=True)
    assert command("--language", "zh") == 0
    title, day, month = capsys.readouterr().out.splitlines()
    assert title == "Test product：2 条提醒"
    assert re.fullmatch(
        r"· 2024年3月13日 周三，活跃用户为 10，远低于这类日子的常见范围（\d+ 至 \d+）。 https\S+&language=zh", day
    )
    assert month.startswith("· 2024年3月至今 66。活跃用户：本月已过 45.2%，完成月目标的 16.5%。")
    monkeypatch.delenv("ALMANAC_URL")
    assert command() == 0
    said = capsys.readouterr()
    assert "http" not in said.out and len(said.out.splitlines()) == 3
    assert "ALMANAC_URL" in said.err
    assert logbook.open().kinds() == []


@pytest.mark.parametrize("arguments", [["--of", "2024-03-13"], ["--out", "alerts.html"], ["--from", "2024-03-13"]])
def test_alerts_are_of_now(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        run(*arguments)
    assert left.value.code == 2
    assert "alerts are of now" in capsys.readouterr().err


def test_a_recipient_that_nobody_named_is_said(told, tmp_path, capsys):
    to(tmp_path, ops="https://example.org/hook")
    assert told(FIRST_BAD, ["unusual"])("--send", "opps") == 1
    assert "there is nobody called opps: did you mean ops?" in capsys.readouterr().err


def test_more_than_a_chat_takes_at_once_comes_in_several_messages_and_none_is_cut(told):
    told(QUIET)
    every = [Alert(f"alert:{number}", f"第 {number} 条" + "长" * 150, "/data", "") for number in range(9)]
    batches = copy_context().run(lambda: [(own, alerts.message(own)) for own in alerts.batches(every, 2048)])
    assert [each for own, _ in batches for each in own] == every
    assert len(batches) == 3
    for own, message in batches:
        written = message.written(2048)
        assert len(written.encode()) <= 2048 and "…" not in written
        assert written.count("https://almanac.example/data") == len(own)
    assert len(list(copy_context().run(alerts.batches, every, None))) == 1
