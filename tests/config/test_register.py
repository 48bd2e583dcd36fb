"""The register as shipped, what a product's own may change, and what a faulty one is told."""

import re
from pathlib import Path

import pytest
import yaml

from config import register, stages
from config.faults import ConfigError
from config.text import Translated

KINDS = ["check", "stage_override", "target", "note", "commitment", "demand", "forecast", "campaign_forecast"]
SHIPPED = Path(register.__file__).with_name("register.yml")
TYPES = "text, long_text, day, number, choice, figure, person, truth, link"


@pytest.fixture
def shipped(monkeypatch):
    monkeypatch.delenv("ALMANAC_CONFIG", raising=False)
    return register.load()


# As shipped -------------------------------------------------------------------------------------------------------


def test_the_kinds_that_others_name_are_there_and_know_their_name(shipped):
    assert list(shipped) == KINDS
    assert [kind.id for kind in shipped.values()] == KINDS


@pytest.mark.parametrize(
    ("kind", "subject", "needed", "others"),
    [
        ("check", ("item",), {"item", "done"}, {"period", "note", "link"}),
        ("stage_override", "one", {"stage", "until", "reason"}, {"since", "withdrawn"}),
        ("target", ("figure",), {"figure", "period", "value", "reason"}, {"withdrawn"}),
        (
            "note",
            "generated",
            {"day", "kind", "title"},
            {"until", "text", "source", "figure", "owner", "campaign", "withdrawn"},
        ),
        (
            "commitment",
            "generated",
            {"text", "owner", "due", "state"},
            {"figure", "expected", "result", "escalated", "escalated_to", "link"},
        ),
        (
            "demand",
            "generated",
            {"kind", "title", "wanted", "owner", "state"},
            {"audience", "due", "support", "brings", "priority", "figure", "result", "campaign"}
            | {"escalated", "escalated_to", "link"},
        ),
        (
            "forecast",
            "generated",
            {"figure", "grain", "period", "value", "low", "high", "owner"},
            {"locked", "scenario", "note", "withdrawn"},
        ),
        ("campaign_forecast", ("campaign",), {"campaign", "low", "likely", "high", "owner"}, {"note", "withdrawn"}),
    ],
)
def test_each_kind_has_what_pages_read_of_it(shipped, kind, subject, needed, others):
    fields = shipped[kind].fields
    assert shipped[kind].subject == subject
    assert {name for name, field in fields.items() if field.required is True} == needed
    assert set(fields) == needed | others


@pytest.mark.parametrize(
    ("kind", "field", "options"),
    [
        ("note", "kind", ["release", "incident", "holiday", "competitor", "interview", "lesson", "other"]),
        ("demand", "kind", ["campaign", "optimisation"]),
        ("demand", "state", ["raised", "accepted", "built", "tested", "live", "verified", "declined"]),
        ("commitment", "state", ["open", "done", "dropped"]),
        ("stage_override", "stage", [stage for stage in stages.STAGES if stage != "unknown"]),
        ("forecast", "grain", ["day", "week", "month"]),
    ],
)
def test_the_options_of_a_choice_are_those_that_others_name(shipped, kind, field, options):
    assert list(shipped[kind].fields[field].options or ()) == options


@pytest.mark.parametrize(
    ("kind", "field", "condition"),
    [
        ("note", "source", {"kind": ("competitor",)}),
        ("demand", "support", {"kind": ("campaign",)}),
        ("demand", "due", {"kind": ("campaign",)}),
        ("demand", "brings", {"kind": ("campaign",)}),
        ("demand", "priority", {"kind": ("optimisation",)}),
        ("demand", "result", {"state": ("verified", "declined")}),
        ("commitment", "escalated_to", {"escalated": ("true",)}),
    ],
)
def test_some_fields_are_needed_because_of_another(shipped, kind, field, condition):
    assert shipped[kind].fields[field].required == condition


