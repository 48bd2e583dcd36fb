"""The headline figures as shipped."""

from pathlib import Path

import pytest

from config import metrics, product
from config.faults import ConfigError
from config.text import Translated, in_language

IDS = [
    *("new_users", "active_users", "invited_users", "invites_per_active"),
    "activation",
    *("retention_day_1", "retention_day_7", "retention_day_30", "stickiness", "churn", "quick_ratio"),
    *("payers", "paying_rate", "revenue", "orders_per_payer", "revenue_per_order"),
    "hollow_share",
]


@pytest.fixture
def shipped(monkeypatch):
    monkeypatch.delenv("ALMANAC_CONFIG", raising=False)
    return metrics.load()


def test_every_figure_that_others_name_is_there_family_by_family(shipped):
    assert list(shipped) == IDS
    families = [metric.family for metric in shipped.values()]
    assert families == sorted(families, key=["reach", "activation", "retention", "money", "quality"].index)


def test_every_word_of_a_figure_is_in_both_languages(shipped):
    for metric in shipped.values():
        for text in (metric.label, metric.definition, metric.owner):
            assert isinstance(text, Translated)
            assert text.en.isascii() and not text.zh.isascii()


def test_a_definition_is_one_sentence(shipped):
    for metric in shipped.values():
        assert in_language(metric.definition, "en").endswith(".")
        assert in_language(metric.definition, "zh").endswith("。")
        assert in_language(metric.definition, "en").count(". ") == 0


def test_what_suits_any_product_has_no_target(shipped):
    for metric in shipped.values():
        assert metric.target is None


def test_only_losing_people_and_hollow_users_are_better_lower(shipped):
    assert {id for id, metric in shipped.items() if metric.better == "lower"} == {"churn", "hollow_share"}


def test_a_folder_without_figures_uses_the_shipped_ones(tmp_path, shipped):
    assert metrics.load(tmp_path) == shipped


def test_a_folder_with_figures_uses_its_own(tmp_path):
    (tmp_path / "metrics.yml").write_text(
        "sales: {label: Sales, unit: money, better: higher, family: money, definition: Sold., target: 31}"
    )
    own = metrics.load(tmp_path)
    assert list(own) == ["sales"]
    assert own["sales"].target == 31
    assert own["sales"].owner is None


def test_a_product_gives_the_targets(tmp_path):
    _write(tmp_path, "targets: {new_users: 1700, activation: 0.45}")
    figures = metrics.of(product.load(tmp_path))
    assert (figures["new_users"].target, figures["activation"].target, figures["churn"].target) == (1700, 0.45, None)


def test_a_target_of_no_figure_is_told_with_the_nearest(tmp_path):
    _write(tmp_path, "targets: {new_user: 1700, fish: 1}")
    with pytest.raises(ConfigError) as told:
        metrics.of(product.load(tmp_path))
    assert told.value.faults == (
        "product.yml: targets.new_user: is no figure of metrics.yml: did you mean new_users?",
        "product.yml: targets.fish: is no figure of metrics.yml",
    )


def _write(folder: Path, line: str) -> None:
    (folder / "product.yml").write_text(f"product: Shop\ntimezone: UTC\n{line}\n", "utf-8")
