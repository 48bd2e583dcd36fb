"""The files of a product folder, as text: sources/*.sql and product.yml, to be read and changed by people."""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import duckdb
import yaml

from config.presets import Type
from config.product import Activation, Funnel, Retention
from config.text import Translated
from warehouse.new.export import Conversion, Export
from warehouse.new.fit import Fitted
from warehouse.new.guess import Guess
from warehouse.new.select import Joined, Select
from warehouse.quoting import identifier

WIDTH = 118
INDENT = "    "
_PLAIN_COLUMN = re.compile(r"[a-z_][a-z0-9_]*")
_PLAIN_WORD = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*( [A-Za-z0-9_\u4e00-\u9fff]+)*")
_AMBIGUOUS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_STRING = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")


# sources/*.sql --------------------------------------------------------------------------------------------------------


def sql(selects: Sequence[Select]) -> str:
    """The text of one source: the SELECTs, one after the other."""
    head = _comments(note for select in selects[:1] for note in select.notes)
    bodies = [_select(select) for select in selects]
    between = ["\nunion all by name\n" + _comments(select.notes) for select in selects[1:]]
    return head + bodies[0] + "".join(word + body for word, body in zip(between, bodies[1:], strict=True)) + "\n"


def _select(select: Select) -> str:
    lines = ["select"]
    for value in select.values:
        lines += [INDENT + line for line in _comments(value.notes).split("\n") if line]
        expression = _folded(_readable(value.sql), WIDTH - 3 * len(INDENT) - len(value.name))
        is_named = re.fullmatch(rf'(\w+\.)?("?){value.name}\2', expression)
        lines.append(_indented(f"{expression}," if is_named else f"{expression} as {_alias(value.name)},"))
    lines.append(_once(select.source) if select.once and isinstance(select.source, Export) else _from(select.source))
    if select.where:
        lines.append(f"where {_readable(select.where)}")
    if select.grouped:
        lines.append("group by all")
    return "\n".join(lines)


def _from(source: Export | Joined) -> str:
    if isinstance(source, Export):
        return f"from {_folded(source.relation, WIDTH - 3 * len(INDENT))}"
    return "\n".join(
        [
            f"from (\n{_indented(_select(source.left))}\n) as {source.left_name}",
            f"{'full' if source.whole else 'left'} join (\n{_indented(_select(source.right))}\n)"
            f" as {source.right_name}",
            f"{INDENT}on {source.right_name}.{source.key} = {source.left_name}.{source.key}",
        ]
    )


def _once(export: Export) -> str:
    columns = [f"{INDENT}{_readable(identifier(column.name))}," for column in export.columns]
    inner = "\n".join(["select distinct", *columns, _from(export)])
    return f"from (\n{_indented(inner)}\n) as different"


def _folded(text: str, width: int = WIDTH) -> str:
    """The expression; where it is too long for a line, a line for each argument of a call, entry, or part of a case."""
    if len(text) <= width and "{" not in _STRING.sub("", text):
        return text
    inside = width - len(INDENT)
    if text.startswith("case ") and "\n" not in text:
        first, *parts = _cut(text, r" (?=(?:when|then|else|end)\b)")
        lines = [first]
        for part in parts:
            word, _, rest = part.partition(" ")
            step = {"when": 1, "then": 2, "else": 1, "end": 0}[word]
            lines.append(f"{INDENT * step}{word} {rest}".rstrip())
        return "\n".join(lines)
    opened = re.match(r"(?:\w+ = )?(\w*\(|\{)(.*)[)}]\Z", text, re.DOTALL)
    if opened is None:
        return text
    inner = [_indented(_folded(part.strip(), inside)) for part in _cut(opened[2], ",")]
    return f"{text[: opened.end(1)]}\n" + ",\n".join(inner) + f"\n{text[-1]}"