def test_every_word_is_in_both_languages(shipped):
    texts = [text for kind in shipped.values() for text in [kind.label]]
    for kind in shipped.values():
        for field in kind.fields.values():
            texts += [field.label, *(field.options or {}).values(), *([field.help] if field.help else [])]
            if field.help:
                assert field.help.en.endswith(".") and field.help.zh.endswith("。")
    for text in texts:
        assert isinstance(text, Translated)
        assert text.en.isascii() and not text.zh.isascii()


def test_the_stages_are_called_as_on_every_page(shipped):
    known = {name: stage.label for name, stage in stages.load().stages.items() if name != "unknown"}
    assert shipped["stage_override"].fields["stage"].options == known


# A product's own --------------------------------------------------------------------------------------------------


def test_a_folder_without_a_register_uses_the_shipped_one(tmp_path, shipped):
    assert register.load(tmp_path) == shipped


def test_a_product_may_add_kinds_fields_and_options_and_word_everything_anew(tmp_path, shipped):
    own = yaml.safe_load(SHIPPED.read_text("utf-8"))
    own["note"]["label"] = "Log"
    own["note"]["fields"]["kind"]["options"]["weather"] = "Weather"
    own["note"]["fields"]["region"] = {"label": "Region", "type": "text"}
    own["risk"] = {"label": "Risk", "fields": {"text": {"label": "Text", "type": "long_text", "required": True}}}
    (tmp_path / "register.yml").write_text(yaml.safe_dump(own, allow_unicode=True, sort_keys=False), "utf-8")
    kinds = register.load(tmp_path)
    assert list(kinds) == [*KINDS, "risk"]
    assert kinds["note"].label == "Log"
    assert list(kinds["note"].fields["kind"].options or ())[-1] == "weather"
    assert kinds["risk"].subject == "generated"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda own: own.pop("note"),
            "note: is missing: pages need this kind; copy it from the shipped register.yml",
        ),
        (
            lambda own: own["note"]["fields"].pop("source"),
            "note.fields.source: is missing: pages need this field; copy it from the shipped register.yml",
        ),
        (
            lambda own: own["note"]["fields"]["text"].update(type="text"),
            "note.fields.text.type: must stay long_text, not text: pages need it",
        ),
        (
            lambda own: own["note"]["fields"]["title"].update(required=False),
            "note.fields.title.required: must stay true: pages need it",
        ),
        (
            lambda own: own["note"]["fields"]["kind"]["options"].pop("lesson"),
            "note.fields.kind.options: must keep lesson: pages need it",
        ),
        (
            lambda own: own["target"].update(subject="generated"),
            "target.subject: must stay [figure]: entries are found by it",
        ),
        (
            lambda own: own["stage_override"].pop("subject"),
            "stage_override.subject: must stay one: entries are found by it",
        ),
    ],
)
def test_what_pages_read_cannot_be_taken_away(tmp_path, change, fault):
    own = yaml.safe_load(SHIPPED.read_text("utf-8"))
    change(own)
    (tmp_path / "register.yml").write_text(yaml.safe_dump(own, allow_unicode=True, sort_keys=False), "utf-8")
    assert faults(tmp_path) == (f"register.yml: {fault}",)


# Faults -----------------------------------------------------------------------------------------------------------

OWN = """
risk:
  label: Risk
  subject: [name]
  fields:
    name: {label: Name, type: text, required: true}
    kind: {label: Kind, type: choice, options: {market: Market, law: Law}}
    open: {label: Open, type: truth}
    from: {label: From, type: day}
    size: {label: Size, type: number}
    more: {label: More, type: long_text}
"""


FIELDS = OWN[OWN.index("  fields:") :]
NAME = "is no name to use here: write small letters a to z, digits and _, a letter first"
SUBJECT = "must be generated, one, or the fields that name what it is about"
REQUIRED = "must be true, false, or a field and its values, such as {kind: competitor}"
OPTIONS = "is missing: a choice needs its options, by id with their labels"
MAPPING = "must be a mapping of names, such as {name: …}"
TEXTS = "must be text, or {en: …, zh: …}"
LABEL = "already: give it another label"
CHECK = "check the indentation, colons and quotes there"


