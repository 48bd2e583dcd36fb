"""stages.yml: the stages as shipped, and what is told of a faulty one."""

import pytest
import yaml

from config import SHIPPED, stages
from config.faults import ConfigError
from config.stages import StageRules
from config.text import Translated, in_language


@pytest.fixture
def content(monkeypatch):
    monkeypatch.delenv("ALMANAC_CONFIG", raising=False)
    return yaml.safe_load((SHIPPED / "stages.yml").read_text("utf-8"))


def faults(folder, content) -> tuple[str, ...]:
    (folder / "stages.yml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(ConfigError) as told:
        stages.load(folder)
    return told.value.faults


def test_every_stage_is_there_in_the_order_of_a_life(content):
    found = stages.load()
    assert list(found.stages) == ["design", "cold_start", "growth", "maturity", "decline", "unknown"]
    assert list(found.stages["cold_start"].parts) == ["validation", "launch"]


def test_every_word_of_a_stage_is_in_both_languages(content):
    for stage in stages.load().stages.values():
        for part in (stage, *stage.parts.values()):
            for text in (part.label, part.aim, part.responsible):
                assert isinstance(text, Translated)
                assert text.en.isascii() and not text.zh.isascii()
            assert in_language(part.aim, "en").endswith(".") and in_language(part.aim, "zh").endswith("。")


def test_the_bounds_shipped_are_those_of_the_rule(content):
    assert stages.load().rules == StageRules()
    assert set(content["rules"]) == set(StageRules.model_fields)


def test_a_folder_without_stages_uses_the_shipped_ones(tmp_path, content):
    assert stages.load(tmp_path) == stages.load()


def test_a_folder_sets_growth_and_decline_apart(tmp_path, content):
    content["rules"] = {"growth": 0.02, "decline": 0.005}
    (tmp_path / "stages.yml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    rules = stages.load(tmp_path).rules
    assert (rules.growth, rules.decline, rules.sure) == (0.02, 0.005, 0.8)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"grow": 0.02}, "stages.yml: rules.grow: is not a known key: did you mean growth?"),
        ({"decline": -0.01}, "stages.yml: rules.decline: must be at least 0, not -0.01"),
        ({"decline": 1}, "stages.yml: rules.decline: must be at most 0.5, not 1"),
        ({"sure": 0.5}, "stages.yml: rules.sure: must be at least 0.6, not 0.5"),
        ({"short_window": 5}, "stages.yml: rules.short_window: must be at least 8, not 5"),
        ({"short_window": 30}, "stages.yml: rules.long_window: must not be shorter than short_window (30), not 26"),
        ({"launch_users": "many"}, 'stages.yml: rules.launch_users: must be a whole number, not "many"'),
    ],
)
def test_a_bound_that_cannot_be_used_is_told(tmp_path, content, rules, told):
    assert faults(tmp_path, content | {"rules": {"long_window": 26} | rules}) == (told,)


def test_a_stage_too_many_or_too_few_is_told(tmp_path, content):
    shipped = content["stages"]
    assert faults(tmp_path, content | {"stages": shipped | {"grwth": shipped["growth"]}}) == (
        "stages.yml: stages: grwth is no stage: did you mean growth?",
    )
    few = {name: stage for name, stage in shipped.items() if name not in ("decline", "unknown")}
    assert faults(tmp_path, content | {"stages": few}) == (
        "stages.yml: stages: must have every stage: add decline, unknown",
    )


def test_only_cold_start_has_parts_and_it_has_both(tmp_path, content):
    shipped = content["stages"]
    half = shipped["cold_start"] | {"parts": {"launch": shipped["cold_start"]["parts"]["launch"]}}
    assert faults(tmp_path, content | {"stages": shipped | {"cold_start": half}}) == (
        "stages.yml: stages: cold_start.parts must be validation and launch",
    )
    parted = shipped["growth"] | {"parts": shipped["cold_start"]["parts"]}
    assert faults(tmp_path, content | {"stages": shipped | {"growth": parted}}) == (
        "stages.yml: stages: growth has no parts",
    )