def _cut(text: str, where: str) -> list[str]:
    """The text, cut at a pattern where that stands in no quotes and no brackets."""
    bare = list(_STRING.sub(lambda found: "_" * len(found[0]), text))
    depth = 0
    for at, letter in enumerate(bare):
        depth -= letter in ")]}"
        if depth:
            bare[at] = "_"
        depth += letter in "([{"
    parts, began = [], 0
    for found in re.finditer(where, "".join(bare)):
        parts.append(text[began : found.start()])
        began = found.end()
    return [*parts, text[began:]]


def _readable(expression: str) -> str:
    """The expression with columns unquoted where they need no quotes."""

    def bare(found: re.Match[str]) -> str:
        text = found[0]
        name = text[1:-1]
        plain = text.startswith('"') and _PLAIN_COLUMN.fullmatch(name) and name not in _keywords()
        return name if plain else text

    return _STRING.sub(bare, expression)


@cache
def _keywords() -> frozenset[str]:
    """The words that cannot be columns without quotes."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'"
        ).fetchall()
    return frozenset(name for (name,) in rows)


def _indented(text: str) -> str:
    """The text, a step to the right; line breaks inside quotes belong to names and stay as they are."""
    kept = _STRING.sub(lambda found: found[0].replace("\n", "\0"), text)
    return textwrap.indent(kept, INDENT).replace("\0", "\n")


def _alias(name: str) -> str:
    return identifier(name) if name in _keywords() else name


def _comments(notes: Iterable[str]) -> str:
    """Comment lines; nothing in a note, whatever name is in it, can end its line."""
    lines = [line for note in notes for line in textwrap.wrap(one_line(note), WIDTH - 2 * len(INDENT))]
    return "".join(f"-- {line}\n" for line in lines)


def one_line(text: str) -> str:
    """The text without line breaks and other control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


# product.yml ----------------------------------------------------------------------------------------------------------


def product_yml(
    name: str,
    guess: Guess,
    fitted: Fitted,
    type_: Type,
    data: str,
    exports: Sequence[Export],
    max_rejected: float | None,
    rejected: str,
) -> str:
    """product.yml.

    data          the folder of the exports as seen from the product's
    exports       those that sources read
    max_rejected  what is to be allowed, where more than usual of a table cannot be used; `rejected` says how much
    """
    parts = [
        "# What this product is, as far as its exports tell; ASSUMED.md has what was taken for granted. Change it",
        "# as you like: only product and timezone are required. A text for people is a string, or {en: …, zh: …}.",
        "",
        f"product: {_text(name)}",
        "",
        "# Days, weeks and months are calendar ones in this zone. Times that carry a zone are converted to it; times",
        "# without one are taken to be in it.",
        f"timezone: {_text(guess.timezone)}",
    ]
    if guess.currency:
        parts.append(f"currency: {_text(guess.currency)}")
    parts += ["", "# The folder of the exports, seen from this one; ALMANAC_DATA wins over it.", f"data: {_text(data)}"]
    attached = dict(export.attach for export in exports if export.attach)
    if attached:
        parts += ["", "# Databases among the exports, read only.", "attach:"]
        parts += [f"    {key}: {_text(path)}" for key, path in sorted(attached.items())]
    conversions = list(dict.fromkeys(export.conversion for export in exports if export.conversion))
    if conversions:
        parts += ["", "# Made before every build, where the file is newer than what was made of it.", "convert:"]
        parts += [f"    - {_conversion(conversion)}" for conversion in conversions]
    if guess.dimensions:
        parts += [
            "",
            "# What is fixed for a person at sign-up and can be filtered by: a column of users each.",
            "dimensions:",
        ]
        parts += [f"    {key}: {_text(label)}" for key, label in guess.dimensions.items()]
    if guess.channel:
        parts += ["", "# The dimension that says where a person came from; costs are joined to it."]
        parts += [f"channel: {_text(guess.channel)}"]
    parts += [
        "",
        f"# From config/presets/{type_}.yml, kept to the events that occur.",
        f"active: {_events(fitted.active)}",
    ]
    if fitted.activation:
        parts += [f"activation: {_activation(fitted.activation)}"]
    else:
        parts += ["# activation: {event: [an event], times: 1, within_days: 7}"]
    if fitted.reward_events:
        parts += ["", "# Done for a reward. Who does nothing else in the first 7 days is hollow."]
        parts += [f"reward_events: {_events(fitted.reward_events)}"]
    if fitted.funnels:
        parts += ["", "funnels:", *(line for key, funnel in fitted.funnels.items() for line in _funnel(key, funnel))]
    parts += [
        "",
        "# Who started, and what counts as coming back. brackets: spans of days, both ends included.",
        "retention:",
    ]
    parts += [line for key, definition in fitted.retention.items() for line in _retention(key, definition)]
    if max_rejected is not None:
        parts += ["", *(f"# {line}" for line in textwrap.wrap(f"MORE THAN USUAL: {one_line(rejected)}", WIDTH))]
        parts += [f"max_rejected: {max_rejected:g}"]
    return "\n".join(parts) + "\n"


