"""Exports are known by their names and their contents, and what cannot be known is asked."""

from pathlib import Path

import duckdb
import pytest

from config.importing import load, place, plain
from config.text import Translated
from tests.warehouse.new.exports import guessed
from warehouse.new import write
from warehouse.new.export import Export
from warehouse.new.guess import Guess
from warehouse.new.select import Select

USERS = "user_id,signup_date,channel\n" + "\n".join(
    f"u{number},2026-01-{number % 28 + 1:02},{'ads' if number % 2 else 'friends'}" for number in range(40)
)
EVENTS = "user_id,event,event_time\n" + "\n".join(
    f"u{number % 40},{'open' if number % 3 else 'save'},2026-02-01 10:{number % 60:02}:00" for number in range(90)
)
ORDERS = "user_id,order_id,order_time,amount\n" + "\n".join(
    f"u{number % 40},o{number},2026-02-02 11:00:{number % 60:02},{number}.50" for number in range(1, 90)
)


def _taken(guess: Guess) -> dict[str, list[dict[str, str]]]:
    """The tables with, for each SELECT, its columns and what they are made of."""
    return {
        table: [{value.name: value.sql.replace('"', "") for value in select.values} for select in selects]
        for table, selects in guess.selects.items()
    }


def read_by(select: Select) -> str:
    """The name of the one export that a SELECT reads."""
    assert isinstance(select.source, Export)
    return select.source.name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("CustomerID", "customer_id"),
        ("customer-id", "customer_id"),
        ("Customer ID (new)", "customer_id"),
        ("InvoiceNo", "invoice_no"),
        ("金额（元）", "金额"),
        ("用户ID", "用户id"),
        ("ＵｓｅｒＩＤ", "user_id"),
        ("(not set)", "not_set"),
        ("???", ""),
    ],
)
def test_headers_are_compared_without_their_dress(header, name):
    assert plain(header) == name


