"""Reading YAML strictly: every fault of a file is found, and all are told at once.

Plain words mean what YAML 1.2 says: only true and false are booleans, 010 and 12:30 are text. YAML 1.1 would
take yes, no, on and off for booleans, so these must be quoted.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from config.faults import ConfigError, did_you_mean, shown

Kind = TypeVar("Kind")
Place = Sequence[int | str]

_YAML = "tag:yaml.org,2002:"


class Model(BaseModel):
    """A part of a configuration file: nothing unknown, nothing coerced, nothing changed later."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


def read(path: Path, kind: type[Kind]) -> Kind:
    """The file as the model (or the mapping of models) asked for; ConfigError with all its faults."""
    content, faults = parse(path)
    return checked(content, kind, path.name, faults)


def checked(content: object, kind: type[Kind], file: str, faults: Sequence[str] = ()) -> Kind:
    """What a file of that name says, as the model asked for; ConfigError with all its faults, those known first."""
    found, told = None, list(faults)
    try:
        found = TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        told += [f"{file}: {_sentence(kind, each)}" for each in error.errors()]
    if told or found is None:
        raise ConfigError(told)
    return found


def parse(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The mapping in a YAML file, and its faults so far; ConfigError where there is nothing to go on with."""
    text = _text(path)
    try:
        loader = _Loader(text)
        content = loader.get_single_data()
    except yaml.YAMLError as error:
        raise ConfigError([f"{path.name}: {_unreadable(error, text)}"]) from None
    if not isinstance(content, dict):
        reason = f"must be keys and values, one a line, as in key: value{shown(content)}"
        raise ConfigError([f"{path.name}: line 1: {reason}"])
    return content, [f"{path.name}: line {line}: {reason}" for line, reason in sorted(loader.faults)]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        fault = f"line {line}: is not UTF-8: save the file as UTF-8"
    except OSError as error:
        fault = f"{path.parent}: {_missing(path) or f'cannot be read ({error.strerror})'}"
    raise ConfigError([f"{path.name}: {fault}"])


def _missing(path: Path) -> str:
    if not path.parent.is_dir():
        return "there is no such folder: name one that exists, with this file in it"
    return "" if path.exists() else "the file is missing in this folder: add it"


def _unreadable(error: yaml.YAMLError, text: str) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line if mark else text.count("\n", 0, getattr(error, "position", 0))
    problem = getattr(error, "problem", None) or getattr(error, "reason", None)
    return f"line {line + 1}: is not YAML ({problem}): check the indentation, colons and quotes there"


class _Loader(yaml.SafeLoader):
    """YAML to plain values; what is ambiguous is noted in `faults` and read as text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own form

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.faults: list[tuple[int, str]] = []  # line, reason

    def fetch_tag(self) -> None:
        problem = "what starts with ! must be in quotes"
        raise yaml.scanner.ScannerError(None, None, problem, self.get_mark())

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            line = key.start_mark.line + 1
            if key.tag != f"{_YAML}str":
                self.faults.append((line, f"the key {key.value} is not text: put it in quotes"))
                key.tag = f"{_YAML}str"
            if key.value in lines:
                reason = f"{key.value} is in line {lines[key.value]} already: keep one of them"
                self.faults.append((line, reason))
            lines.setdefault(key.value, line)
        return super().construct_mapping(node, deep)

    def note_ambiguous(self, node: yaml.ScalarNode) -> str:
        word = str(node.value)
        reason = f'{word} may be a word or a truth: write "{word}", or true or false'
        self.faults.append((node.start_mark.line + 1, reason))
        return word

    def construct_day(self, node: yaml.ScalarNode) -> date | str:
        try:
            return date.fromisoformat(node.value)
        except ValueError:  # 2026-02-30 is text, which no key that wants a day takes
            return str(node.value)


for _tag, _pattern, _first in [
    (f"{_YAML}null", r"~|null|", ["~", "n", ""]),
    (f"{_YAML}bool", r"true|false", [*"tf"]),
    (f"{_YAML}int", r"[-+]?(0|[1-9][0-9]{0,17})", [*"-+0123456789"]),
    (f"{_YAML}float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=e))(e[-+]?[0-9]+)?", [*"-+.0123456789"]),
    ("!day", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", [*"0123456789"]),
    ("!ambiguous", r"(?i:yes|no|on|off)", [*"yYnNoO"]),
]:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), _first)
_Loader.add_constructor("!day", _Loader.construct_day)
_Loader.add_constructor("!ambiguous", _Loader.note_ambiguous)


def _sentence(kind: Any, error: ErrorDetails) -> str:
    """One fault of the model as "place: reason"."""
    place = [part for part in error["loc"] if part != "[key]"]
    given, context = error["input"], error.get("ctx", {})
    match error["type"]:
        case "value_error":
            reason = str(context["error"])
        case "missing":
            reason = "is missing: add it"
        case "extra_forbidden":
            known = _keys(kind, place[:-1])
            hint = did_you_mean(str(place[-1]), known) or f": the keys here are {', '.join(known)}"
            reason = f"is not a known key{hint}"
        case "literal_error":
            known = [str(word) for word in get_args(_type(kind, error["loc"]))]
            hint = did_you_mean(given, known) if isinstance(given, str) else ""
            reason = f"must be one of {', '.join(known)}{shown(given)}{hint}"
        case "string_type":
            remedy = ": put it in quotes" if isinstance(given, bool | int | float | date) else ""
            reason = f"must be text{shown(given)}{remedy}"
        case "too_short":
            reason = f"must have at least {context['min_length']} entry{shown(given)}"
        case "greater_than_equal":
            reason = f"must be at least {context['ge']:g}{shown(given)}"
        case "less_than_equal":
            reason = f"must be at most {context['le']:g}{shown(given)}"
        case other:
            reason = f"must be {_NAMES.get(other, 'a value of another kind')}{shown(given)}"
    return f"{_spoken(place)}: {reason}"


_NAMES = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a mapping of names, such as {name: …}",
    "model_type": "a mapping of keys, such as {key: …}",
    "model_attributes_type": "a mapping of keys, such as {key: …}",
}


def _spoken(place: Place) -> str:
    """funnels.first_book.steps, entry 2."""
    words = [f", entry {part + 1}" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(words).lstrip(".")


def _type(kind: Any, place: Place) -> Any:
    """The type a file of that kind has at that place; "[key]" stands for the key itself."""
    outside = kind
    for part in place:
        if part == "[key]":
            return get_args(outside)[0]
        outside = kind
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {field.alias or name: field for name, field in kind.model_fields.items()}
            kind = fields[str(part)].annotation
        else:
            kind = next(each for each in reversed(get_args(kind)) if each is not ...)
        kind = _one_of(kind, place)
    return kind


def _one_of(kind: Any, place: Place) -> Any:
    """Of several types the model that has the last part of the place; else the first, which is not None."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    models = [each for each in get_args(kind) if isinstance(each, type) and issubclass(each, BaseModel)]
    return next((each for each in models if str(place[-1]) in each.model_fields), get_args(kind)[0])


def _keys(kind: Any, place: Place) -> list[str]:
    model = _type(kind, place)
    return [field.alias or name for name, field in model.model_fields.items()]
