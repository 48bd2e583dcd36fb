"""The playbook as shipped, and what a faulty one is told."""

from pathlib import Path

import pytest

from config import metrics, playbook, product
from config.faults import ConfigError
from config.playbook import Measured
from config.text import Translated

PRODUCT = "product: App\ntimezone: UTC\n"
STAGES = ("design", "cold_start", "growth", "maturity", "decline")


@pytest.fixture
def shipped(monkeypatch):
    monkeypatch.delenv("ALMANAC_CONFIG", raising=False)
    return playbook.load()


def texts(value: object) -> list[str | Translated]:
    """Every text for people in a part of the book."""
    if isinstance(value, str | Translated):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, tuple):
        return [text for part in value if not isinstance(part, str) for text in texts(part)]
    if hasattr(value, "model_fields_set"):
        fields = ("text", "why", "aim", "label", "heading", "asks", "items", "gates", "suggestions", "document")
        named = (getattr(value, name) for name in fields if hasattr(value, name))
        return [text for part in named for text in texts(part) if not isinstance(part, str)]
    return []


def test_every_stage_has_a_checklist_with_gates_and_suggestions(shipped):
    assert tuple(shipped.stages) == STAGES
    for play in shipped.stages.values():
        assert len(play.items) >= 10 and play.gates and play.suggestions


def test_the_six_phases_of_the_process_are_there(shipped):
    assert list(shipped.phases) == ["research", "positioning", "design", "build_and_test", "launch", "operate"]
    areas = {item.area for item in shipped.phases["build_and_test"].items}
    assert areas == {"function", "performance", "security"}


def test_readiness_in_design_covers_what_operations_prepare(shipped):
    areas = {item.area for item in shipped.stages["design"].items}
    assert areas == {"column", "content", "product", "search", "users", "handover"}


def test_every_word_is_in_both_languages(shipped):
    found = texts(shipped.roles) + texts(shipped.areas) + texts(shipped.stages) + texts(shipped.phases)
    assert len(found) > 250
    for text in found:
        assert isinstance(text, Translated)
        assert text.en.isascii(), text.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh) or text.zh == "SEO", text.zh


def test_reasons_are_sentences_and_things_to_do_are_not(shipped):
    for item in shipped.items():
        assert item.why.en.endswith(".") and item.why.zh.endswith("。"), item.id
        assert not item.text.en.endswith(".") and not item.text.zh.endswith("。"), item.id


def test_every_figure_it_names_exists_and_every_role_has_work(shipped):
    named = {item.evidence.figure for item in shipped.items() if isinstance(item.evidence, Measured)}
    named |= {gate.evidence.figure for play in shipped.stages.values() for gate in play.gates if gate.evidence}
    assert named <= set(metrics.load())
    assert {item.role for item in shipped.items()} == set(shipped.roles)
    assert {item.area for item in shipped.items()} - {None} == set(shipped.areas)


def test_every_page_it_leads_to_is_in_the_menu(shipped):
    pages = Path(__file__).parents[2] / "pages"
    linked = {item.evidence.link for item in shipped.items() if hasattr(item.evidence, "link")}
    assert linked
    for page in linked:
        assert (pages / f"{page}.py").is_file(), page


def test_a_folder_without_a_playbook_uses_the_shipped_one(tmp_path, shipped):
    (tmp_path / "product.yml").write_text(PRODUCT)
    assert playbook.load(tmp_path) == shipped


def test_a_figure_that_the_product_brings_itself_can_be_named(tmp_path):
    (tmp_path / "product.yml").write_text(
        PRODUCT + "figures: {use_time: {label: Use time, definition: Minutes a day.}}\n"
    )
    (tmp_path / "playbook.yml").write_text(book("evidence: {figure: use_time, at_least: 20}"))
    assert playbook.load(tmp_path).stages["growth"].items[0].evidence == Measured(figure="use_time", at_least=20)


ITEM = "{id: %s, text: Do it, why: It helps., role: ops}"


def book(item: str = "", *, gates: str = "[]", more: str = "", growth: str = "") -> str:
    """A small book whose growth stage has the item and gates under test."""
    lines = ["roles: {ops: Operations}", "areas: {users: Users}", "stages:"]
    for stage in STAGES:
        shown = ITEM % f"{stage}_item"
        if stage == "growth":
            shown = shown.replace("}", f", {item}}}") if item else shown
            lines.append(f"  growth: {{aim: Grow, responsible: ops, items: [{shown}], gates: {gates}{growth}}}")
        else:
            lines.append(f"  {stage}: {{aim: Aim, responsible: ops, items: [{shown}]}}")
    return "\n".join([*lines, more]) + "\n"


