"""Every table can be had without a page, and every slip is answered in plain words."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from config import product as products
from tests.products import write_product
from warehouse import build
from warehouse.__main__ import main


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_product(
        tmp_path_factory.mktemp("asked"),
        {"dimensions": {"platform": "Platform"}},
        {
            "users": [
                {"user_id": "a", "signed_up_at": "2024-01-01 10:00", "platform": "web"},
                {"user_id": "a", "signed_up_at": "2024-01-01 10:00", "platform": "app"},
            ]
            + [
                {"user_id": f"u{number}", "signed_up_at": "2024-01-02", "platform": 'say "hi", 你好'}
                for number in range(99)
            ],
            "payments": [{"user_id": "a", "paid_at": "2024-01-02 11:00", "amount": "9.95"}],
        },
    )
    place = tmp_path_factory.mktemp("out")
    build.build(products.load(folder), place, today=date(2024, 1, 10))
    return place


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_csv_has_the_table_alone(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, table, said = _said(
        capsys, "query", "overview/metrics", "grain=month", "from=2024-01-01", "--csv", "--out", str(out)
    )
    assert (code, said) == (0, "")
    rows = {row["metric"]: row for row in csv.DictReader(io.StringIO(table))}
    assert rows["new_users"] == {
        "metric": "new_users",
        "period": "2024-01-01",
        "numerator": "100",
        "denominator": "",
        "pending": "",
        "is_complete": "false",
    }
    assert rows["revenue"]["numerator"] == "9.95"
    assert rows["activation"]["numerator"] == ""


def test_json_keeps_types(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, table, _ = _said(capsys, "query", "lifecycle/growth", "grain=month", "--json", "--out", str(out))
    assert code == 0
    assert json.loads(table)[0] == {"period": "2024-01-01", "state": "new", "users": 1, "is_complete": False}
    assert json.loads(table)[3]["users"] is None


def test_segments_have_a_column_for_each_dimension(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, table, _ = _said(capsys, "query", "data/segments", "--json", "--out", str(out))
    segments = json.loads(table)
    assert [(row["platform"], row["standing"], row["users"]) for row in segments] == [
        ('say "hi", 你好', "new", 99),
        ("web", "new", 1),
    ]


def test_a_list_is_given_with_commas_and_an_empty_one_keeps_nobody(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def new_users(segments: str) -> str:
        _, table, _ = _said(
            capsys, "query", "overview/metrics", "grain=month", f"segments={segments}", "--csv", "--out", str(out)
        )
        return next(row["numerator"] for row in csv.DictReader(io.StringIO(table)))

    assert [new_users(segments) for segments in ("1,2", "1", "2", "")] == ["100", "99", "1", "0"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["query", "overview/metric"], 2, "There is no query 'overview/metric'. Did you mean 'overview/metrics'?"),
        (["query", "build/activity"], 2, "There is no query 'build/activity'"),
        (["query", "overview/metrics", "grian=day"], 2, "There is no parameter 'grian'. Did you mean 'grain'?"),
        (["query", "overview/metrics", "grain=year"], 2, "grain is day or week or month, not 'year'."),
        (["query", "overview/metrics", "grain"], 2, "'grain' is not of the form name=value."),
        (["query", "overview/metrics", "from=1.1.2024"], 2, "from takes a day such as 2026-03-31, not '1.1.2024'."),
        (
            ["query", "overview/metrics", "segments=1,x"],
            2,
            "segments takes whole numbers with commas between, not '1,x'.",
        ),
        (["query", "data/build", "grain=day"], 2, "There is no parameter 'grain'. It takes none."),
        (
            ["query", "overview/metrics_by_value", "dimension=platfrom"],
            2,
            "There is no dimension 'platfrom'. Did you mean 'platform'?",
        ),
        (
            ["query", "retention/triangle", "definition=retrun"],
            2,
            "There is no definition 'retrun'. Did you mean 'return'?",
        ),
        (["query", "funnel/steps", "funnel=first"], 2, "There is no funnel 'first'."),
        (["frobnicate"], 2, "invalid choice"),
        (["query", "overview/metrics", "--csv", "--json"], 2, "not allowed with"),
    ],
)
def test_a_slip_is_answered(
    out: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    given = [*arguments, "--out", str(out)] if arguments[0] == "query" else arguments
    got, table, told = _said(capsys, *given)
    assert (got, table) == (code, "")
    assert said in told


def test_without_a_warehouse_the_remedy_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, table, said = _said(capsys, "query", "data/build", "--out", str(tmp_path))
    assert (code, table) == (1, "")
    assert said == f"There is no warehouse in {tmp_path}. Make one with `python -m warehouse build`.\n"


def test_the_queries_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, table, _ = _said(capsys, "query", "--csv")
    listed = {row["query"]: row["parameters"] for row in csv.DictReader(io.StringIO(table))}
    assert code == 0
    assert listed["lifecycle/growth"] == "grain varchar, from date, until date, segments integer[]"
    assert not any(name.startswith("build/") for name in listed)


def test_check_says_what_is_there(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = _said(capsys, "check", "--out", str(out))
    assert code == 0
    assert "data_until" in said and "user_id repeats an earlier row" in said
