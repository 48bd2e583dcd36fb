"""Every .sql file says in its first comment what it takes and what it gives, and that is true."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from config import product as products
from tests.products import write_product
from warehouse import queries, settings
from warehouse.build import Assembly

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("warehouse", "components", "pages", "analysis")
# Asked by people and tools at the command line; pages read them later or not at all.
FOR_THE_COMMAND_LINE = {"data/build_steps", "data/folded", "data/rejected", "lifecycle/growth"}

ASKED = queries.names()
MAKING = tuple(name for name in queries.all_names() if name.startswith("build/"))


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    """A build stopped at its end, with its scratch tables still there."""
    folder = write_product(
        tmp_path_factory.mktemp("headers"),
        {
            "dimensions": {"platform": "Platform"},
            "activation": {"event": ["read"]},
            "reward_events": ["prize"],
            # The order that leaves every scratch table of a funnel behind.
            "funnels": {"reading": {"label": "Reading", "steps": ["read", "payment"], "order": "any"}},
        },
        {
            "users": [{"user_id": "a", "signed_up_at": "2024-01-01 10:00", "platform": "web"}],
            "events": [{"user_id": "a", "event": "read", "occurred_at": "2024-01-02 10:00"}],
            "payments": [{"user_id": "a", "paid_at": "2024-01-02 11:00", "amount": "9.90"}],
        },
    )
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as staging")
        made = Assembly(connection, products.load(folder), date(2024, 1, 10), lambda step: None)
        made.run(["new_users", "activation"])
        made.sign("test", datetime(2024, 1, 10))
        yield made


@pytest.mark.parametrize("name", ASKED + MAKING)
def test_the_header_lists_the_parameters_and_the_columns(name: str, assembly: Assembly) -> None:
    sql, header = queries.text(name), queries.header(name)
    (statement,) = duckdb.extract_statements(sql)
    assert {field.name for field in header.params} == set(statement.named_parameters)
    if name.startswith("build/"):
        given = {field.name: assembly.settings[field.name] for field in header.params}
    else:
        given = dict.fromkeys(field.name for field in header.params)
    described = assembly.connection.execute(f"describe {sql}", given).fetchall()
    own = set(assembly.product.dimensions) if name == "data/segments" else set()
    columns = [(column, re.sub(r"^enum\(.*", "varchar", type_.lower())) for column, type_, *_ in described]
    columns = [column for column in columns if column[0] not in own]
    assert columns == [(field.name, field.type) for field in header.returns]


@pytest.mark.parametrize("name", ASKED + MAKING)
def test_a_parameter_is_cast_to_the_type_that_the_header_gives(name: str) -> None:
    cast = {(found[1], found[2]) for found in re.finditer(r"\$(\w+)::(\w+(?:\[\])?)", queries.text(name))}
    assert cast == {(field.name, field.type) for field in queries.header(name).params}


@pytest.mark.parametrize("name", queries.all_names())
def test_the_header_begins_with_one_sentence(name: str) -> None:
    assert re.fullmatch(r"-- .{10,115}[.]", queries.text(name).splitlines()[0])


def test_every_query_is_used() -> None:
    python = "\n".join(path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    unused = {name for name in ASKED if f'"{name}"' not in python} - FOR_THE_COMMAND_LINE
    assert unused == set()
    for name in MAKING:
        stem = name.removeprefix("build/")
        assert stem.startswith("metrics/") or f'"{stem}"' in python or f'"{name}"' in python, name


def test_every_setting_has_a_query_that_asks_for_it(assembly: Assembly) -> None:
    asked = {field.name for name in MAKING for field in queries.header(name).params}
    assert set(assembly.settings) - asked == set()
    assert settings.UNKNOWN == "unknown"
