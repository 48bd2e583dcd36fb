"""Registers at the foot of Playbook: written, changed, filtered by owner, late ones first, in both languages."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

import logbook
from components.registers import REGISTERS
from tests.pages.conftest import signed
from tests.pages.test_lifecycle import charts
from tests.pages.test_pages import LANGUAGES
from tests.pages.test_playbook import plain_text
from tests.pages.test_writing import keep, opened

__all__ = ["charts"]

TODAY = date.today()


def commitment(text: str, owner: str, days: int, **more: object) -> dict[str, object]:
    return {"text": text, "owner": owner, "due": str(TODAY + timedelta(days=days)), "state": "open", **more}


def written(*entries: tuple[str, dict[str, object]]) -> None:
    with logbook.open() as book:
        for number, (kind, body) in enumerate(entries):
            book.append(kind, f"{kind}:{number}", body, "Wang Fang")


def fill(app: AppTest, **fields: str) -> AppTest:
    for name, value in fields.items():
        app.text_input(f"register_commitments_new_{name}_None").set_value(value)
    return keep(app, "register_commitments")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("register", list(REGISTERS))
def test_an_empty_register_says_what_to_write(visit, language, register):
    app = opened(visit("playbook", register=register, language=language), f"register_{register}")
    assert not app.exception
    assert not app.error


def test_late_and_escalated_commitments_stand_first_and_say_so(visit):
    app = visit("playbook")
    written(
        ("commitment", commitment("Ship invites", "Ann", 3)),
        ("commitment", commitment("Call the ten who left", "Bo", -2)),
        ("commitment", commitment("Fix <b>search</b>", "Cy", -1, escalated=True, escalated_to="Dana")),
        ("commitment", commitment("Old promise", "Ann", -30, state="done")),
    )
    text = plain_text(app.run())
    places = [text.index(each) for each in ("Fix", "Call the ten", "Ship invites", "Old promise")]
    assert places == sorted(places)
    assert "Open, overdue, escalated to Dana" in text
    assert not any("<b>search" in str(html.body) for html in app.html)


def test_a_register_shows_what_one_person_owes(visit):
    app = visit("playbook")
    written(("commitment", commitment("Ship invites", "Ann", 3)), ("commitment", commitment("Call", "Bo", 1)))
    app.run().selectbox("owner_commitments").set_value("Bo").run()
    assert "Ship invites" not in plain_text(app)


def test_a_commitment_needs_an_owner_and_a_day_and_is_changed_by_another_entry(visit):
    app = signed(opened(visit("playbook"), "register_commitments"), "Wang Fang")
    assert len(fill(app, text="Ship invites").warning) == 2
    due = str(TODAY + timedelta(days=2))
    assert not fill(app, text="Ship invites", owner="Ann", due=due).warning
    with logbook.open() as book:
        [entry] = book.latest("commitment").to_dict("records")
    assert entry["body"] == {"text": "Ship invites", "owner": "Ann", "due": due, "state": "open", "escalated": False}
    app.selectbox("register_entry_commitments").set_value(entry["subject"]).run()
    place = f"register_commitments_{entry['subject']}"
    app.selectbox(f"{place}_state_{entry['id']}").set_value("done")
    keep(app, place)
    with logbook.open() as book:
        [changed] = book.latest("commitment").to_dict("records")
    assert (changed["subject"], changed["body"]["state"]) == (entry["subject"], "done")
    assert changed["body"]["owner"] == "Ann"


def test_a_campaigns_demand_says_when_what_with_whom_and_what_for(visit):
    app = signed(opened(visit("playbook", register="demands"), "register_demands"), "Wang Fang")
    app.text_input("register_demands_new_title_None").set_value("Spring circle")
    app.text_input("register_demands_new_owner_None").set_value("Ann")
    keep(app, "register_demands")
    missing = " ".join(warning.value for warning in app.warning)
    assert all(name in missing for name in ("By when", "What is wanted", "Support needed", "What it should bring"))