def test_a_chinese_name_is_known_at_the_end_of_a_header_after_all_that_match_whole():
    names = load().tables["payments"].columns["amount"]
    placed = [place(header, names) for header in ("实付金额", "金额", "商品金额")]
    assert None not in placed and placed == sorted(placed, key=lambda at: at or 0)
    assert len(set(placed)) == 3
    assert place("金额说明", names) is None


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        pytest.param(
            {"users.csv": USERS, "events.csv": EVENTS},
            {
                "users": [{"user_id": "user_id", "signed_up_at": "signup_date", "channel": "channel"}],
                "events": [{"user_id": "user_id", "event": "event", "occurred_at": "event_time"}],
            },
            id="users and events",
        ),
        pytest.param(
            {"a.csv": USERS, "b.csv": EVENTS, "c.csv": ORDERS},
            {
                "users": [{"user_id": "user_id", "signed_up_at": "signup_date", "channel": "channel"}],
                "events": [{"user_id": "user_id", "event": "event", "occurred_at": "event_time"}],
                "payments": [{"user_id": "user_id", "paid_at": "order_time", "amount": "amount"}],
            },
            id="files that say nothing by their names",
        ),
        pytest.param(
            {
                "log_ins.csv": "user_id,day,visited\n"
                + "\n".join(f"{n % 9},2026-02-{n % 27 + 1:02},1" for n in range(60))
            },
            {"events": [{"user_id": "user_id", "event": "'log_ins'", "occurred_at": "day"}]},
            id="ids and days alone are events named after the file",
        ),
        pytest.param(
            {
                "订单.csv": "用户ID,下单时间,实付金额\n"
                + "\n".join(f"u{n},2026-02-01 09:00:00,{n}.25" for n in range(20))
            },
            {
                "events": [{"user_id": "用户ID", "event": "'purchase'", "occurred_at": "下单时间"}],
                "payments": [{"user_id": "用户ID", "paid_at": "下单时间", "amount": "实付金额"}],
            },
            id="orders in which everybody is once are not users",
        ),
        pytest.param(
            {
                "sales.csv": "CustomerID,InvoiceNo,InvoiceDate,Quantity,UnitPrice\n"
                + "\n".join(f"{n % 7},{n // 2},2026-02-01 09:00:00,2,{n}.25" for n in range(40))
            },
            {
                "events": [{"user_id": "CustomerID", "event": "'invoice'", "occurred_at": "InvoiceDate"}],
                "payments": [
                    {
                        "user_id": "CustomerID",
                        "paid_at": "InvoiceDate",
                        "amount": "try_cast(Quantity as decimal(18, 4)) * try_cast(UnitPrice as decimal(18, 4))",
                    }
                ],
            },
            id="quantity times price",
        ),
        pytest.param(
            {
                "events.csv": EVENTS,
                "tickets.csv": "ticket_id,user_id,created_at,category,severity,status\n"
                + "\n".join(f"t{n},u{n % 5},2026-02-03 10:00:00,bug,high,open" for n in range(12)),
                "posts.csv": "post_id,published_at,section,views\n"
                + "\n".join(f"p{n},2026-02-0{n + 1},news,{n}" for n in range(8)),
                "spend.csv": "date,channel,spend,clicks\n"
                + "\n".join(f"2026-02-0{n + 1},ads,{n}.5,{n}" for n in range(8)),
                "kpis.csv": "day,metric,value\n" + "\n".join(f"2026-02-0{n + 1},tickets,{n}" for n in range(8)),
                "figures.csv": "day,figure,dimension,value,amount\n"
                + "\n".join(f"2026-02-0{n + 1},tickets,city,{'Ulm' if n % 2 else 'Bonn'},{n}" for n in range(8)),
                "seed_users.csv": "user_id,list\n" + "\n".join(f"u{n},{'seed' if n % 2 else 'vip'}" for n in range(8)),
                "products.csv": "product_id,department\n" + "\n".join(f"{n},food" for n in range(8)),
            },
            {
                "events": [{"user_id": "user_id", "event": "event", "occurred_at": "event_time"}],
                "feedback": [
                    {
                        "feedback_id": "ticket_id",
                        "received_at": "created_at",
                        "user_id": "user_id",
                        "category": "category",
                        "severity": "severity",
                        "status": "status",
                    }
                ],
                "content": [
                    {"content_id": "post_id", "published_at": "published_at", "section": "section", "views": "views"}
                ],
                "costs": [{"day": "date", "channel": "channel", "amount": "spend", "visits": "clicks"}],
                "figures": [
                    {"day": "day", "figure": "figure", "amount": "amount", "dimension": "dimension", "value": "value"},
                    {"day": "day", "figure": "metric", "amount": "value"},
                ],
                "groups": [{"user_id": "user_id", "group_name": "list"}],
            },
            id="the tables around, and products that are none",
        ),
        pytest.param(
            {
                "january.csv": EVENTS,
                "february.csv": EVENTS.replace("2026-02", "2026-03")
                .replace("event_time", "time")
                .replace("user_id", "uid"),
            },
            {
                "events": [
                    {"user_id": "uid", "event": "event", "occurred_at": "time"},
                    {"user_id": "user_id", "event": "event", "occurred_at": "event_time"},
                ]
            },
            id="two exports of one table under different headers",
        ),
        pytest.param(
            {
                "log.csv": EVENTS.replace("event,", "event,amount,")
                .replace("open,", "open,,")
                .replace("save,", "save,9.5,")
            },
            {
                "events": [{"user_id": "user_id", "event": "event", "occurred_at": "event_time"}],
                "payments": [{"user_id": "user_id", "paid_at": "event_time", "amount": "amount"}],
            },
            id="a log in which some events have an amount",
        ),
    ],
)
def test_an_export_is_known_by_names_and_contents(tmp_path: Path, files, taken):
    guess, interview = guessed(tmp_path, files)
    assert _taken(guess) == taken
    assert interview.subjects == []


def test_what_is_nothing_of_the_contract_is_left_out_and_said(tmp_path: Path):
    guess, _ = guessed(tmp_path, {"events.csv": EVENTS, "stores.csv": "store_id,city\n1,Ulm\n2,Bonn\n"})
    assert "stores is none of the tables that are needed here (store_id, city)." in guess.left_out


def test_a_products_id_is_no_person(tmp_path: Path):
    goods = "id,name,created_at,price\n" + "\n".join(f"{n},thing {n},2026-01-01,{n}.5" for n in range(30))
    guess, _ = guessed(tmp_path, {"goods.csv": goods, "events.csv": EVENTS})
    assert list(guess.selects) == ["events"]


