"""What the exports do not say: questions, asked on a terminal or answered with what is likely."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from rich.console import Console


@dataclass(frozen=True)
class Option:
    """One answer: the word for it, and what a person reads."""

    value: str
    shown: str


@dataclass(frozen=True)
class Question:
    """A doubt that a person should settle.

    text      the question, one sentence
    subject   the same as a heading: "time zone"
    default   the likely answer
    why       what makes it likely, as the end of a sentence: "since …"
    options   the answers to choose from; none: any text that `check` takes
    samples   values from the exports that help to decide
    check     for free text: the sentence that says what is wrong with it, None where nothing is
    """

    text: str
    subject: str
    default: str
    why: str
    options: tuple[Option, ...] = ()
    samples: tuple[str, ...] = ()
    check: Callable[[str], str | None] = lambda text: None

    def shown(self, answer: str) -> str:
        """An answer as a person reads it."""
        return next((option.shown for option in self.options if option.value == answer), answer or "none")


class Interview(Protocol):
    """Whoever answers: `answers` has every question so far with its answer, in order."""

    answers: list[tuple[Question, str]]

    def ask(self, question: Question) -> str:
        """The answer: the value of one of its options, or a text that its check takes."""


@dataclass
class Assuming:
    """Takes every default."""

    answers: list[tuple[Question, str]] = field(default_factory=list)

    def ask(self, question: Question) -> str:
        """The default."""
        self.answers.append((question, question.default))
        return question.default


@dataclass
class Terminal:
    """Asks a person, line by line; an empty line takes the default.

    Raises EOFError where the input ends before the answer.
    """

    lines: TextIO
    console: Console
    answers: list[tuple[Question, str]] = field(default_factory=list)

    def ask(self, question: Question) -> str:
        """What the person chose."""
        self._say(f"\n{question.text}")
        if question.samples:
            self._say(f"  for example {', '.join(question.samples)}")
        for number, option in enumerate(question.options, start=1):
            self._say(f"  {number}  {option.shown}")
        answer = self._answer(question)
        self.answers.append((question, answer))
        return answer

    def _answer(self, question: Question) -> str:
        values = [option.value for option in question.options]
        likely = str(values.index(question.default) + 1) if values else question.default or "none"
        while True:
            self._say(f"  [{likely}: {question.why}] ", end="")
            line = self.lines.readline()
            if not line:
                raise EOFError
            given = line.strip()
            if not given:
                return question.default
            if not values:
                fault = question.check(given)
                if fault is None:
                    return given
                self._say(f"  {fault}")
            elif given.isdecimal() and 1 <= int(given) <= len(values):
                return values[int(given) - 1]
            else:
                self._say(f"  Write a number from 1 to {len(values)}, or nothing for {likely}.")

    def _say(self, text: str, end: str = "\n") -> None:
        self.console.print(text, end=end, markup=False, highlight=False, soft_wrap=True)
