"""What happens at the edges, where numbers go wrong without a word."""

import os
from datetime import date
from pathlib import Path

import pytest

from config import product as products
from tests.products import built, write_product
from warehouse import build, publish, read
from warehouse.__main__ import main
from warehouse.errors import BuildFailed, NoWarehouse

TODAY = date(2024, 3, 20)


def _events(*moments: str) -> dict[str, list[dict[str, str]]]:
    return {"events": [{"user_id": "ann", "event": "read", "occurred_at": moment} for moment in moments]}


@pytest.mark.parametrize(
    ("written", "in_new_york"),
    [
        ("2024-03-05 10:00:00", "2024-03-05 10:00:00"),
        ("2024/3/5 9:05", "2024-03-05 09:05:00"),
        ("2024-03-05", "2024-03-05 00:00:00"),
        (" 2024-03-05 10:00:00\t", "2024-03-05 10:00:00"),
        ("2024-03-05T10:00:00Z", "2024-03-05 05:00:00"),
        ("2024-03-05 10:00:00.5+08", "2024-03-04 21:00:00.5"),
        ("2024-03-05 10:00:00 +08:00", "2024-03-04 21:00:00"),
        ("2024-03-05 10:00:00+0530", "2024-03-04 23:30:00"),
        ("2024-03-05 10:00:00 UTC+8", "2024-03-04 21:00:00"),
        ("2024-03-05 10:00:00 GMT", "2024-03-05 05:00:00"),
        ("2024-03-05 10:00:00 Asia/Shanghai", "2024-03-04 21:00:00"),
        ("2024-03-05 10:00:00 America/Port-au-Prince", "2024-03-05 10:00:00"),
        ("2024-03-05 10:00:00 CST", None),
        ("2024-03-05 10:00:00 PST8PDT", None),
        ("2024-03-05 10:00:00 PM", None),
        ("05.03.2024 10:00", None),
        ("2024-02-30", None),
    ],
)
def test_a_time_is_read_in_its_own_zone_or_set_aside(written: str, in_new_york: str | None) -> None:
    product = {"timezone": "America/New_York", "max_rejected": 1}
    with built(product, _events(written), today=TODAY) as answers:
        kept = answers.sql("select cast(occurred_at as varchar) from events")
        reasons = answers.rows("data/rejected_reasons")
    if in_new_york is None:
        assert kept == []
        assert reasons == [("events", "occurred_at is not a timestamp", 1, 1)]
    else:
        assert (kept, reasons) == ([(in_new_york,)], [])


def test_a_file_of_the_working_folder_is_not_taken_for_one_of_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_product(tmp_path / "product, ours", {}, _events("2024-03-05"))
    stranger = write_product(tmp_path / "stranger", {}, _events("2024-03-05", "2024-03-06", "2024-03-07"))
    monkeypatch.chdir(stranger / "data")
    path = build.build(products.load(folder), Path("../out"), today=TODAY)
    assert read.rows(read.connect(path), "data/build")[1][0][9] == 1
    assert Path(os.getcwd()) == stranger / "data"


@pytest.mark.parametrize("name", ["reason", "content", "unread", "rows", "given", "order", "group", "select", "line"])
def test_a_dimension_may_have_any_other_name(name: str) -> None:
    users = [{"user_id": "ann", "signed_up_at": "2024-03-01", name: "ad"}]
    with built({"dimensions": {name: "It"}}, {"users": users, **_events("2024-03-05")}, today=TODAY) as answers:
        assert (name, "ad", 1) in answers.rows("data/values")
        assert answers.rows("data/rejected") == []


def test_a_rejected_row_is_kept_as_it_was_read() -> None:
    users = [{"user_id": "ann", "signed_up_at": "2024-03-01"}, {"user_id": "ann", "signed_up_at": " 2024-03-02"}]
    with built({"max_rejected": 1}, {"users": users, **_events("2024-03-05")}, today=TODAY) as answers:
        ((_, line, reason, content),) = answers.rows("data/rejected")
    assert (line, reason) == (2, "user_id repeats an earlier row")
    assert content == '{"user_id":"ann","signed_up_at":" 2024-03-02"}'


def test_data_cannot_be_said_to_cover_days_to_come(tmp_path: Path) -> None:
    folder = write_product(tmp_path, {"data_until": date(2024, 3, 21)}, _events("2024-03-05"))
    with pytest.raises(BuildFailed, match=r"product\.yml: data_until: 2024-03-21 is after today"):
        build.build(products.load(folder), tmp_path / "out", today=TODAY)


def test_a_table_that_lags_or_is_empty_is_named() -> None:
    tables: dict[str, list[dict[str, str]]] = {**_events("2024-03-10"), "payments": [], "campaigns": []}
    with built({"data_until": "yesterday"}, tables, today=TODAY) as answers:
        found = [row[:3] for row in answers.rows("data/checks")]
    assert found == [
        ("lags_behind", "events", 9),
        ("people_not_in_users", "users", 1),
        ("source_without_rows", "campaigns", 1),
        ("source_without_rows", "payments", 1),
    ]


