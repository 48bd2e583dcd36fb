"""What is found out about a team's exports, step by step: SELECTs, dimensions, and what was said on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from config.importing import Importing
from config.text import Translated
from warehouse import contract
from warehouse.new.ask import Interview, Option, Question
from warehouse.new.contents import Contents
from warehouse.new.export import Column, Export, Reading
from warehouse.new.judge import Verdict
from warehouse.new.select import Select, Value
from warehouse.quoting import identifier


@dataclass
class Findings:
    """What was found so far.

    taken, read, left_out  what exports were taken for, how columns are read, what is not used: a sentence each
    amounts                columns of money
    """

    exports: Sequence[Export]
    names: Importing
    contents: Contents
    interview: Interview
    selects: dict[str, list[Select]] = field(default_factory=lambda: {name: [] for name in contract.NAMES})
    dimensions: dict[str, str | Translated] = field(default_factory=dict)
    channel: str | None = None
    signs_up: bool = False
    taken: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    amounts: list[Column] = field(default_factory=list)
    readings: dict[tuple[str, str], Reading | None] = field(default_factory=dict)

    def take(self, verdict: Verdict, as_what: str) -> None:
        """Say what an export was taken for, and why."""
        self.taken.append(
            f"{verdict.export.name} ({verdict.export.rows:,} rows) gives {as_what}: {', '.join(verdict.why)}."
        )

    def value(self, export: Export, column: Column, name: str) -> Value:
        """The column under the contract's name, read as it must be."""
        reading = self.reading(export, column)
        if reading is None:
            return Value(name, identifier(column.name))
        others = ", ".join(other.style for other in column.otherwise if other != reading)
        doubt = f"; it could also be {others}" if others else ""
        self.read.append(f"How {column.name} of {export.name} is read: {reading.style}{doubt}.")
        return Value(name, reading.sql, (f"how {column.name} is read: {reading.style}{doubt}",))

    def reading(self, export: Export, column: Column) -> Reading | None:
        """How a column is read; asked once where several ways fit."""
        at = (export.name, column.name)
        if at not in self.readings:
            self.readings[at] = self._chosen_reading(export, column) if column.otherwise else column.reading
        return self.readings[at]

    def _chosen_reading(self, export: Export, column: Column) -> Reading | None:
        styles = {"": column.reading, **{way.style: way for way in column.otherwise}}
        likely = "as it stands" if column.reading is None else column.reading.style
        chosen = self.interview.ask(
            Question(
                text=f"How is {column.name} of {export.name} to be read?",
                subject=f"how {column.name} of {export.name} is read",
                default="",
                why=f"since every value fits it; from {column.low} to {column.high} then",
                options=tuple(Option(style, style or likely) for style in styles),
                samples=column.samples,
            )
        )
        return styles[chosen]

    def chosen(self, verdict: Verdict, name: str, meaning: str) -> Column:
        """The column that is the contract's `name`; asked where several may be."""
        choices = verdict.choices.get(name, ())
        if len(choices) < 2:
            return verdict.columns[name]
        chosen = self.interview.ask(
            Question(
                text=f"Which column of {verdict.export.name} is {meaning}?",
                subject=f"{meaning} of {verdict.export.name}",
                default=choices[0].name,
                why="since its name says so best",
                options=tuple(
                    Option(choice.name, f"{choice.name}: {', '.join(choice.samples[:3])}") for choice in choices
                ),
            )
        )
        return verdict.export.column(chosen)