def write(folder: Path, part: str, changed: str) -> Path:
    """The shipped register and a kind of one's own, one part of it changed."""
    assert part in OWN
    path = folder / "register.yml"
    path.write_text(SHIPPED.read_text("utf-8") + OWN.replace(part, changed), "utf-8")
    return path


def field_line(name: str) -> str:
    return next(line.strip() for line in OWN.splitlines() if line.strip().startswith(f"{name}:"))


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        register.load(folder)
    return told.value.faults


@pytest.mark.parametrize(
    ("part", "changed", "fault"),
    [
        ("risk:", "Risk:", f"Risk: {NAME}"),
        ("  label: Risk\n", "", "risk.label: is missing: add it"),
        ("label: Risk", "label: 7", f"risk.label: {TEXTS}, not 7"),
        ("label: Risk", "label: {en: Risk}", "risk.label: must have en and zh, both of them text, and nothing else"),
        ("label: Risk", "label: Risk\n  lable: Risk", "risk.lable: is not a known key: did you mean label?"),
        ("[name]", "7", f"risk.subject: {SUBJECT}, not 7"),
        ("[name]", "[]", f"risk.subject: {SUBJECT}, not []"),
        ("[name]", "[name, 7]", f"risk.subject: {SUBJECT}, not [name, 7]"),
        ("[name]", "[nam]", "risk.subject: nam is not one of the fields: did you mean name?"),
        ("[name]", "kind", "risk.subject: kind may be empty: have it required: true"),
        (FIELDS, "  fields: {}\n", "risk.fields: must have at least one field"),
        (FIELDS, "  fields: [a]\n", f"risk.fields: {MAPPING}, not [a]"),
        (FIELDS, "\n", "risk.fields: is missing: add it"),
    ],
)
def test_a_faulty_kind_is_told_with_its_place_and_reason(tmp_path, part, changed, fault):
    write(tmp_path, part, changed)
    assert faults(tmp_path) == (f"register.yml: {fault}",)


