"""What a product file may say, and what holds where it says nothing."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config import product
from config.faults import ConfigError
from config.text import Translated


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
        "dimensions": {},
        "channel": None,
        "active": "any",
        "activation": None,
        "aarrr": {
            "retained": {"days": (7, 13)},
            "paid": {"event": "payment", "within_days": 30},
            "referred": {"within_days": 30},
        },
        "reward_events": (),
        "funnels": {},
        "retention": {
            "return": {
                "label": {"en": "Came back", "zh": "回访"},
                "start": "signed_up",
                "return": "active",
                "brackets": ((0, 0), (1, 7), (28, 34)),
            }
        },
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
    assert app.funnels["f"].steps == (("a",), ("b",), ("c", "d"))
    assert app.activation == product.Activation(event=("a",))


def test_a_list_names_an_event_called_like_a_word_of_ours(tmp_path):
    app = read(tmp_path, "retention: {r: {label: R, start: [signed_up], return: [active, payment]}}")
    assert app.retention["r"].start == ("signed_up",)
    assert app.retention["r"].return_ == ("active", "payment")


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
