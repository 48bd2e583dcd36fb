"""From a team's exports to a product folder that can be built: asked, assumed, or refused, and never by halves."""

import io
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from config import product as products
from tests.products import opened
from tests.warehouse.examples import data_folder
from tests.warehouse.new import workbooks
from tests.warehouse.new.exports import chinese, write
from tests.warehouse.new.workbooks import Sheet
from warehouse.__main__ import main

EVENTS = "user_id,event,event_time\n" + "\n".join(
    f"u{number % 10},{'login' if number % 3 else 'save'},2026-02-01 10:{number % 60:02}:00" for number in range(90)
)
CAMPAIGNS = "campaign_id,start_date,end_date\n1,2026-02-01,2026-02-10\n2,2026-02-05,2026-02-28"


class Keyboard(io.StringIO):
    """Somebody at a terminal."""

    def isatty(self) -> bool:
        return True


def _new(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    try:
        code = main(["new", *map(str, arguments)])
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(autouse=True)
def nobody_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.delenv("ALMANAC_DATA", raising=False)


def test_a_refund_is_no_activity_where_payments_stand_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"u{n % 9},2026-02-{n % 27 + 1:02} 09:00:00,{'-5.00' if n % 10 == 0 else '12.50'}" for n in range(60)]
    exports = write(tmp_path / "exports", {"payments.csv": "\n".join(["user_id,paid_at,amount", *rows])})
    code, said, _ = _new(capsys, tmp_path / "our-app", "--from", exports, "--yes")
    assert code == 0, said
    with opened(tmp_path / "our-app", tmp_path / "out") as answers:
        accepted = {row["source"]: row["accepted"] for row in answers.dicts("data/tables")}
        assert (accepted["payments"], accepted["events"]) == (60, 54)


