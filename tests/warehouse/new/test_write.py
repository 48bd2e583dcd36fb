"""What is written can be read by people, passes the house's own checks, and obeys no name that is in the exports."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config import product as products
from config.presets import load
from config.reading import parse
from tests.warehouse.new.exports import guessed
from warehouse.new import write
from warehouse.new.export import Conversion, Export
from warehouse.new.fit import fit
from warehouse.new.select import Select, Value

PROJECT = Path(__file__).parents[3] / "pyproject.toml"

NASTY = [
    'amount"; drop table t; --',
    "x\ny",
    "it's",
    "a, b",
    "select",
    "Größe",
    "用户 备注",
    "--",
    "*/",
    "$name",
    "a.b",
    "",
]


def _nasty(folder: Path) -> dict[str, str]:
    """Exports whose file and headers would break a careless writer."""
    header = ",".join('"' + name.replace('"', '""') + '"' for name in NASTY)
    cells = [",".join("xy"[n % 2] for _ in NASTY) for n in range(20)]
    return {
        "o'brien -- users.csv": f"user_id,signup_date,{header}\n"
        + "\n".join(f"u{n},2026-01-0{n % 9 + 1},{cells[n]}" for n in range(20)),
        "log'; drop table x.csv": "user_id,day\n" + "\n".join(f"u{n % 20},2026-01-0{n % 9 + 1}" for n in range(50)),
    }


def test_no_name_of_a_file_or_a_header_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    guess, _ = guessed(tmp_path, _nasty(tmp_path))
    monkeypatch.chdir(tmp_path)
    for table, rows in (("users", 20), ("events", 50)):
        text = write.sql(guess.selects[table])
        [statement] = duckdb.extract_statements(text)
        assert statement.type == duckdb.StatementType.SELECT
        with duckdb.connect() as connection:
            assert len(connection.execute(text).fetchall()) == rows
    with duckdb.connect() as connection:
        found = connection.execute(write.sql(guess.selects["events"])).fetchall()
    assert {event for _, event, _ in found} == {"log'; drop table x"}


def test_a_line_break_in_a_header_stays_where_it_is():
    relation = '(values (\'a\', 1)) as pairs("x\ny", "a""b")'
    export = Export("pairs", Path("pairs"), relation, (), 1)
    text = write.sql([Select(export, (Value("one", '"x\ny"', ("says\ndrop table",)), Value("two", '"a""b"')))])
    assert "-- says drop table" in text
    with duckdb.connect() as connection:
        assert connection.execute(text).fetchall() == [("a", 1)]


def test_what_is_written_passes_the_projects_own_lint(tmp_path: Path):
    files = {
        "users.csv": "user_id,signup_date,channel,order\n"
        + "\n".join(f"u{n},{n % 28 + 1:02}.01.2026,ads{n % 2},{n % 2}" for n in range(40)),
        "profiles.csv": "User ID,City,From\n"
        + "\n".join(f"u{n},Ulm{n % 2},{'a' if n % 3 else 'b'}" for n in range(38)),
        "campaign_list.csv": "campaign_id,type,start_date,end_date\n"
        "1,A,2026-02-01,2026-02-10\n2,B,2026-02-05,2026-02-28",
        "campaigns.csv": "campaign_id,user_id\n" + "\n".join(f"{n % 2 + 1},u{n // 2}" for n in range(60)),
        "redemptions.csv": "user_id,campaign_id,day\n" + "\n".join(f"u{n},1,2026-02-0{n % 8 + 1}" for n in range(20)),
        "sales.csv": "user_id,invoice_no,invoice_date,quantity,price\n"
        + "\n".join(f"u{n % 7},{n // 2},2026-02-01 09:00:00,2,{n}.25" for n in range(40)),
        "sales_old.csv": "user_id,invoice_no,invoice_date,amount\n"
        + "\n".join(f'u{n % 7},{n // 2},2026-01-01 09:00:00,"1,00{n % 9}.25"' for n in range(40)),
        "log.csv": "user_id,action,action_time\n"
        + "\n".join(f"u{n % 9},{'open' if n % 2 else 'save'},{1_767_225_600 + n * 900}" for n in range(60)),
        "spend.csv": "date,channel,name,spend\n"
        + "\n".join(f"2026-02-0{n % 8 + 1},ads,{n},{n}.5" for n in [*range(24), 23]),
    }
    guess, _ = guessed(tmp_path / "exports", files)
    assert set(guess.selects) == {"users", "events", "payments", "campaigns", "exposures", "costs"}
    for table, selects in guess.selects.items():
        (tmp_path / f"{table}.sql").write_text(write.sql(selects), "utf-8")
    command = [str(Path(sys.executable).with_name("sqlfluff")), "lint", "--disable-progress-bar"]
    command += ["--config", str(PROJECT), str(tmp_path)]
    linted = subprocess.run(command, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout


def test_each_line_that_is_a_guess_says_so(tmp_path: Path):
    events = "user_id,when\n" + "\n".join(f"u{n % 9},{n % 28 + 1:02}-01-2026 09:30" for n in range(60))
    guess, _ = guessed(tmp_path, {"log_in.csv": events})
    text = write.sql(guess.selects["events"]).splitlines()
    assert text[0] == "-- One row a time somebody did something: log_in, 60 rows."
    assert text[text.index("    'log_in' as event,") - 1] == (
        "    -- no column says what was done: it is called after the file"
    )
    assert any(line.startswith("    -- how when is read: dd-mm-yyyy") for line in text)


@given(st.text(min_size=1).filter(lambda text: text.strip() and max(text) < "\ud800"))
def test_any_text_comes_back_from_yaml_as_it_was(text):
    written = write._text(text)
    assert "\n" not in written
    assert yaml.safe_load(f"key: {written}\n") == {"key": text}
    assert yaml.safe_load(f"key: {{en: {written}, zh: {written}}}\n") == {"key": {"en": text, "zh": text}}


@pytest.mark.parametrize(
    "text", ["yes", "Off", "null", "2026-01-01", "12", "a: b", "[a", "# a", "!a", " a ", "数据: 用户", "010"]
)
def test_no_text_is_taken_for_something_else(tmp_path: Path, text):
    (tmp_path / "a.yml").write_text(f"key: {write._text(text)}\n", "utf-8")
    assert parse(tmp_path / "a.yml") == ({"key": text}, [])


def test_a_product_file_says_what_was_found(tmp_path: Path):
    users = "用户ID,注册时间,渠道\n" + "\n".join(
        f"u{n},2026-01-01 08:00:00,{'抖音' if n % 2 else 'yes'}" for n in range(30)
    )
    events = "用户ID,事件,时间\n" + "\n".join(
        f"u{n % 30},{'登录' if n % 3 else '签到'},2026-02-01 10:00:{n:02}" for n in range(60)
    )
    guess, _ = guessed(tmp_path / "data", {"users.csv": users, "events.csv": events})
    fitted = fit(load("tool"), {"登录": 40, "签到": 20}, signs_up=True, has_payments=False, paid_as_events=False)
    text = write.product_yml("我的应用: 测试", guess, fitted, "tool", "data", [], 0.25, "a\nquarter")
    (tmp_path / "product.yml").write_text(text, "utf-8")
    product = products.load(tmp_path)
    assert product.product == "我的应用: 测试"
    assert product.timezone == "Asia/Shanghai"
    assert product.channel == "channel"
    assert product.data_folder == tmp_path / "data"
    assert product.activation == fitted.activation
    assert product.reward_events == ("签到",)
    assert product.retention == fitted.retention
    assert product.max_rejected == 0.25
    assert "# MORE THAN USUAL: a quarter\nmax_rejected: 0.25\n" in text


def test_conversions_and_databases_are_in_the_product_file(tmp_path: Path):
    rows = "\n".join(f"u{n},登录,2026-02-01 10:00:{n:02}" for n in range(30))
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "日志.csv").write_bytes(f"用户ID,事件,时间\n{rows}\n".encode("gb18030"))
    with duckdb.connect(str(folder / "shop.duckdb")) as shop:
        shop.execute(
            "create table orders as select 'u' || n as user_id, n + 0.5 as amount, timestamp '2026-01-01' as order_time"
            " from range(30) as numbers(n)"
        )
    guess, _ = guessed(folder, {})
    sources = [select.source for selects in guess.selects.values() for select in selects]
    exports = [source for source in sources if isinstance(source, Export)]
    fitted = fit(load("tool"), {"登录": 30}, signs_up=False, has_payments=True, paid_as_events=False)
    text = write.product_yml("Shop", guess, fitted, "tool", "data", exports, None, "")
    (tmp_path / "product.yml").write_text(text, "utf-8")
    product = products.load(tmp_path)
    [converted] = product.convert
    assert (converted.file, (folder / converted.to).exists()) == ("日志.csv", True)
    assert list(product.attach.values()) == ["shop.duckdb"]


def test_a_list_of_assumptions_has_only_chapters_with_entries_and_no_markup_of_names():
    text = write.assumed_md("App", {"Taken": ["a <b> [c](d)\nhas *all*"], "Empty": []})
    assert "- a \\<b\\> \\[c\\](d) has \\*all\\*\n" in text
    assert "Empty" not in text


def test_a_sheet_is_named_in_its_conversion():
    given_ = write._conversion(Conversion("订单 1.xlsx", "o.parquet", sheet="Sheet: 1"))
    assert yaml.safe_load(given_) == {"file": "订单 1.xlsx", "to": "o.parquet", "sheet": "Sheet: 1"}
