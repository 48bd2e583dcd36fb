"""What a column holds, and how to read it, judged by all its values."""

import contextlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.examples import data_folder
from warehouse.new import files
from warehouse.new.export import Column, Export
from warehouse.quoting import identifier


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set timezone = 'UTC'")
        yield opened


def written(folder: Path, values: list[str], name: str, connection: duckdb.DuckDBPyConnection) -> Export:
    lines = "".join(f'{number}\t"{value}"\n' for number, value in enumerate(values))
    (folder / "table.tsv").write_text(f"id\t{name}\n{lines}", "utf-8")
    [export], _ = files.find(folder, connection)
    return export


def read(export: Export, sql: str, connection: duckdb.DuckDBPyConnection) -> list[str | None]:
    with contextlib.chdir(export.path.parent):
        return [value for (value,) in connection.execute(f"select {sql} from {export.relation}").fetchall()]


def as_read(export: Export, column: Column, connection: duckdb.DuckDBPyConnection) -> list[str | None]:
    return read(export, column.reading.sql if column.reading else identifier(column.name), connection)


# name of the column, its values: kind, style (None: taken as it is), smallest and largest value read
STYLES: list[tuple[str, list[str], str, str | None, str | None, str | None]] = [
    ("at", ["2024-01-05", "2024-1-6"], "day", None, "2024-01-05", "2024-1-6"),
    ("at", ["2024/01/05 3:04"], "moment", None, "2024/01/05 3:04", "2024/01/05 3:04"),
    ("at", ["2024-01-05T03:04:05.123Z"], "moment", None, "2024-01-05T03:04:05.123Z", "2024-01-05T03:04:05.123Z"),
    ("at", ["05-13-2024", "12-31-2023"], "day", "mm-dd-yyyy", "2023-12-31", "2024-05-13"),
    ("at", ["13/05/24", "1/2/24"], "day", "dd/mm/yy", "2024-02-01", "2024-05-13"),
    ("at", ["99/05/13", "98/01/02"], "day", "yy/mm/dd", "1998-01-02", "1999-05-13"),
    ("at", ["2024.01.05 03:04:05"], "moment", "yyyy.mm.dd hh:mm:ss", "2024-01-05 03:04:05", "2024-01-05 03:04:05"),
    ("at", ["2024年1月5日 3时4分"], "moment", "yyyy年mm月dd日 hh时mm分", "2024-01-05 03:04:00", "2024-01-05 03:04:00"),
    ("at", ["20240105030405"], "moment", "yyyymmddhhmmss", "2024-01-05 03:04:05", "2024-01-05 03:04:05"),
    ("at", ["5 January 2024"], "day", "dd mmmm yyyy", "2024-01-05", "2024-01-05"),
    (
        "seen_at",
        ["1398138810", "1398138811"],
        "moment",
        "Unix seconds",
        "2014-04-22 03:53:30+00",
        "2014-04-22 03:53:31+00",
    ),
    (
        "ts",
        ["1398138810123"],
        "moment",
        "Unix milliseconds",
        "2014-04-22 03:53:30.123+00",
        "2014-04-22 03:53:30.123+00",
    ),
    ("phone", ["1398138810"], "whole", None, "1398138810", "1398138810"),
    ("amount", ["10", "9", "-3"], "whole", None, "-3", "10"),
    ("amount", ["10", "9.5"], "number", None, "9.5", "10"),
    ("amount", ["1,234", "12,345.5"], "number", "thousands separated", "1234", "12345.5"),
    ("amount", ["1,234,567", "1"], "whole", "thousands separated", "1", "1234567"),
    ("amount", ["$1,234.50", "-$3"], "number", "thousands separated, with $", "-3", "1234.50"),
    ("version", ["1.2.3", "10.4.1"], "text", None, "1.2.3", "10.4.1"),
    ("rate", ["12%", "-3 %"], "number", "percent", "-0.03", "0.12"),
    ("active", ["TRUE", "False"], "boolean", None, "False", "TRUE"),
    ("active", ["0", "1", "1"], "boolean", None, "0", "1"),
    ("active", ["Y", "N"], "boolean", None, "N", "Y"),
    ("size", ["Y"], "text", None, "Y", "Y"),
    ("name", ["bob", "ann"], "text", None, "ann", "bob"),
    ("name", ["bob", "-"], "text", "“-” taken for missing", "bob", "bob"),
    ("code", ["536365"] * 98 + ["C536366", "C536367"], "text", None, "536365", "C536367"),
    ("name", ["", " "], "empty", None, None, None),
]


