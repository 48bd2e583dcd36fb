"""What README.md says is true: its commands run, its files and queries exist, its words are those of the code."""

import re
from pathlib import Path

import pytest

from config import metrics
from tests.products import built
from warehouse import queries
from warehouse.__main__ import _parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CODE = re.findall(r"`([^`\n]+)`", README)


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make (\w+)", README, re.MULTILINE))
    assert named and named <= targets


@pytest.mark.parametrize(
    "line", re.findall(r"(?:^ {4}|`)(?:\S+=\S+ )?\S*python -m warehouse ([^`\n]*?)(?:  .*|`.*)?$", README, re.MULTILINE)
)
def test_every_command_named_is_understood(line: str) -> None:
    asked = _parser().parse_args(line.split())
    if getattr(asked, "name", None):
        header = queries.askable(asked.name)
        assert {text.partition("=")[0] for text in asked.values} <= {field.name for field in header.params}


def test_every_path_named_exists() -> None:
    made = ("data/",)
    paths = {code for code in CODE if re.fullmatch(r"[a-z_.]+(/[\w.]*)+", code) and not code.startswith(made)}
    missing = {path for path in paths if not (ROOT / path).exists() and path not in queries.names()}
    assert paths and missing == set()


def test_every_picture_is_there_and_small() -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).stat().st_size < 300_000


def test_the_words_of_the_code_are_explained() -> None:
    explained = README.split("## Words we use")[1].split("## ")[0]
    with built({}, {"events": [{"user_id": "a", "event": "read", "occurred_at": "2024-01-01"}]}) as answers:
        states = {row[1] for row in answers.rows("lifecycle/growth", grain="day")}
    for word in (*states, "hollow", "pending", "cohort", "bracket", "segment", "standing", "quick ratio"):
        assert word in explained, word


def test_the_figures_are_those_that_are_counted() -> None:
    counted = {name.split("/")[-1] for name in queries.all_names() if name.startswith("build/metrics/")}
    assert set(metrics.load(ROOT / "config")) == counted