def test_chinese_exports_reach_a_warehouse_with_two_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exports, folder = chinese(tmp_path / "导出"), tmp_path / "our-app"
    code, said, told = _new(capsys, folder, "--from", exports, "--yes")
    assert (code, told) == (0, "")
    assert "users: 60 read, 60 accepted, 0 rejected" in said
    assert f"ALMANAC_CONFIG={folder} make run" in said
    product = products.load(folder)
    assert (product.product, product.timezone, product.currency) == ("Our app", "Asia/Shanghai", "CNY")
    assert (product.channel, list(product.dimensions)) == ("channel", ["channel", "platform"])
    assert product.data == "../导出"
    assert "kind of product: Shop" in (folder / "ASSUMED.md").read_text("utf-8")
    with opened(folder, tmp_path / "out") as answers:
        tables = {row["source"]: (row["read"], row["accepted"]) for row in answers.dicts("data/tables")}
        assert (tables["users"], tables["payments"], tables["events"]) == ((60, 60), (40, 40), (40, 40))
        assert answers.sql("select count(*), cast(sum(amount) as double) from payments") == [(40, 1_624.5)]
        channels = [row for row in answers.rows("data/values") if row[0] == "channel"]
        assert sorted((value, users) for _, value, users, *_ in channels) == [("小红书", 20), ("抖音", 40)]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_monthly_files_in_a_subfolder_are_the_events(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    exports, folder = tmp_path / "exports", tmp_path / "app"
    people = "user_id,signup_date\n" + "\n".join(f"u{number},2026-01-01" for number in range(20))
    write(exports, {"users.csv": people})
    (exports / "events").mkdir()
    # Everybody once in January, and u0 to u4 in February.
    with duckdb.connect() as connection:
        for month, count in (("01", 20), ("02", 5)):
            connection.execute(
                f"copy (select 'u' || range as user_id, 'open' as event,"
                f" timestamp '2026-{month}-03 10:00:00' as event_time"
                f" from range({count})) to '{exports / 'events'}/2026-{month}.{kind}'"
            )
    # A payment alone would be taken for activity, were the subfolder not read.
    payments = "user_id,paid_at,amount\n" + "\n".join(f"u{n},2026-02-0{n + 1} 09:00:00,5.00" for n in range(9))
    write(exports, {"payments.csv": payments})
    assert _new(capsys, folder, "--from", exports, "--yes")[0] == 0
    with opened(folder, tmp_path / "out") as answers:
        active = "select month(day), count(distinct user_key) from events group by all order by all"
        assert answers.sql(active) == [(1, 20), (2, 5)]
        assert answers.sql("select distinct event from events") == [("open",)]


def test_a_newer_export_under_the_same_name_is_converted_before_the_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exports, folder = chinese(tmp_path / "exports"), tmp_path / "app"
    assert _new(capsys, folder, "--from", exports, "--yes")[0] == 0
    rows = [[str(1000 + n), "2026-03-01 12:00:00", "¥5.00"] for n in range(7)]
    workbooks.write(exports / "订单.xlsx", Sheet("订单", [["用户ID", "下单时间", "金额"], *rows]))
    later = (exports / "订单.xlsx").stat().st_mtime_ns + 10**9
    os.utime(exports / "订单.xlsx", ns=(later, later))
    with opened(folder, tmp_path / "out") as answers:
        assert answers.sql("select count(*), cast(sum(amount) as double) from payments") == [(7, 35.0)]


def test_without_a_terminal_and_without_yes_the_questions_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exports = write(tmp_path / "exports", {"events.csv": EVENTS, "campaigns.csv": CAMPAIGNS})
    code, said, told = _new(capsys, tmp_path / "app", "--from", exports)
    assert (code, said) == (2, "")
    lines = told.splitlines()
    assert lines[0].startswith("There are questions, and no terminal to ask them on.")
    assert lines[2:] == [
        "  Of what kind are the campaigns of campaigns? (likely: product: prices, functions, coupons)",
        "  In which time zone are the days of the product? Such as Asia/Shanghai, Europe/London or UTC. (likely: UTC)",
        "  What kind of product is it: tool, social, content, shop? (--type says so)",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_a_person_answers_and_an_empty_line_takes_what_is_likely(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = write(tmp_path / "exports", {"events.csv": EVENTS, "campaigns.csv": CAMPAIGNS})
    answers = ["9", "3", "Europe/Londn", "Europe/London", ""]
    monkeypatch.setattr("sys.stdin", Keyboard("\n".join(answers) + "\n"))
    code, said, _ = _new(capsys, tmp_path / "app", "--from", exports)
    assert code == 0
    assert "Write a number from 1 to 3, or nothing for 1." in said
    assert '"Europe/Londn" is not a time zone: did you mean Europe/London?' in said
    assert products.load(tmp_path / "app").timezone == "Europe/London"
    assert "'community' as kind" in (tmp_path / "app" / "sources" / "campaigns.sql").read_text("utf-8")
    assert "From config/presets/tool.yml" in (tmp_path / "app" / "product.yml").read_text("utf-8")


def test_who_goes_away_before_the_last_answer_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = write(tmp_path / "exports", {"events.csv": EVENTS})
    monkeypatch.setattr("sys.stdin", Keyboard("UTC\n"))
    code, _, told = _new(capsys, tmp_path / "app", "--from", exports)
    assert (code, told) == (1, "The questions were not answered: nothing was made.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_a_product_that_is_there_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = write(tmp_path / "exports", {"events.csv": EVENTS})
    write(tmp_path / "app", {"product.yml": "product: Mine"})
    code, _, told = _new(capsys, tmp_path / "app", "--from", exports, "--yes")
    assert code == 1
    assert told == (
        f"{tmp_path / 'app' / 'product.yml'} is there already. Nothing was changed: "
        "name a folder that is not there yet.\n"
    )
    assert (tmp_path / "app" / "product.yml").read_text("utf-8") == "product: Mine\n"


def test_the_folder_may_be_the_one_that_holds_the_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "app" / "exports", {"events.csv": EVENTS})
    code, _, _ = _new(capsys, tmp_path / "app", "--from", tmp_path / "app" / "exports", "--yes")
    assert code == 0
    assert products.load(tmp_path / "app").data_folder == tmp_path / "app" / "exports"
    assert sorted(path.name for path in (tmp_path / "app").iterdir()) == [
        "ASSUMED.md",
        "exports",
        "product.yml",
        "sources",
    ]


def test_one_file_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = write(tmp_path / "exports", {"events.csv": EVENTS, "broken.csv": "a,b\n1\n"})
    code, said, _ = _new(capsys, tmp_path / "app", "--from", exports / "events.csv", "--yes")
    assert code == 0
    assert "events: 90 read, 90 accepted, 0 rejected" in said


@pytest.mark.parametrize(
    ("exports", "said"),
    [
        ("nowhere", "nowhere"),
        ("$HOME", "product.yml takes what follows a $ for a variable"),
        ("empty", "no export in it"),
    ],
)
def test_a_place_without_exports_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], exports: str, said: str
) -> None:
    (tmp_path / "$HOME").mkdir()
    (tmp_path / "empty").mkdir()
    code, _, told = _new(capsys, tmp_path / "app", "--from", tmp_path / exports, "--yes")
    assert code == 1
    assert said in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["$HOME", "empty"]


def test_exports_without_activity_are_told_what_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = write(tmp_path / "exports", {"stores.csv": "store_id,city\n1,Ulm\n2,Bonn"})
    code, said, told = _new(capsys, tmp_path / "app", "--from", exports, "--yes")
    assert (code, said) == (1, "")
    assert told.splitlines() == [
        f"No export in {exports} tells what people did or paid. There is stores.",
        "Needed is one with a person's id, a day or time, and what was done (events) or what was paid (payments).",
        "stores is none of the tables that are needed here (store_id, city).",
    ]
    assert not (tmp_path / "app").exists()


def test_more_rows_without_use_than_usual_are_allowed_aloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 6 of 90 rows have no person: 6.7 %, which is rounded up.
    events = "\n".join(
        line.replace("u9", "") if number % 100 < 70 else line for number, line in enumerate(EVENTS.splitlines())
    )
    exports = write(tmp_path / "exports", {"events.csv": events})
    code, said, _ = _new(capsys, tmp_path / "app", "--from", exports, "--yes")
    assert code == 0
    assert "events: 6 of 90 rows: user_id is missing" in said
    assert products.load(tmp_path / "app").max_rejected == 0.07
    assert "# MORE THAN USUAL: 6 of 90 rows of events cannot be used" in (tmp_path / "app" / "product.yml").read_text()
    with opened(tmp_path / "app", tmp_path / "out") as answers:
        [events_] = [row for row in answers.dicts("data/tables") if row["source"] == "events"]
        assert (events_["accepted"], events_["rejected"]) == (84, 6)


def test_a_person_may_refuse_to_leave_rows_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = write(tmp_path / "exports", {"events.csv": EVENTS.replace("u9", "")})
    monkeypatch.setattr("sys.stdin", Keyboard("\n\n2\n"))
    assert _new(capsys, tmp_path / "app", "--from", exports)[0] == 0
    assert products.load(tmp_path / "app").max_rejected == 0.01


def test_two_exports_of_people_are_read_as_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    users = "user_id,signup_date\n" + "\n".join(f"u{n},2026-01-0{n % 9 + 1}" for n in range(10))
    profiles = "user_id,city\n" + "\n".join(f"u{n},{'Ulm' if n % 2 else 'Bonn'}" for n in range(1, 11))
    exports = write(tmp_path / "exports", {"users.csv": users, "profiles.csv": profiles, "events.csv": EVENTS})
    assert _new(capsys, tmp_path / "app", "--from", exports, "--yes")[0] == 0
    with opened(tmp_path / "app", tmp_path / "out") as answers:
        values = {row[1]: row[2] for row in answers.rows("data/values") if row[0] == "city"}
        assert values == {"Bonn": 5, "Ulm": 5, "unknown": 1}


def test_tables_of_a_database_are_exports_like_any_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = write(tmp_path / "exports", {"events.csv": EVENTS})
    with duckdb.connect(str(exports / "it's a shop.duckdb")) as shop:
        shop.execute(
            "create table orders as select 'u' || n % 10 as user_id, n + 0.5 as amount,"
            " timestamp '2026-02-01 10:00:00' as order_time from range(30) as numbers(n)"
        )
    assert _new(capsys, tmp_path / "app", "--from", exports, "--yes")[0] == 0
    with opened(tmp_path / "app", tmp_path / "out") as answers:
        assert answers.sql("select count(*), cast(sum(amount) as double) from payments") == [(30, 450.0)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["app"], "--from"), (["app", "--from", "x", "--type", "game"], "invalid choice"), ([], "FOLDER")],
)
def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    code, _, told = _new(capsys, *arguments)
    assert code == 2
    assert said in told