def _text(value: str | Translated) -> str:
    """A text as YAML has it, in quotes unless it is plain words."""
    if isinstance(value, Translated):
        return f"{{en: {_text(value.en)}, zh: {_text(value.zh)}}}"
    if _PLAIN_WORD.fullmatch(value) and value.casefold() not in _AMBIGUOUS:
        return value
    quoted: str = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10**9)
    return quoted.strip()


def _events(events: str | tuple[str, ...]) -> str:
    return events if isinstance(events, str) else f"[{', '.join(map(_text, events))}]"


def _conversion(conversion: Conversion) -> str:
    given = {name: getattr(conversion, name) for name in ("file", "to", "sheet", "encoding")}
    return "{" + ", ".join(f"{name}: {_text(value)}" for name, value in given.items() if value is not None) + "}"


def _activation(activation: Activation) -> str:
    return f"{{event: {_events(activation.event)}, times: {activation.times}, within_days: {activation.within_days}}}"


def _funnel(name: str, funnel: Funnel) -> list[str]:
    days, rest = divmod(int(funnel.window.total_seconds()), 86_400)
    window = f"{days} days" if not rest else f"{int(funnel.window.total_seconds()) // 60} minutes"
    return [
        f"    {name}:",
        f"        label: {_text(funnel.label)}",
        "        steps:",
        *(f"            - {_events(step.event)}" for step in funnel.steps),
        f"        window: {window}",
        f"        order: {funnel.order}",
        f"        entry: {funnel.entry}",
    ]


def _retention(name: str, definition: Retention) -> list[str]:
    brackets = ", ".join(f"[{first}, {last}]" for first, last in definition.brackets)
    return [
        f"    {name}:",
        f"        label: {_text(definition.label)}",
        f"        start: {_events(definition.start)}",
        f"        return: {_events(definition.return_)}",
        f"        brackets: [{brackets}]",
    ]


# ASSUMED.md -----------------------------------------------------------------------------------------------------------


def assumed_md(name: str, chapters: Mapping[str, Sequence[str]]) -> str:
    """ASSUMED.md: what was taken for granted, a list a chapter; chapters without an entry are left away."""
    parts = [
        f"# {one_line(name)}: what was assumed",
        "",
        "Written by `python -m warehouse new`. Where a line is wrong,",
    ]
    parts += ["change `product.yml` or the file of `sources/` that it is about, and build again."]
    for title, lines in chapters.items():
        if lines:
            parts += ["", f"## {title}", "", *(f"- {_marked(line)}" for line in lines)]
    return "\n".join(parts) + "\n"


def _marked(line: str) -> str:
    """A line in which names of files and headers are no markup."""
    return re.sub(r"([\\`*\[\]<>|])", r"\\\1", one_line(line))