def test_campaigns_those_who_were_in_them_and_those_who_answered(tmp_path: Path):
    guess, interview = guessed(
        tmp_path,
        {
            "campaign_list.csv": "campaign_id,campaign_type,start_date,end_date\n"
            "1,A,2026-02-01,2026-02-10\n2,B,2026-02-05,2026-02-28\n",
            "campaigns.csv": "campaign_id,household_id\n" + "\n".join(f"{n % 2 + 1},{n // 2}" for n in range(60)),
            "coupon_redemptions.csv": "household_id,campaign_id,redemption_date\n"
            + "\n".join(f"{n},1,2026-02-0{n % 8 + 1}" for n in range(20)),
        },
    )
    taken = _taken(guess)
    assert taken["campaigns"] == [
        {
            "campaign_id": "campaign_id",
            "name": "campaign_type || ', ' || campaign_id",
            "kind": "'product'",
            "starts_on": "start_date",
            "ends_on": "end_date",
            "goal": "'redeem_' || campaign_id",
            "window_days": "try_cast(end_date as date) - try_cast(start_date as date) + 1",
        }
    ]
    assert taken["events"] == [
        {"user_id": "household_id", "event": "'redeem_' || campaign_id", "occurred_at": "redemption_date"}
    ]
    assert taken["exposures"] == [
        {
            "campaign_id": "exposed.campaign_id",
            "user_id": "exposed.user_id",
            "arm": "'mailed'",
            "exposed_at": "campaigns.starts_on",
        }
    ]
    assert interview.subjects == ["kind of the campaigns of campaign_list"]


def test_exposures_without_campaigns_are_of_no_use(tmp_path: Path):
    exposures = "campaign_id,user_id,variant\n" + "\n".join(f"1,u{n},{'a' if n % 2 else 'control'}" for n in range(40))
    guess, _ = guessed(tmp_path, {"exposures.csv": exposures, "events.csv": EVENTS})
    assert "exposures" not in guess.selects
    assert any(sentence.startswith("exposures says who was in which campaign") for sentence in guess.left_out)


# People ---------------------------------------------------------------------------------------------------------------


def test_nothing_that_points_at_a_person_is_taken(tmp_path: Path):
    rows = "\n".join(
        f"u{n},2026-01-01,Ann,a{n % 3}@example.com,a{n % 3}@example.com,555-000{n % 3},{'f' if n % 2 else 'm'},{n}"
        for n in range(30)
    )
    header = "user_id,signup_date,first name,contact,E-Mail,Mobile,gender,score"
    guess, _ = guessed(tmp_path, {"users.csv": f"{header}\n{rows}", "events.csv": EVENTS})
    assert guess.dimensions == {"gender": Translated(en="Gender", zh="性别")}
    said = " ".join(guess.left_out)
    assert "since they point at persons: first name, contact, E-Mail, Mobile." in said
    assert "since numbers are no groups of people: score." in said


def test_dimensions_are_named_and_labelled_in_both_languages_where_they_are_known(tmp_path: Path):
    users = "用户ID,注册时间,渠道,平台,兴趣,home_town\n" + "\n".join(
        f"u{n},2026-01-01 08:00:00,{'抖音' if n % 2 else '微信'},{'iOS' if n % 3 else 'Android'},"
        f"{'书' if n % 2 else '歌'},"
        f"{'Ulm' if n % 2 else 'Bonn'}"
        for n in range(30)
    )
    guess, _ = guessed(tmp_path, {"users.csv": users, "events.csv": EVENTS})
    assert guess.dimensions == {
        "channel": Translated(en="Channel", zh="渠道"),
        "platform": Translated(en="Platform", zh="平台"),
        "attribute_3": "兴趣",
        "home_town": "Home town",
    }
    assert guess.channel == "channel"
    assert guess.timezone == "Asia/Shanghai"


def test_of_two_exports_of_the_same_people_the_fuller_one_is_taken_or_the_one_a_person_wants(tmp_path: Path):
    less = "\n".join(line.rsplit(",", 1)[0] for line in USERS.splitlines())
    subject = "which of users and users_old, that tell of the same people, is used"
    files = {"users.csv": USERS, "users_old.csv": less, "events.csv": EVENTS}
    guess, interview = guessed(tmp_path / "likely", files)
    assert interview.subjects == [subject]
    assert [read_by(select) for select in guess.selects["users"]] == ["users"]
    assert "users_old tells of the same people as users, which is used instead." in guess.left_out
    guess, _ = guessed(tmp_path / "wanted", files, {subject: "users_old"})
    assert [read_by(select) for select in guess.selects["users"]] == ["users_old"]


