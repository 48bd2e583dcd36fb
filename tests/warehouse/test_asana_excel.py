"""The twin of asana's users that a spreadsheet saved, Latin-1 and dd-mm-yyyy: the same product in every figure."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from tests.products import Answers
from tests.warehouse.examples import example

pytestmark = pytest.mark.examples

# Minutes: the spreadsheet dropped the seconds.
USERS = """
    select
        people.user_id,
        date_trunc('minute', people.signed_up_at) as signed_up_at,
        people.acquired_on,
        inviters.user_id as invited_by,
        segments.creation_source,
        segments.opted_in_to_mailing_list,
        segments.enabled_for_marketing_drip,
        segments.standing,
    from user_segment as people
    inner join segments on segments.segment_id = people.segment_id
    left join user_segment as inviters on inviters.user_key = people.inviter_key
    order by people.user_id
"""


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The twin, built once for all questions."""
    with example("asana_excel", tmp_path_factory.mktemp("asana_excel")) as answers:
        yield answers


@pytest.fixture(scope="module")
def asana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The product it is the twin of."""
    with example("asana", tmp_path_factory.mktemp("asana")) as answers:
        yield answers


def test_all_rows_are_read_and_none_is_rejected(twin: Answers) -> None:
    tables = {row["source"]: (row["read"], row["accepted"], row["rejected"]) for row in twin.dicts("data/tables")}
    assert tables["users"] == (12_000, 12_000, 0)
    assert tables["events"] == (207_917, 207_917, 0)


def test_the_day_stands_before_the_month(twin: Answers) -> None:
    """The file's first user is of 22-04-2014 03:53."""
    [first] = [row for row in twin.sql(USERS) if row[0] == "1"]
    assert first[1:3] == (datetime(2014, 4, 22, 3, 53), date(2014, 4, 22))
    [(earliest, latest)] = twin.sql("select min(acquired_on), max(acquired_on) from user_segment")
    assert (earliest, latest) == (date(2012, 5, 31), date(2014, 5, 30))


def test_it_loads_to_the_same_12000_users(twin: Answers, asana: Answers) -> None:
    users = twin.sql(USERS)
    assert len(users) == len({user for user, *_ in users}) == 12_000
    assert sum(invited_by is not None for _, _, _, invited_by, *_ in users) == 6_417
    assert users == asana.sql(USERS)


def test_it_has_the_same_figures(twin: Answers, asana: Answers) -> None:
    for question, parameters in (
        ("overview/metrics", {"grain": "week"}),
        ("retention/triangle", {"grain": "month"}),
        ("retention/brackets", {}),
    ):
        assert twin.rows(question, **parameters) == asana.rows(question, **parameters)
