"""What a form may say, for each type of field, and the sentence when it may not."""

import pytest

from config import metrics, register
from logbook.forms import REASONS, check, subject
from tests.logbook.bodies import GOOD

FIGURES = set(metrics.load())
STATES = "raised, accepted, built, tested, live, verified, declined"
LINKS = "must begin with https://, http:// or /"


@pytest.fixture(scope="module")
def kinds():
    return register.load()


@pytest.mark.parametrize("kind", GOOD)
def test_a_form_that_is_filled_in_is_taken(kinds, kind):
    assert check(kinds[kind], GOOD[kind], FIGURES) == []


def test_every_kind_has_an_example(kinds):
    assert list(GOOD) == list(kinds)


@pytest.mark.parametrize(
    ("kind", "changed", "faults"),
    [
        # required, always or because of another field
        ("commitment", {"owner": None}, ["owner: is missing: write it"]),
        ("commitment", {"owner": " \n"}, ["owner: is missing: write it"]),
        ("commitment", {"state": "dropped"}, ["result: is missing: write it"]),
        ("commitment", {"state": "dropped", "result": "No time"}, []),
        ("commitment", {"escalated": True}, ["escalated_to: is missing: write it"]),
        ("commitment", {"escalated": False}, []),
        ("note", {"kind": "competitor"}, ["source: is missing: write it"]),
        ("note", {"kind": "competitor", "source": "Their blog"}, []),
        ("demand", {"support": None}, ["support: is missing: write it"]),
        ("demand", {"due": None, "brings": ""}, ["due: is missing: write it", "brings: is missing: write it"]),
        ("demand", {"kind": "optimisation", "support": None}, ["priority: is missing: write it"]),
        ("demand", {"state": "verified"}, ["result: is missing: write it"]),
        ("check", {"done": False}, []),
        # text
        ("note", {"title": 7}, ["title: must be text, not 7"]),
        ("note", {"title": "a\nb"}, ["title: must be on one line: take the line breaks out"]),
        ("note", {"text": "a\nb"}, []),
        ("note", {"title": "x" * 120}, []),
        ("note", {"title": "x" * 121}, ["title: has 121 characters, 120 are allowed: shorten it"]),
        ("note", {"text": "x" * 200_000}, ["text: has 200,000 characters, 10,000 are allowed: shorten it"]),
        ("note", {"owner": "x" * 101}, ["owner: has 101 characters, 100 are allowed: shorten it"]),
        # days
        ("note", {"day": "2026-02-29"}, ["day: must be a day such as 2026-03-31, not “2026-02-29”"]),
        ("note", {"day": "20260331"}, ["day: must be a day such as 2026-03-31, not “20260331”"]),
        ("note", {"day": "2026-W14-1"}, ["day: must be a day such as 2026-03-31, not “2026-W14-1”"]),
        ("note", {"day": "0206-03-31"}, ["day: must be a day such as 2026-03-31, not “0206-03-31”"]),
        ("note", {"day": 20260331}, ["day: must be text, not 20260331"]),
        ("note", {"until": "2026-03-31"}, []),
        ("note", {"until": "2026-03-30"}, ["until: must not be before day (2026-03-31), as “2026-03-30” is"]),
        ("note", {"until": "2026-03-30", "day": "?"}, ["day: must be a day such as 2026-03-31, not “?”"]),
        # numbers
        ("target", {"value": "1700"}, ["value: must be a number such as 1200 or 0.31, not “1700”"]),
        ("target", {"value": True}, ["value: must be a number such as 1200 or 0.31, not True"]),
        ("target", {"value": float("nan")}, ["value: must be a number such as 1200 or 0.31, not nan"]),
        ("target", {"value": float("inf")}, ["value: must be a number such as 1200 or 0.31, not inf"]),
        ("target", {"value": 10**400}, []),
        ("target", {"value": 0}, []),
        ("target", {"value": -0.5}, ["value: must be 0 or more, not -0.5"]),
        ("forecast", {"low": 101}, ["low: must not be above value (100), as 101 is"]),
        ("forecast", {"high": 99.5}, ["high: must not be below value (100), as 99.5 is"]),
        ("forecast", {"low": 100, "high": 100}, []),
        ("forecast", {"value": "many"}, ["value: must be a number such as 1200 or 0.31, not “many”"]),
        # choices, truths, figures, links
        (
            "commitment",
            {"state": "opne"},
            ["state: must be one of open, done, dropped, not “opne”: did you mean open?"],
        ),
        ("demand", {"state": "Live"}, [f"state: must be one of {STATES}, not “Live”: did you mean live?"]),
        ("check", {"done": "yes"}, ["done: must be true or false, not “yes”"]),
        ("check", {"done": 1}, ["done: must be true or false, not 1"]),
        ("target", {"figure": "reveneu"}, ["figure: must be the id of a figure, not “reveneu”: did you mean revenue?"]),
        ("commitment", {"link": "javascript:alert(1)"}, [f"link: {LINKS}, not “javascript:alert(1)”"]),
        ("commitment", {"link": "//evil.example"}, [f"link: {LINKS}, not “//evil.example”"]),
        ("commitment", {"link": "https://a b"}, [f"link: {LINKS}, not “https://a b”"]),
        ("commitment", {"link": "/aarrr?channel=paid"}, []),
        # what the form does not have
        ("note", {"titel": "x"}, ["titel: is no field of this kind: did you mean title?"]),
        # all at once, in the order of the form
        (
            "commitment",
            {"due": "soon", "owner": "", "zzz": 1},
            [
                "owner: is missing: write it",
                "due: must be a day such as 2026-03-31, not “soon”",
                "zzz: is no field of this kind",
            ],
        ),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_field_and_remedy(kinds, kind, changed, faults):
    body = {**GOOD[kind], **changed}
    assert [str(fault) for fault in check(kinds[kind], body, FIGURES)] == faults
    assert {**GOOD[kind], **changed}.keys() == body.keys()  # judged, not touched


def test_a_subject_is_made_by_the_rule_of_its_kind(kinds):
    assert subject(kinds["check"], GOOD["check"]) == "check:persona_written"
    assert subject(kinds["target"], GOOD["target"]) == "target:new_users"
    assert subject(kinds["stage_override"], GOOD["stage_override"]) == "stage_override"
    one, other = (subject(kinds["note"], GOOD["note"]) for _ in "ab")
    assert one.startswith("note:") and other.startswith("note:") and one != other


def test_every_reason_ends_without_a_full_stop_so_that_a_page_may_join_them():
    assert not [reason for reason in REASONS.values() if reason.endswith(".")]