def test_two_exports_that_tell_different_things_of_people_are_joined(tmp_path: Path):
    profiles = "user_id,city\n" + "\n".join(f"u{n},{'Ulm' if n % 2 else 'Bonn'}" for n in range(38))
    guess, interview = guessed(tmp_path, {"users.csv": USERS, "profiles.csv": profiles, "events.csv": EVENTS})
    assert interview.subjects == []
    assert _taken(guess)["users"] == [
        {
            "user_id": "coalesce(people.user_id, more.user_id)",
            "signed_up_at": "people.signed_up_at",
            "channel": "people.channel",
            "city": "more.city",
        }
    ]


def test_people_whom_no_export_lists_have_the_first_country_they_were_met_with(tmp_path: Path) -> None:
    # Lines without a customer are of nobody, and of many countries.
    orders = "customer_id,order_date,amount,country\n" + "\n".join(
        f"{n % 10 if n < 40 else ''},2026-02-{n // 10 + 1:02},5.00,{'DE' if n % 2 else 'FR'}" for n in range(50)
    )
    guess, _ = guessed(tmp_path, {"orders.csv": orders})
    assert _taken(guess)["users"] == [
        {
            "user_id": "customer_id",
            "signed_up_at": "cast(null as timestamp)",
            "country": "arg_min(country, (order_date, country))",
        }
    ]
    assert guess.paid_as_events and not guess.signs_up


def test_what_changes_from_order_to_order_is_no_dimension(tmp_path: Path):
    orders = "customer_id,order_date,amount,platform\n" + "\n".join(
        f"{n % 30},2026-02-{n // 30 + 1:02},5.00,{'web' if n // 30 == 1 else 'app'}" for n in range(90)
    )
    guess, _ = guessed(tmp_path, {"orders.csv": orders})
    assert guess.dimensions == {}
    assert "users" not in guess.selects


def test_a_column_of_unknown_name_is_a_person_if_its_values_are_those_of_users(tmp_path: Path):
    log = EVENTS.replace("user_id", "done_by")
    guess, interview = guessed(tmp_path, {"users.csv": USERS, "log.csv": log})
    assert interview.subjects == ["whether done_by of log is the person"]
    assert _taken(guess)["events"] == [{"user_id": "done_by", "event": "event", "occurred_at": "event_time"}]
    guess, _ = guessed(tmp_path, {"users.csv": USERS, "log.csv": log}, {"whether done_by of log is the person": "no"})
    assert "events" not in guess.selects


def test_ids_of_another_kind_are_warned_of(tmp_path: Path):
    guess, _ = guessed(tmp_path, {"users.csv": USERS, "events.csv": EVENTS.replace("\nu", "\nx")})
    assert any(sentence.startswith("Only 0% of the people of events are in users") for sentence in guess.taken)


# Doubts ---------------------------------------------------------------------------------------------------------------


def test_which_of_two_amounts_was_paid_is_asked(tmp_path: Path):
    orders = ORDERS.replace("amount", "订单金额,实付金额").replace(".50", ".50,1.25")
    guess, interview = guessed(tmp_path / "likely", {"orders.csv": orders})
    assert interview.subjects == ["the amount paid of orders"]
    assert _taken(guess)["payments"][0]["amount"] == "实付金额"
    guess, _ = guessed(tmp_path / "wanted", {"orders.csv": orders}, {"the amount paid of orders": "订单金额"})
    assert _taken(guess)["payments"][0]["amount"] == "订单金额"


def test_a_date_that_can_be_read_in_two_ways_is_asked(tmp_path: Path):
    events = "user_id,event,event_time\n" + "\n".join(f"u{n},open,0{n % 9 + 1}/0{n % 7 + 1}/2026" for n in range(40))
    _, interview = guessed(tmp_path, {"events.csv": events})
    [question] = [question for question, _ in interview.answers if question.subject.startswith("how ")]
    assert question.subject == "how event_time of events is read"
    assert len(question.options) == 2
    other = question.options[1].value
    guess, _ = guessed(tmp_path / "other", {"events.csv": events}, {question.subject: other})
    [reading] = guess.readings
    assert other in reading


