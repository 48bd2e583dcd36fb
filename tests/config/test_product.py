"""What a product file may say, and what holds where it says nothing."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config import metrics, product
from config.faults import ConfigError
from config.text import Translated, in_language


def read(folder: Path, content: str) -> product.Product:
    (folder / "product.yml").write_text(f"product: App\ntimezone: Asia/Shanghai\n{content}\n", "utf-8")
    return product.load(folder)


def test_a_name_and_a_time_zone_are_enough(tmp_path):
    app = read(tmp_path, "")
    assert app.model_dump(by_alias=True) == {
        "product": "App",
        "timezone": "Asia/Shanghai",
        "week_start": "monday",
        "currency": None,
        "holidays": None,
        "data": ".",
        "data_until": None,
        "attach": {},
        "convert": (),
        "dimensions": {},
        "channel": None,
        "channel_limit": 0.5,
        "groups": {},
        "active": "any",
        "activation": None,
        "aarrr": {
            "retained": {"days": (7, 13)},
            "paid": {"event": "payment", "within_days": 30},
            "referred": {"within_days": 30, "event": None},
        },
        "reward_events": (),
        "guardrails": {"opt_out": (), "complaint": ()},
        "funnels": {},
        "retention": {
            "return": {
                "label": {"en": "Came back", "zh": "回访"},
                "start": "signed_up",
                "return": "active",
                "brackets": ((0, 0), (1, 7), (28, 34)),
            }
        },
        "figures": {},
        "targets": {},
        "max_rejected": 0.01,
        "max_segments": 4096,
    }
    assert app.folder == tmp_path


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("product: 阅读\ntimezone: UTC", "product", "阅读"),
        ("product: {en: Reading app, zh: 阅读}\ntimezone: UTC", "product", Translated("Reading app", "阅读")),
        ("data_until: yesterday", "data_until", "yesterday"),
        ("data_until: 2026-03-31", "data_until", date(2026, 3, 31)),
        ("holidays: 'NO'", "holidays", "NO"),
        ("max_rejected: 0", "max_rejected", 0.0),
        ("max_rejected: 5e-2", "max_rejected", 0.05),
        ("active: [open, read]", "active", ("open", "read")),
        ("active: open", "active", ("open",)),
        ("active: [any]", "active", ("any",)),
        ("reward_events: []", "reward_events", ()),
        ("reward_events: task_done", "reward_events", ("task_done",)),
        ("dimensions: {channel: Channel}", "channel", "channel"),
        ("dimensions: {source: Source}", "channel", None),
        ("dimensions: {source: Source}\nchannel: source", "channel", "source"),
    ],
)
def test_a_key_means_what_it_says(tmp_path, line, field, value):
    if line.startswith("product"):
        (tmp_path / "product.yml").write_text(line, "utf-8")
        assert getattr(product.load(tmp_path), field) == value
    else:
        assert getattr(read(tmp_path, line), field) == value


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("1 day", timedelta(days=1)),
        ("1 days", timedelta(days=1)),
        ("7 days", timedelta(days=7)),
        ("2 weeks", timedelta(days=14)),
        ("36 hours", timedelta(days=1, hours=12)),
        ("30 minutes", timedelta(minutes=30)),
    ],
)
def test_a_window_is_written_in_words(tmp_path, text, window):
    app = read(tmp_path, f"funnels: {{f: {{label: F, steps: [a, b], window: {text}}}}}")
    assert app.funnels["f"].window == window


def test_one_event_and_a_list_of_events_are_the_same_step(tmp_path):
    app = read(tmp_path, "funnels: {f: {label: F, steps: [a, [b], [c, d]]}}\nactivation: {event: a}")
    assert [step.event for step in app.funnels["f"].steps] == [("a",), ("b",), ("c", "d")]
    assert [step.needs for step in app.funnels["f"].steps] == [None] * 3
    assert app.activation == product.Activation(event=("a",))


def test_a_step_may_say_what_it_needs_of_ops(tmp_path):
    step = "{event: [b, c], needs: {en: A banner, zh: 横幅}}"
    app = read(tmp_path, f"funnels: {{f: {{label: F, steps: [a, {step}, {{event: d, needs: A call}}]}}}}")
    assert [(step.event, step.needs) for step in app.funnels["f"].steps] == [
        (("a",), None),
        (("b", "c"), Translated("A banner", "横幅")),
        (("d",), "A call"),
    ]


def test_a_funnel_has_two_to_twenty_steps_and_a_window_of_at_most_ten_years(tmp_path):
    twenty = ", ".join("abcdefghijklmnopqrst")
    app = read(tmp_path, f"funnels: {{f: {{label: F, steps: [{twenty}], window: 3650 days}}}}")
    assert (len(app.funnels["f"].steps), app.funnels["f"].window) == (20, timedelta(days=3650))
    assert (app.funnels["f"].order, app.funnels["f"].entry) == ("ordered", "first")


def test_a_list_names_an_event_called_like_a_word_of_ours(tmp_path):
    app = read(tmp_path, "retention: {r: {label: R, start: [signed_up], return: [active, payment]}}")
    assert app.retention["r"].start == ("signed_up",)
    assert app.retention["r"].return_ == ("active", "payment")


def test_a_number_made_elsewhere_needs_a_label_and_a_definition(tmp_path):
    app = read(tmp_path, "figures: {visits: {label: Visits, definition: Visits of the site.}}")
    assert app.figures["visits"].model_dump() == {
        "label": "Visits",
        "unit": "number",
        "better": None,
        "family": "reach",
        "definition": "Visits of the site.",
        "combine": "sum",
        "every": "day",
        "target": None,
        "owner": None,
    }


def test_people_are_filtered_by_dimensions_and_then_by_groups(tmp_path):
    app = read(tmp_path, "groups: {seeds: Seed users, a: A}\ndimensions: {source: Source, channel: Channel}")
    assert app.all_dimensions == {"source": "Source", "channel": "Channel", "seeds": "Seed users", "a": "A"}
    assert list(app.all_dimensions) == ["source", "channel", "seeds", "a"]


FIGURE = "label: F, definition: D"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("figures: {f: {label: F}}", "figures.f.definition: is missing: add it"),
        (
            f"figures: {{f: {{{FIGURE}, unit: rate}}}}",
            "figures.f.combine: a rate cannot be added up: write mean or last",
        ),
        (
            f"figures: {{f: {{{FIGURE}, unit: ratio, combine: sum}}}}",
            "figures.f.combine: a ratio cannot be added up: write mean or last",
        ),
        (
            f"figures: {{f: {{{FIGURE}, combine: average}}}}",
            'figures.f.combine: must be one of sum, mean, last, not "average"',
        ),
        (
            f"figures: {{f: {{{FIGURE}, every: weekday}}}}",
            'figures.f.every: must be one of day, week, month, not "weekday": did you mean week?',
        ),
        (
            f"figures: {{f: {{{FIGURE}, unit: rate, combine: mean, target: 31}}}}",
            "figures.f.target: must be at most 1 for a rate (0.31 is 31 %), not 31",
        ),
        (
            "groups: {a: A, b: B, c: C, d: D, e: E}",
            "groups: must have at most 4 entries, not 5: other lists need no naming",
        ),
        (
            "dimensions: {channel: C}\ngroups: {channel: Seed users}",
            "groups: channel is one of the dimensions: give the group another name in sources/groups.sql",
        ),
        (
            "groups: {standing: Seed users}",
            "groups.standing: is a name the warehouse uses itself: give the group another name in sources/groups.sql",
        ),
        (
            "groups: {Seeds: Seed users}",
            "groups.Seeds: is no name to use here: write small letters a to z, digits and _, a letter first",
        ),
    ],
)
def test_a_figure_or_group_that_cannot_be_is_told_with_its_remedy(tmp_path, line, fault):
    with pytest.raises(ConfigError) as error:
        read(tmp_path, line)
    assert error.value.faults == (f"product.yml: {fault}",)


def test_a_number_made_elsewhere_cannot_take_the_name_of_ours(tmp_path):
    app = read(tmp_path, f"figures: {{revenue: {{{FIGURE}}}, visits: {{{FIGURE}}}}}")
    with pytest.raises(ConfigError) as error:
        metrics.of(app)
    assert error.value.faults == (
        "product.yml: figures.revenue: is a figure of metrics.yml, beside which its rows are set: take the entry out",
    )


def test_a_number_made_elsewhere_is_a_figure_whether_or_not_it_is_declared(tmp_path):
    app = read(tmp_path, f"figures: {{visits: {{{FIGURE}, unit: people, better: higher, combine: last, every: week}}}}")
    found = metrics.made_elsewhere(app, ["stranger", "visits"])
    assert list(found) == ["stranger", "visits"]
    assert (found["visits"].label, found["visits"].unit, found["visits"].better) == ("F", "people", "higher")
    assert (found["stranger"].label, found["stranger"].unit, found["stranger"].better) == ("stranger", "number", None)
    assert "added up" in in_language(found["stranger"].definition, "en")


def test_without_definitions_of_its_own_a_product_has_one(tmp_path):
    assert read(tmp_path, "retention: {}").retention == read(tmp_path, "").retention


def test_the_data_are_seen_from_the_product_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("ALMANAC_DATA", raising=False)
    assert read(tmp_path, "data: ../data/demo").data_folder == tmp_path.parent / "data" / "demo"
    assert read(tmp_path, f"data: {tmp_path}/x").data_folder == tmp_path / "x"
    assert read(tmp_path, "").data_folder == tmp_path


def test_almanac_data_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("ALMANAC_DATA", str(tmp_path / "here"))
    assert read(tmp_path, "data: $NOT_SET/there").data_folder == tmp_path / "here"


def test_variables_in_the_data_folder_are_filled_in_and_the_missing_ones_named(tmp_path, monkeypatch):
    monkeypatch.delenv("ALMANAC_DATA", raising=False)
    monkeypatch.setenv("SOME_PLACE", str(tmp_path))
    monkeypatch.delenv("NO_PLACE", raising=False)
    assert read(tmp_path, "data: $SOME_PLACE/${SOME_PLACE}").data_folder == Path(f"{tmp_path}/{tmp_path}")
    with pytest.raises(ConfigError) as error:
        _ = read(tmp_path, "data: $NO_PLACE/${NO_PLACE}").data_folder
    remedy = "is not set: set it in the environment, or set ALMANAC_DATA"
    assert error.value.faults == (
        f"product.yml: data: $NO_PLACE {remedy}",
        f"product.yml: data: ${{NO_PLACE}} {remedy}",
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)
KEYS = st.sampled_from([*product.Product.model_fields, "label", "steps", "days", "event", "brackets"])
FILES = st.dictionaries(KEYS, ANYTHING | st.dictionaries(KEYS, st.dictionaries(KEYS, ANYTHING))).map(
    lambda content: yaml.safe_dump(content, allow_unicode=True).encode()
)


@given(FILES | st.binary() | st.text().map(str.encode))
def test_whatever_the_file_holds_it_is_read_or_its_faults_are_told(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    (folder / "product.yml").write_bytes(content)
    try:
        product.load(folder)
    except ConfigError as error:
        assert error.faults
        assert all(len(fault.split(": ", 2)) == 3 for fault in error.faults)
        assert all(fault.startswith("product.yml: ") for fault in error.faults)


def test_what_is_converted_before_a_build_is_named_with_its_sheet_or_its_encoding(tmp_path):
    app = read(tmp_path, "convert: [{file: 订单.xlsx, to: o.parquet, sheet: 订单}, {file: a.csv, to: a.parquet}]")
    assert [(each.file, each.to, each.sheet, each.encoding) for each in app.convert] == [
        ("订单.xlsx", "o.parquet", "订单", None),
        ("a.csv", "a.parquet", None, None),
    ]


@pytest.mark.parametrize(
    ("convert", "fault"),
    [
        ("[{file: a.csv, to: x}, {file: b.csv, to: x}]", "x is made twice: keep one of them, or give one another name"),
        ("[{file: a, to: a}]", "a would be written over what it is made of: give it another name"),
        ("[{file: a.csv}]", "entry 1.to: is missing: add it"),
        ("[{file: a.csv, to: b, tab: c}]", "entry 1.tab: is not a known key"),
    ],
)
def test_a_conversion_that_cannot_be_meant_is_refused(tmp_path, convert, fault):
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, f"convert: {convert}")
    assert fault in str(refused.value)
