"""Small exports for tests: files written to a folder, looked at, and taken for something."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from config import importing
from tests.warehouse.new import workbooks
from tests.warehouse.new.workbooks import Sheet
from warehouse.new import files
from warehouse.new.ask import Question
from warehouse.new.contents import Contents
from warehouse.new.guess import Guess, guess


@dataclass
class Answering:
    """Answers by heading, and with the default where a heading is not among them."""

    given: Mapping[str, str] = field(default_factory=dict)
    answers: list[tuple[Question, str]] = field(default_factory=list)

    def ask(self, question: Question) -> str:
        """The answer given, or the default."""
        answer = self.given.get(question.subject, question.default)
        self.answers.append((question, answer))
        return answer

    @property
    def subjects(self) -> list[str]:
        """What was asked, without what is asked of every product."""
        return [question.subject for question, _ in self.answers if question.subject not in ("time zone", "currency")]


def write(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write files of these names and texts; a text may be indented, its first line is the header."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def guessed(
    folder: Path, texts: Mapping[str, str], answers: Mapping[str, str] | None = None
) -> tuple[Guess, Answering]:
    """What files of these names and texts are taken for."""
    interview = Answering(answers or {})
    write(folder, texts)
    with duckdb.connect() as connection:
        exports, _ = files.find(folder, connection)
        with contextlib.chdir(folder):
            return guess(exports, importing.load(), Contents(connection), interview), interview


def chinese(folder: Path) -> Path:
    """60 people in GB18030, and 40 orders of 20 of them in a workbook: ¥1,234.50 the first, ¥10.00 the others."""
    folder.mkdir()
    people = "\n".join(
        f"{1000 + n},2026-01-{n % 28 + 1:02} 08:30:00,{'抖音' if n % 3 else '小红书'},{'安卓' if n % 2 else '苹果'}"
        for n in range(60)
    )
    (folder / "users.csv").write_bytes(f"用户ID,注册时间,渠道,平台\n{people}\n".encode("gb18030"))
    orders = [
        [str(1000 + n % 20), f"2026-02-{n % 28 + 1:02} 12:00:00", "¥10.00" if n else "¥1,234.50"] for n in range(40)
    ]
    workbooks.write(folder / "订单.xlsx", Sheet("订单", [["用户ID", "下单时间", "金额"], *orders]))
    return folder