@pytest.mark.parametrize(
    ("header", "value", "currency"),
    [
        ("amount", "¥{}.50", "CNY"),
        ("amount", "€{}.50", "EUR"),
        ("amount", "HK${}.50", "HKD"),
        ("amount (GBP)", "{}.50", "GBP"),
        ("金额（美元）", "{}.50", "USD"),
        ("金额", "{}.50", "CNY"),
        ("amount", "{}.50", None),
    ],
)
def test_the_currency_is_that_of_the_sign_or_the_header(tmp_path: Path, header, value, currency):
    orders = f"user_id,order_time,{header}\n" + "\n".join(
        f"u{n % 9},2026-02-01 10:00:00,{value.format(n)}" for n in range(1, 30)
    )
    guess, _ = guessed(tmp_path, {"orders.csv": orders})
    assert guess.currency == currency


@pytest.mark.parametrize(
    ("header", "ending", "zone"),
    [
        ("event_time", "", "UTC"),
        ("event_time", "+08:00", "Asia/Shanghai"),
        ("event_time", "Z", "UTC"),
        ("事件时间", "", "Asia/Shanghai"),
    ],
)
def test_the_zone_is_guessed_from_offsets_and_headers(tmp_path: Path, header, ending, zone):
    events = f"user_id,event,{header}\n" + "\n".join(
        f"u{n % 9},{'open' if n % 2 else 'save'},2026-02-01T10:00:{n}{ending}" for n in range(10, 60)
    )
    guess, _ = guessed(tmp_path, {"events.csv": events})
    assert guess.timezone == zone


@pytest.mark.parametrize(("rows", "grouped"), [(8, False), (9, True)])
def test_costs_are_added_up_where_a_day_and_channel_has_a_second_row(tmp_path: Path, rows, grouped):
    spend = "date,channel,spend\n" + "\n".join(f"2026-02-0{n % 8 + 1},ads,{n}.5" for n in range(rows))
    guess, _ = guessed(tmp_path, {"spend.csv": spend, "events.csv": EVENTS})
    [select] = guess.selects["costs"]
    assert select.grouped is grouped
    added = "case\n    when count(*) = count({0})\n        then sum({0})\nend".format(
        "try_cast(spend as decimal(18, 4))"
    )
    assert _taken(guess)["costs"][0]["amount"] == (added if grouped else "spend")


@pytest.mark.parametrize(
    ("rows", "said", "spent"),
    [
        ([("a", 5), ("b", 5), ("b", 5)], "agree with another in every column are taken for copies and left out: 1", 10),
        ([("a", 5), ("a", 5)], "agree with another in every column are taken for copies and left out: 1", 5),
        ([("a", 5), ("b", 7)], "(the rows of a day and channel are added up)", 12),
    ],
)
def test_a_cost_that_was_exported_twice_counts_once(tmp_path: Path, monkeypatch, rows, said, spent):
    spend = "date,channel,advert,spend\n" + "\n".join(f"2026-02-01,ads,{advert},{cost}.0" for advert, cost in rows)
    guess, _ = guessed(tmp_path, {"spend.csv": spend, "events.csv": EVENTS})
    assert said in next(line for line in guess.taken if line.startswith("spend"))
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        found = connection.execute(write.sql(guess.selects["costs"])).fetchall()
    assert [(channel, float(amount)) for _, channel, amount in found] == [("ads", spent)]


@pytest.mark.parametrize(
    ("repeated", "said"),
    [(0, "no row repeats user_id"), (1, "only 1 row repeats user_id"), (2, "only 2 rows repeat user_id")],
)
def test_it_is_said_how_many_rows_repeat_a_person(tmp_path: Path, repeated, said):
    people = [*range(200), *range(repeated)]
    users = "user_id,signup_date\n" + "\n".join(f"u{n},2026-01-01" for n in people)
    guess, _ = guessed(tmp_path, {"users.csv": users, "events.csv": EVENTS})
    assert said in next(line for line in guess.taken if line.startswith("users"))
