"""metrics.yml: what is told unasked, of a figure and of the whole product."""

import pytest

from config import metrics
from config.faults import ConfigError
from config.metrics import Alerts

SALES = "sales: {label: Sales, unit: money, better: higher, family: money, definition: Sold."


@pytest.fixture
def write(tmp_path):
    def write(*lines):
        (tmp_path / "metrics.yml").write_text("\n".join(lines), "utf-8")
        return tmp_path

    return write


def test_rules_of_the_whole_product_stand_beside_the_figures_and_are_none(write):
    folder = write("alerts: {stage_changed: true, data_old: 3, build_failed: true}", f"{SALES}, alerts: [behind]}}")
    assert list(metrics.load(folder)) == ["sales"]
    assert metrics.load(folder)["sales"].alerts == ("behind",)
    assert metrics.rules(folder) == Alerts(stage_changed=True, data_old=3, build_failed=True)


def test_without_rules_nothing_is_told(write):
    folder = write(f"{SALES}}}")
    assert metrics.load(folder)["sales"].alerts == ()
    assert metrics.rules(folder) == Alerts(stage_changed=False, data_old=None, build_failed=False)


def test_a_folder_without_figures_uses_the_shipped_rules(tmp_path):
    assert metrics.rules(tmp_path) == Alerts(stage_changed=True, data_old=2, build_failed=True)
    told = {name: figure.alerts for name, figure in metrics.load(tmp_path).items() if figure.alerts}
    assert {"new_users", "active_users", "activation", "revenue"} <= told.keys()
    assert len(told) <= 6


@pytest.mark.parametrize(
    ("rules", "of_sales", "faults"),
    [
        (
            "{}",
            "[unusal]",
            ['sales.alerts, entry 1: must be one of unusual, behind, not "unusal": did you mean unusual?'],
        ),
        ("{}", "[behind, behind]", ["sales.alerts: has behind twice: keep one of them"]),
        ("{}", "behind", ['sales.alerts: must be a list, not "behind"']),
        ("{stage_change: true}", "[]", ["alerts.stage_change: is not a known key: did you mean stage_changed?"]),
        ("{data_old: 0}", "[]", ["alerts.data_old: must be at least 1, not 0"]),
        ("{data_old: soon}", "[]", ['alerts.data_old: must be a whole number, not "soon"']),
        ("true", "[]", ["alerts: must be a mapping of keys, such as {key: …}, not true"]),
        (
            "{build_failed: 1}",
            "[late]",
            [
                'sales.alerts, entry 1: must be one of unusual, behind, not "late"',
                "alerts.build_failed: must be true or false, not 1",
            ],
        ),
    ],
)
def test_a_faulty_rule_is_told_with_its_place(write, rules, of_sales, faults):
    folder = write(f"alerts: {rules}", f"{SALES}, alerts: {of_sales}}}")
    for read in (metrics.load, metrics.rules):
        with pytest.raises(ConfigError) as told:
            read(folder)
        assert told.value.faults == tuple(f"metrics.yml: {fault}" for fault in faults)