@pytest.mark.parametrize(
    ("until", "hollow"),
    [(date(2024, 3, 15), (0, 0, 2)), (date(2024, 3, 20), (0, 1, 1)), (date(2024, 3, 22), (1, 2, 0))],
)
def test_who_came_for_an_incentive_is_judged_when_the_time_to_activate_is_over(
    until: date, hollow: tuple[int, int, int]
) -> None:
    product = {"activation": {"event": "finish", "within_days": 14}, "data_until": until}
    tables: dict[str, list[dict[str, object]]] = {
        "users": [
            {"user_id": "ann", "signed_up_at": "2024-03-08", "incentive": True},
            {"user_id": "ben", "signed_up_at": "2024-03-02", "incentive": False},
        ],
        "events": [{"user_id": "ben", "event": "finish", "occurred_at": "2024-03-03"}],
    }
    with built(product, tables, today=date(2024, 3, 25)) as answers:
        (found,) = [row for row in answers.rows("overview/metrics", grain="month") if row[0] == "hollow_share"]
    assert found[2:5] == hollow


def test_nobody_is_hollow_for_an_activation_that_nobody_ever_reached() -> None:
    users = [{"user_id": "ann", "signed_up_at": "2024-03-01", "incentive": True}]
    product = {"activation": {"event": "finnish"}}
    with built(product, {"users": users, **_events("2024-03-18")}, today=TODAY) as answers:
        values = [row for row in answers.rows("data/values") if row[0] == "standing"]
        figures = {row[0]: row[2] for row in answers.rows("overview/metrics", grain="month")}
    assert values == [("standing", "real", 1)]
    assert (figures["activation"], figures["hollow_share"]) == (None, None)


def test_a_figure_of_a_whole_period_is_missing_while_it_runs_for_any_filter() -> None:
    with built({}, _events("2024-02-05", "2024-03-05"), today=TODAY) as answers:
        for segments in (None, (), (99,)):
            rows = answers.rows("overview/metrics", grain="month", segments=segments)
            cells = {(row[0], row[1].month): row[2:4] for row in rows}
            assert cells["churn", 3] == cells["quick_ratio", 3] == (None, None)
            assert cells["active_users", 3] == ((1 if segments is None else 0), None)


def test_a_large_sum_of_money_is_exact() -> None:
    payments = [{"user_id": "ann", "paid_at": "2024-03-05", "amount": "99999999999999.9999"}] * 2
    with built({"currency": "VND"}, {"payments": payments}, today=TODAY) as answers:
        revenue = answers.sql("select distinct cast(numerator as varchar) from metric_counts where metric = 'revenue'")
    assert revenue == [("199999999999999.9998",)]


def test_a_campaign_day_that_no_calendar_has_is_set_aside() -> None:
    campaigns = [
        {"campaign_id": day, "name": "x", "kind": "content", "starts_on": "2024-03-01", "ends_on": day}
        for day in ("2025-01-01", "20260-01-01", "infinity")
    ]
    with built({"max_rejected": 1}, {"campaigns": campaigns}, today=TODAY) as answers:
        assert answers.sql("select campaign_id from campaigns") == [("2025-01-01",)]


def test_files_that_no_build_made_are_left_alone(tmp_path: Path) -> None:
    folder, out = write_product(tmp_path / "product", {}, _events("2024-03-05")), tmp_path / "out"
    out.mkdir()
    own = [out / f"warehouse-{name}.duckdb" for name in ("backup", "old", "prod", "2030")]
    for path in own:
        path.write_bytes(b"mine")
    made = [build.build(products.load(folder), out, today=TODAY) for _ in range(4)]
    assert all(path.exists() for path in own)
    assert [path.exists() for path in made] == [False, True, True, True]
    assert read.current(out) == made[-1]


@pytest.mark.parametrize("pointer", [b"../../../etc/passwd", b"\xff\xfe", b"", b"warehouse-backup.duckdb"])
def test_a_pointer_that_no_build_wrote_is_not_followed(tmp_path: Path, pointer: bytes) -> None:
    (tmp_path / "current").write_bytes(pointer)
    (tmp_path / "warehouse-backup.duckdb").write_bytes(b"")
    with pytest.raises(NoWarehouse, match="python -m warehouse build"):
        publish.current(tmp_path)


def test_a_warehouse_in_a_file_is_no_warehouse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoWarehouse, match="There is no warehouse"):
        publish.current(tmp_path / "file")


def test_a_folder_to_build_in_that_is_a_file_is_said(tmp_path: Path) -> None:
    folder, out = write_product(tmp_path / "product", {}, _events("2024-03-05")), tmp_path / "out"
    out.mkdir()
    (out / ".building").write_text("")
    with pytest.raises(BuildFailed, match="Remove it, then build again"):
        build.build(products.load(folder), out, today=TODAY)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--json", "grain=month"], 0, ""),
        (["grain=month", "grain=day"], 2, "grain is given twice."),
        (["segments=99999999999"], 2, "segments takes whole numbers with commas between, not '99999999999'."),
        (["segments=1_0"], 2, "segments takes whole numbers"),
        (["--jsno"], 2, "unrecognized arguments: --jsno"),
    ],
)
def test_parameters_at_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    folder = write_product(tmp_path / "product", {}, _events("2024-03-05"))
    build.build(products.load(folder), tmp_path / "out", today=TODAY)
    try:
        found = main(["query", "overview/metrics", "--out", str(tmp_path / "out"), *arguments])
    except SystemExit as stop:
        found = int(stop.code or 0)
    assert found == code
    assert said in capsys.readouterr().err


def test_a_password_in_a_connection_string_is_not_told(tmp_path):
    folder = write_product(tmp_path, {"attach": {"crm": "md:crm?token=hunter2"}}, {})
    with pytest.raises(BuildFailed) as stopped:
        build.build(products.load(folder), tmp_path / "out")
    assert "attach.crm: the connection string cannot be opened" in str(stopped.value)
    assert "hunter2" not in str(stopped.value)