NAME = "is no name to use here: write small letters a to z, digits and _, a letter first"
EVIDENCE = "must be by_hand, {figure: …, at_least: …} or {link: …}"
PAGES = "review, overview, lifecycle, aarrr, channels, retention, campaigns, playbook, data"
LINK = f"must be a page ({PAGES}) or begin with https://"
PROOF = "must have evidence (a figure and its bound) or items, one of the two"
MISSING = "stages: decline is missing: give it a checklist"
DESIGN = "stages.design.items, entry 1"
FIRST = "stages.growth.items, entry 1"
GATE = "stages.growth.gates, entry 1"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        # keys and values
        (book("cadens: weekly"), f"{FIRST}.cadens: is not a known key: did you mean cadence?"),
        (book("cadence: daily"), f'{FIRST}.cadence: must be one of once, weekly, monthly, not "daily"'),
        (book("cadence: yes"), 'line 6: yes may be a word or a truth: write "yes", or true or false'),
        (book("area: {en: Users}"), f"{FIRST}.area: must be text, not a mapping"),
        (book(growth=", aims: x"), "stages.growth.aims: is not a known key: did you mean aim?"),
        (book(growth=", aim: x"), "line 6: aim is in line 6 already: keep one of them"),
        (book(more="phases: []"), "phases: must be a mapping of names, such as {name: …}, not []"),
        (book(more="rules: {}"), "rules: is not a known key: did you mean roles?"),
        (book().replace("why: It helps., ", "", 1), f"{DESIGN}.why: is missing: add it"),
        (book().replace("text: Do it", "text: ' '", 1), f'{DESIGN}.text: must be text, or {{en: …, zh: …}}, not " "'),
        (
            book().replace("text: Do it", "text: {en: Do it}", 1),
            f"{DESIGN}.text: must have en and zh, both of them text, and nothing else",
        ),
        (book().replace("id: design_item", "id: Design", 1), f"{DESIGN}.id: {NAME}"),
        (book().replace("items: [{id: design", "item: [{id: design", 1), "stages.design.items: is missing: add it"),
        # evidence
        (book("evidence: by_foot"), f'{FIRST}.evidence: {EVIDENCE}, not "by_foot"'),
        (book("evidence: {figure: churn}"), f"{FIRST}.evidence: must have at_least or at_most, one of the two"),
        (
            book("evidence: {figure: churn, at_least: 1, at_most: 2}"),
            f"{FIRST}.evidence: must have at_least or at_most, one of the two",
        ),
        (
            book("evidence: {figure: churn, at_most: low}"),
            f'{FIRST}.evidence.at_most: must be a number, or target for the figure\'s own, not "low"',
        ),
        (
            book("evidence: {figure: churn, at_most: 0.3, periods: 0}"),
            f"{FIRST}.evidence.periods: must be at least 1, not 0",
        ),
        (
            book("evidence: {figure: churn, at_most: 0.3, grain: year}"),
            f'{FIRST}.evidence.grain: must be one of week, month, not "year"',
        ),
        (
            book("evidence: {link: http://a.example}"),
            f'{FIRST}.evidence.link: {LINK}, not "http://a.example"',
        ),
        (
            book("evidence: {figure: chrun, at_most: 0.3}"),
            f"{FIRST}.evidence.figure: chrun is no figure of metrics.yml: did you mean churn?",
        ),
        # names that point nowhere, ids that come twice
        (
            book().replace("role: ops", "role: opps", 1),
            f"{DESIGN}.role: opps is not one of the roles: did you mean ops?",
        ),
        (book("area: user"), f"{FIRST}.area: user is not one of the areas: did you mean users?"),
        (
            book().replace("responsible: ops", "responsible: boss", 1),
            "stages.design.responsible: boss is not one of the roles: write one of ops",
        ),
        (
            book().replace("id: decline_item", "id: growth_item"),
            f"stages.decline.items, entry 1.id: growth_item is the id of {FIRST} too: give each its own",
        ),
        (
            book().replace("  decline:", "  declin:"),
            f'stages.declin: must be one of {", ".join(STAGES)}, not "declin": did you mean decline?',
        ),
        ("\n".join(line for line in book().splitlines() if "decline" not in line), MISSING),
        # gates
        (book(gates="[{id: gate, text: Leave}]"), f"{GATE}: {PROOF}"),
        (
            book(gates="[{id: gate, text: Leave, items: [growth_iten]}]"),
            f"{GATE}.items: growth_iten is no item of this stage: did you mean growth_item?",
        ),
        (
            book(gates="[{id: gate, text: Leave, evidence: {figure: quick, at_most: 1}}]"),
            f"{GATE}.evidence.figure: quick is no figure of metrics.yml: did you mean quick_ratio?",
        ),
        (
            book(gates="[{id: gate, text: A, items: [growth_item]}, {id: gate, text: B, items: [growth_item]}]"),
            "stages.growth.gates, entry 2.id: gate is a gate of this stage already: give each its own",
        ),
        # phases
        (
            book(more="phases: {launch: {label: L, aim: A, responsible: ops, items: [], document: []}}"),
            "phases.launch.items: must have at least 1 entry, not []",
        ),
        (
            book(
                more=f"phases: {{launch: {{label: L, aim: A, responsible: ops, items: [{ITEM % 'x'}], document: ["
                "{id: a, heading: A, asks: A}, {id: a, heading: B, asks: B}]}}"
            ),
            "phases.launch.document: a is the id of two sections: give each its own",
        ),
    ],
)
def test_a_fault_is_told_with_file_place_and_reason(tmp_path, content, fault):
    (tmp_path / "product.yml").write_text(PRODUCT)
    (tmp_path / "playbook.yml").write_text(content)
    with pytest.raises(ConfigError) as error:
        playbook.load(tmp_path)
    assert f"playbook.yml: {fault}" in error.value.faults


def test_a_playbook_that_is_not_yaml_is_told_so(tmp_path):
    (tmp_path / "product.yml").write_text(PRODUCT)
    (tmp_path / "playbook.yml").write_text("stages: [")
    with pytest.raises(ConfigError, match=r"playbook\.yml: line 1: is not YAML"):
        playbook.load(tmp_path)


def test_the_demo_names_the_shipped_playbook(shipped):
    assert playbook.load(product.load().folder) == shipped