@pytest.mark.parametrize(("name", "values", "kind", "style", "low", "high"), STYLES, ids=lambda value: str(value)[:40])
def test_the_style_of_a_column_is_told_from_its_values(
    name: str,
    values: list[str],
    kind: str,
    style: str | None,
    low: str | None,
    high: str | None,
    tmp_path: Path,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    column = written(tmp_path, values, name, connection).column(name)
    assert (column.kind, column.reading.style if column.reading else None) == (kind, style)
    assert (column.low, column.high) == (low, high)


# values: the likelier reading and the other one, which a person must choose from
OPEN: list[tuple[list[str], list[str], list[str]]] = [
    # The days of February lie closer together than a day in each month.
    (
        ["01/02/2024", "02/02/2024", "12/02/2024"],
        ["2024-02-01", "2024-02-02", "2024-02-12"],
        ["2024-01-02", "2024-02-02", "2024-12-02"],
    ),
    (["02/01/2024", "02/12/2024"], ["2024-02-01", "2024-02-12"], ["2024-01-02", "2024-12-02"]),
    # Nothing tells: the day first, as most of the world writes it.
    (["03/04/2024"], ["2024-04-03"], ["2024-03-04"]),
    (["1,234", "5,678"], ["1234", "5678"], ["1.234", "5.678"]),
    (["1.234", "5.678"], ["1.234", "5.678"], ["1234", "5678"]),
]


@pytest.mark.parametrize(("values", "likely", "other"), OPEN, ids=lambda value: str(value)[:40])
def test_what_fits_two_readings_is_left_to_a_person(
    values: list[str], likely: list[str], other: list[str], tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    export = written(tmp_path, values, "value", connection)
    column = export.column("value")
    assert as_read(export, column, connection) == likely
    assert [read(export, reading.sql, connection) for reading in column.otherwise] == [other]


@pytest.mark.parametrize(
    "values",
    [["1,234.5"], ["1,234,567"], ["3,5"], ["0.123"], ["13/01/2024", "01/02/2024"], ["2024-01-02"], ["1234.567"]],
    ids=str,
)
def test_what_fits_one_reading_leaves_nothing_to_decide(
    values: list[str], tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    assert written(tmp_path, values, "value", connection).column("value").otherwise == ()


def test_counts_are_of_every_row_and_of_filled_values_only(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    export = written(tmp_path, ["b", "b ", "a", "NA", "", "c", "d", "e", "f"], "city", connection)
    column = export.column("city")
    assert (export.rows, column.filled, column.distinct, column.is_key) == (9, 7, 6, False)
    assert column.samples == ("b", "a", "c", "d", "e")
    assert export.column("id").is_key


def test_types_of_a_parquet_file_are_kept(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2, 2]),
            "amount": pa.array([Decimal("1.50"), Decimal("2.00"), None]),
            "day": pa.array([date(2024, 1, 5)] * 3),
            "midnight": pa.array([datetime(2024, 1, 5)] * 3),
            "at": pa.array([datetime(2024, 1, 5, 3, 4, 5)] * 3),
            "created": pa.array([1398138810, 1398138811, None]),
            "tags": pa.array([["a"], [], None]),
            "is_new": pa.array([True, False, None]),
            "note": pa.array(["x", "N/A", ""]),
            "none": pa.array([None] * 3, pa.int32()),
        }
    )
    pq.write_table(table, tmp_path / "table.parquet")
    [export], _ = files.find(tmp_path, connection)
    assert export.relation == "read_parquet('table.parquet')"
    assert {column.name: (column.kind, column.filled, column.distinct) for column in export.columns} == {
        "id": ("whole", 3, 2),
        "amount": ("number", 2, 2),
        "day": ("day", 3, 1),
        "midnight": ("day", 3, 1),
        "at": ("moment", 3, 1),
        "created": ("moment", 2, 2),
        "tags": ("text", 2, 2),
        "is_new": ("boolean", 2, 2),
        "note": ("text", 1, 1),
        "none": ("empty", 0, 0),
    }
    assert as_read(export, export.column("created"), connection) == [
        "2014-04-22 03:53:30+00",
        "2014-04-22 03:53:31+00",
        None,
    ]
    assert as_read(export, export.column("tags"), connection) == ['["a"]', "[]", None]
    assert as_read(export, export.column("note"), connection) == ["x", None, ""]


MOMENTS = st.lists(
    st.datetimes(datetime(1990, 1, 1), datetime(2068, 12, 31)).map(lambda at: at.replace(microsecond=0)),
    min_size=1,
    max_size=6,
)
FORMATS = [
    "%d-%m-%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%Y %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%d-%b-%Y %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
    "%d/%m/%y %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=MOMENTS, form=st.sampled_from(FORMATS))
def test_a_time_that_was_written_is_among_the_readings(moments: list[datetime], form: str, tmp_path: Path) -> None:
    """Whatever the style, one of the readings gives the times that were written; the only one, if there is one."""
    with duckdb.connect() as fresh:
        export = written(tmp_path, [moment.strftime(form) for moment in moments], "at", fresh)
        column = export.column("at")
        assert column.kind == "moment"
        readings = [
            column.reading.sql if column.reading else identifier("at"),
            *(each.sql for each in column.otherwise),
        ]
        found = [read(export, f"cast({sql} as timestamp)", fresh) for sql in readings]
        assert moments in found


# Real files ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def examples() -> Path:
    """The folder of example data."""
    return data_folder()


# name of the export: its rows, and some of its columns with kind, filled and different values
REAL: dict[str, tuple[int, dict[str, tuple[str, int, int]]]] = {
    "asana_adoption/user_engagement.csv.gz": (
        207_917,
        {"time_stamp": ("day", 207_917, 736), "user_id": ("whole", 207_917, 8_823), "visited": ("whole", 207_917, 1)},
    ),
    "asana_adoption/users.csv.gz": (
        12_000,
        {
            "object_id": ("whole", 12_000, 12_000),
            "creation_time": ("moment", 12_000, 11_996),
            "email": ("text", 12_000, 11_980),
            "creation_source": ("text", 12_000, 5),
            "last_session_creation_time": ("moment", 8_823, 8_821),
            "opted_in_to_mailing_list": ("boolean", 12_000, 2),
            "invited_by_user_id": ("whole", 6_417, 2_564),
        },
    ),
    "complete_journey/campaigns.csv.gz": (
        6_589,
        {"campaign_id": ("whole", 6_589, 27), "household_id": ("whole", 6_589, 1_559)},
    ),
    "complete_journey/coupon_redemptions.csv.gz": (2_102, {"redemption_date": ("day", 2_102, 263)}),
    "complete_journey/products.csv.gz": (92_331, {"product_id": ("whole", 92_331, 92_331)}),
    "complete_journey/transactions_sample.parquet": (
        75_000,
        {"household_id": ("whole", 75_000, 2_377), "transaction_timestamp": ("moment", 75_000, 47_152)},
    ),
    "online_retail/online_retail.parquet": (
        541_909,
        {
            "InvoiceNo": ("text", 541_909, 25_900),
            "InvoiceDate": ("moment", 541_909, 23_260),
            "CustomerID": ("whole", 406_829, 4_372),
        },
    ),
}


@pytest.mark.examples
@pytest.mark.parametrize("name", REAL)
def test_real_exports_are_read_whole(name: str, examples: Path, connection: duckdb.DuckDBPyConnection) -> None:
    rows, columns = REAL[name]
    [export], _ = files.find(examples / name, connection)
    assert export.rows == rows
    found = {column.name: (column.kind, column.filled, column.distinct) for column in export.columns}
    assert {name: found[name] for name in columns} == columns


@pytest.mark.examples
def test_the_twin_from_excel_holds_the_same_12000_users(examples: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Saved by Excel as Latin-1, days first, without seconds: the same people at the same minutes."""
    folder = examples / "asana_adoption"
    [original], _ = files.find(folder / "users.csv.gz", connection)
    [twin], _ = files.find(folder / "users_excel_latin1_variant.csv.gz", connection)
    column = twin.column("creation_time")
    assert column.reading is not None
    assert (twin.rows, column.reading.style, column.otherwise) == (12_000, "dd-mm-yyyy hh:mm", ())
    assert any("Latin-1" in note for note in twin.notes)
    with contextlib.chdir(folder):
        row = connection.execute(
            "select count(*), count(*) filter (where first.at = second.at) from"
            " (select object_id, date_trunc('minute', cast(creation_time as timestamp)) as at"
            f" from {original.relation}) as first inner join"
            f" (select object_id, cast({column.reading.sql} as timestamp) as at from {twin.relation}) as second"
            " using (object_id)"
        ).fetchone()
    assert row == (12_000, 12_000)
    assert files.shared(connection, original, "object_id", twin, "object_id") == 1.0