@pytest.mark.parametrize(
    ("field", "changed", "place", "reason"),
    [
        ("more", "text", "more", 'must be a mapping of keys, such as {key: …}, not "text"'),
        ("more", "{type: text}", "more.label", "is missing: add it"),
        ("more", "{label: More}", "more.type", "is missing: add it"),
        ("more", "{label: More, type: text, mix: 3}", "more.mix", "is not a known key: did you mean min?"),
        ("more", "{label: More, type: txt}", "more.type", f'must be one of {TYPES}, not "txt": did you mean text?'),
        ("more", "{label: More, type: text, help: 7}", "more.help", f"{TEXTS}, not 7"),
        # names
        ("more", "{label: name, type: text}", "more", f'"name" is a name of name {LABEL}'),
        ("more", "{label: {en: More, zh: Name}, type: text}", "more", f'"name" is a name of name {LABEL}'),
        ("more", "{label: Author, type: text}", "more", f'"author" is a name of what every entry has {LABEL}'),
        # required
        ("more", "{label: More, type: text, required: 1}", "more.required", f"{REQUIRED}, not 1"),
        ("more", "{label: More, type: text, required: {}}", "more.required", f"{REQUIRED}, not a mapping"),
        ("more", "{label: More, type: text, required: {kind: 7}}", "more.required", f"{REQUIRED}, not a mapping"),
        ("more", "{label: More, type: text, required: {kind: []}}", "more.required", f"{REQUIRED}, not a mapping"),
        (
            "more",
            "{label: More, type: text, required: {kin: law}}",
            "more.required",
            "kin is not one of the other fields: did you mean kind?",
        ),
        (
            "more",
            "{label: More, type: text, required: {more: law}}",
            "more.required",
            "more is not one of the other fields",
        ),
        (
            "more",
            "{label: More, type: text, required: {kind: lax}}",
            "more.required.kind",
            "lax is not one of market, law: did you mean law?",
        ),
        (
            "more",
            "{label: More, type: text, required: {open: law}}",
            "more.required.open",
            "law is not one of true, false",
        ),
        (
            "more",
            "{label: More, type: text, required: {name: law}}",
            "more.required",
            "name must be a choice or a truth, not text",
        ),
        # options
        ("kind", "{label: Kind, type: choice}", "kind.options", OPTIONS),
        ("kind", "{label: Kind, type: choice, options: {}}", "kind.options", OPTIONS),
        ("kind", "{label: Kind, type: choice, options: [law]}", "kind.options", f"{MAPPING}, not [law]"),
        ("kind", "{label: Kind, type: choice, options: {Law: Law}}", "kind.options.Law", NAME),
        ("kind", "{label: Kind, type: choice, options: {law: 7}}", "kind.options.law", f"{TEXTS}, not 7"),
        (
            "kind",
            "{label: Kind, type: choice, options: {law: Law, tax: law}}",
            "kind.options.tax",
            f'"law" is a name of law {LABEL}',
        ),
        ("kind", "{label: K, type: text, options: {a: A}}", "kind.options", "is only for a choice, not for text"),
        # bounds
        ("more", "{label: More, type: text, max_length: 0}", "more.max_length", "must be at least 1, not 0"),
        (
            "more",
            "{label: More, type: text, max_length: 200000}",
            "more.max_length",
            "must be at most 100000, not 200000",
        ),
        ("size", "{label: Z, type: number, max_length: 9}", "size.max_length", "is only for text, not for number"),
        ("more", "{label: More, type: text, min: 1}", "more.min", "is only for a number or a day, not for text"),
        (
            "size",
            "{label: Size, type: number, min: [1]}",
            "size.min",
            "must be a number, or the field that it must keep to, not [1]",
        ),
        ("size", "{label: Size, type: number, min: 3, max: 2}", "size.max", "must be at least min (3), not 2"),
        (
            "size",
            "{label: Size, type: number, min: siz}",
            "size.min",
            "siz is not one of the fields: did you mean size?",
        ),
        ("size", "{label: Size, type: number, min: size}", "size.min", "size must be another field of type number"),
        ("size", "{label: Size, type: number, max: from}", "size.max", "from must be another field of type number"),
        (
            "from",
            "{label: From, type: day, min: 3}",
            "from.min",
            "must be the field of another day: a bound of days is no number",
        ),
    ],
)
def test_a_faulty_field_is_told_with_its_place_and_reason(tmp_path, field, changed, place, reason):
    write(tmp_path, field_line(field), f"{field}: {changed}")
    assert faults(tmp_path) == (f"register.yml: risk.fields.{place}: {reason}",)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (f"{field_line('name')}\n    {field_line('name')}", "name is in line {before} already: keep one of them"),
        ("name: {label: no, type: text, required: true}", 'no may be a word or a truth: write "no", or true or false'),
        ("name: {label: Name: x}", f"is not YAML (expected ',' or '}}', but got ':'): {CHECK}"),
    ],
)
def test_what_is_no_good_yaml_is_told_with_its_line(tmp_path, changed, reason):
    path = write(tmp_path, field_line("name"), changed)
    lines = path.read_text("utf-8").splitlines()
    line = max(number for number, each in enumerate(lines, start=1) if each.strip().startswith("name:"))
    assert faults(tmp_path) == (f"register.yml: line {line}: {reason.replace('{before}', str(line - 1))}",)


def test_all_faults_of_what_is_written_are_told_at_once(tmp_path):
    write(tmp_path, field_line("more"), "more: {type: txt}\n    less: {label: Less, type: choice}")
    assert [re.sub(r":.*", "", fault.removeprefix("register.yml: ")) for fault in faults(tmp_path)] == [
        "risk.fields.more.label",
        "risk.fields.more.type",
        "risk.fields.less.options",
    ]


def test_all_faults_of_what_it_means_are_told_at_once(tmp_path):
    write(
        tmp_path,
        field_line("more"),
        "more: {label: Size, type: number, min: nothing, required: {nobody: x}}",
    )
    assert faults(tmp_path) == (
        'register.yml: risk.fields.more: "size" is a name of size already: give it another label',
        "register.yml: risk.fields.more.min: nothing is not one of the fields",
        "register.yml: risk.fields.more.required: nobody is not one of the other fields",
    )


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="there is no such folder"):
        register.load(tmp_path / "none")