@pytest.mark.examples
@pytest.mark.parametrize(
    ("example", "left", "rows", "lines"),
    [
        (
            "asana_adoption",
            (),
            ["users: 12,000 read, 12,000 accepted, 0 rejected", "events: 207,917 read, 207,917 accepted, 0 rejected"],
            [
                "which of users and users_excel_latin1_variant, that tell of the same people, is used: users",
                "activation: {event: [user_engagement], times: 3, within_days: 7}",
            ],
        ),
        (
            "asana_adoption",
            ("users.csv.gz",),
            ["users: 12,000 read, 12,000 accepted, 0 rejected", "events: 207,917 read, 207,917 accepted, 0 rejected"],
            ["How creation_time of users_excel_latin1_variant is read: dd-mm-yyyy hh:mm.", "channel: creation_source"],
        ),
        (
            "complete_journey",
            (),
            [
                "users: 801 read, 801 accepted, 0 rejected",
                "events: 2,102 read, 2,102 accepted, 0 rejected",
                "payments: 75,000 read, 75,000 accepted, 0 rejected",
                "campaigns: 27 read, 27 accepted, 0 rejected",
                "exposures: 6,589 read, 6,589 accepted, 0 rejected",
            ],
            [
                "kind of the campaigns of campaign_descriptions: product: prices, functions, coupons",
                "products is none of the tables that are needed here",
                "the amount is sales_value",
                "everybody listed was reached, arm mailed; nobody is a control; the time is the campaign's start",
            ],
        ),
        (
            "online_retail",
            (),
            [
                "users: 4,372 read, 4,372 accepted, 0 rejected",
                "events: 541,909 read, 406,829 accepted, 135,080 rejected",
                "payments: 541,909 read, 406,829 accepted, 135,080 rejected",
            ],
            [
                "the amount is Quantity times UnitPrice",
                "Country of online_retail is a dimension of its people: the first value met with a person",
                "start: first_active",
                "max_rejected: 0.25",
            ],
        ),
    ],
    ids=["asana", "asana's twin", "complete_journey", "online_retail"],
)
def test_real_exports_are_taken_for_what_they_are(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    example: str,
    left: tuple[str, ...],
    rows: list[str],
    lines: list[str],
) -> None:
    shutil.copytree(data_folder() / example, tmp_path / "exports", ignore=shutil.ignore_patterns(*left))
    code, said, _ = _new(capsys, tmp_path / "app", "--from", tmp_path / "exports", "--yes")
    assert code == 0
    assert [line.strip() for line in said[said.index("\nRows\n") :].splitlines() if line.startswith("  ")][
        : len(rows)
    ] == rows
    written = said + (tmp_path / "app" / "product.yml").read_text("utf-8")
    for line in lines:
        assert line in written
