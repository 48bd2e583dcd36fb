"""register.yml: what people may write into the logbook: the kinds of entries, and the fields of each.

Forms, tables and CSV files are made from it. A product's own register may add kinds, fields and options, and say all of
it in other words; what the shipped one has stays, because pages read it by name.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, PrivateAttr, ValidationInfo, field_validator
from pydantic import Field as Setting

import config
from config.faults import ConfigError, did_you_mean, shown
from config.kinds import Name
from config.reading import Model, read
from config.text import Text, in_language

Type = Literal["text", "long_text", "day", "number", "choice", "figure", "person", "truth", "link"]
# What the form does not say of an entry; a column of a CSV file each.
OF_AN_ENTRY = ("id", "at", "author", "subject", "replaces")
LONGEST = {"text": 200, "long_text": 10_000, "person": 100, "link": 2_000}
TRUTHS: Mapping[bool, tuple[str, ...]] = {True: ("true", "yes", "是", "1"), False: ("false", "no", "否", "0")}
ANOTHER = "already: give it another label"

Condition = dict[str, tuple[str, ...]]


def _required(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, dict) and value:
        found = {key: (each,) if isinstance(each, str | bool) else each for key, each in value.items()}
        if all(isinstance(each, list | tuple) and each for each in found.values()):
            spoken = {key: tuple(_as_text(one) for one in each) for key, each in found.items()}
            if all(one is not None for each in spoken.values() for one in each):
                return spoken
    raise ValueError(f"must be true, false, or a field and its values, such as {{kind: competitor}}{shown(value)}")


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else None


def _bound(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"must be a number, or the field that it must keep to{shown(value)}")
    return value


def _subject(value: object) -> object:
    if value in ("generated", "one"):
        return value
    fields = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
    if not fields or not all(isinstance(field, str) for field in fields):
        raise ValueError(f"must be generated, one, or the fields that name what it is about{shown(value)}")
    return fields


Required = Annotated[bool | Condition, BeforeValidator(_required)]
Bound = Annotated[float | str | None, BeforeValidator(_bound)]
Subject = Annotated[str | tuple[str, ...], BeforeValidator(_subject)]


class Field(Model):
    """One field of a form.

    required    always; or where the fields named have one of their values
    options     a choice's values by id, with their labels
    max_length  characters of text; the default is that of its type, LONGEST
    min, max    a number; or the field that must not be larger (smaller), for numbers and days
    """

    label: Text
    type: Type
    required: Required = False
    options: Annotated[dict[Name, Text] | None, Setting(validate_default=True)] = None
    max_length: Annotated[int, Setting(ge=1, le=100_000)] | None = None
    min: Bound = None
    max: Bound = None
    help: Text | None = None

    @field_validator("options")
    @classmethod
    def _belong_to_a_choice(cls, options: dict[str, Text] | None, others: ValidationInfo) -> dict[str, Text] | None:
        type_ = others.data.get("type")
        if type_ == "choice" and not options:
            raise ValueError("is missing: a choice needs its options, by id with their labels")
        if type_ not in ("choice", None) and options is not None:
            raise ValueError(f"is only for a choice, not for {type_}")
        return options

    @field_validator("max_length")
    @classmethod
    def _belongs_to_text(cls, length: int | None, others: ValidationInfo) -> int | None:
        type_ = others.data.get("type")
        if type_ is not None and type_ not in LONGEST:
            raise ValueError(f"is only for text, not for {type_}")
        return length

    @field_validator("min", "max")
    @classmethod
    def _belongs_to_what_has_an_order(cls, bound: float | str | None, others: ValidationInfo) -> float | str | None:
        type_ = others.data.get("type")
        if type_ is not None and type_ not in ("number", "day"):
            raise ValueError(f"is only for a number or a day, not for {type_}")
        if type_ == "day" and not isinstance(bound, str):
            raise ValueError("must be the field of another day: a bound of days is no number")
        return bound

    @property
    def longest(self) -> int | None:
        """The most characters it may have; None where it is no text."""
        return self.max_length or LONGEST.get(self.type)


def _some(fields: dict[str, Field]) -> dict[str, Field]:
    if not fields:
        raise ValueError("must have at least one field")
    return fields


class Kind(Model):
    """One kind of entry: what it is called, what its subject is, and its fields in the order of the form.

    subject  generated: each entry made anew is a thing of its own; one: there is only one thing of this kind; or the
             fields whose values name it
    """

    label: Text
    subject: Subject = "generated"
    fields: Annotated[dict[Name, Field], AfterValidator(_some)]

    _id: str = PrivateAttr(default="")

    @property
    def id(self) -> str:
        """Its name in register.yml, and the `kind` of its entries."""
        return self._id

    def called(self, name: str) -> frozenset[str]:
        """Every way to write a field's name at the head of a column, in small letters: its id, its labels."""
        label = self.fields[name].label
        return frozenset({name, in_language(label, "en").lower(), in_language(label, "zh").lower()})


Register = dict[Name, Kind]


def load(folder: Path | None = None) -> dict[str, Kind]:
    """The kinds of entries, in order, of that folder (default: the one in use); the shipped ones if it has none.

    raises  ConfigError with every fault: of what is written, or else of what it means
    """
    path = (folder or config.folder()) / "register.yml"
    shipped = config.SHIPPED / "register.yml"
    if not path.is_file() and path.parent.is_dir():
        path = shipped
    kinds = read(path, Register)
    faults = [fault for name, kind in kinds.items() for fault in _astray(name, kind)]
    if path.resolve() != shipped.resolve():
        faults += _taken_away(kinds, load(config.SHIPPED))
    if faults:
        raise ConfigError(f"{path.name}: {fault}" for fault in faults)
    for name, kind in kinds.items():
        kind._id = name
    return kinds


def _astray(name: str, kind: Kind) -> Iterator[str]:
    """What is well written, but names nothing, or two things at once."""
    heads: dict[str, str] = dict.fromkeys(OF_AN_ENTRY, "what every entry has")
    for field_name, field in kind.fields.items():
        place = f"{name}.fields.{field_name}"
        for head in sorted(kind.called(field_name)):
            if head in heads:
                yield f'{place}: "{head}" is a name of {heads[head]} {ANOTHER}'
            heads.setdefault(head, field_name)
        labels: dict[str, str] = {}
        for option, label in (field.options or {}).items():
            for word in sorted({option, in_language(label, "en").lower(), in_language(label, "zh").lower()}):
                if word in labels:
                    yield f'{place}.options.{option}: "{word}" is a name of {labels[word]} {ANOTHER}'
                labels.setdefault(word, option)
        yield from _bounds_astray(place, field_name, field, kind)
        if isinstance(field.required, dict):
            yield from _conditions_astray(f"{place}.required", field_name, field.required, kind)
    if isinstance(kind.subject, tuple):
        for each in kind.subject:
            if each not in kind.fields:
                yield f"{name}.subject: {each} is not one of the fields{did_you_mean(each, kind.fields)}"
            elif kind.fields[each].required is not True:
                yield f"{name}.subject: {each} may be empty: have it required: true"


def _bounds_astray(place: str, name: str, field: Field, kind: Kind) -> Iterator[str]:
    for end, bound in (("min", field.min), ("max", field.max)):
        if not isinstance(bound, str):
            continue
        if bound not in kind.fields:
            yield f"{place}.{end}: {bound} is not one of the fields{did_you_mean(bound, kind.fields)}"
        elif bound == name or kind.fields[bound].type != field.type:
            yield f"{place}.{end}: {bound} must be another field of type {field.type}"
    if isinstance(field.min, float) and isinstance(field.max, float) and field.min > field.max:
        yield f"{place}.max: must be at least min ({field.min:g}), not {field.max:g}"


def _conditions_astray(place: str, name: str, conditions: Condition, kind: Kind) -> Iterator[str]:
    for other, values in conditions.items():
        if other not in kind.fields or other == name:
            yield f"{place}: {other} is not one of the other fields{did_you_mean(other, set(kind.fields) - {name})}"
            continue
        on = kind.fields[other]
        known = tuple(on.options or ()) if on.type == "choice" else ("true", "false") if on.type == "truth" else None
        if known is None:
            yield f"{place}: {other} must be a choice or a truth, not {on.type}"
            continue
        for value in values:
            if value not in known:
                yield f"{place}.{other}: {value} is not one of {', '.join(known)}{did_you_mean(value, known)}"


def _taken_away(kinds: Mapping[str, Kind], shipped: Mapping[str, Kind]) -> Iterator[str]:
    """What pages read, and a register of a product's own does not have."""
    for name, kind in shipped.items():
        if name not in kinds:
            yield f"{name}: is missing: pages need this kind; copy it from the shipped register.yml"
            continue
        own = kinds[name]
        if own.subject != kind.subject:
            spoken = kind.subject if isinstance(kind.subject, str) else f"[{', '.join(kind.subject)}]"
            yield f"{name}.subject: must stay {spoken}: entries are found by it"
        for field_name, field in kind.fields.items():
            place = f"{name}.fields.{field_name}"
            found = own.fields.get(field_name)
            if found is None:
                yield f"{place}: is missing: pages need this field; copy it from the shipped register.yml"
            elif found.type != field.type:
                yield f"{place}.type: must stay {field.type}, not {found.type}: pages need it"
            elif field.required is True and found.required is not True:
                yield f"{place}.required: must stay true: pages need it"
            else:
                lost = [option for option in field.options or () if option not in (found.options or ())]
                if lost:
                    yield f"{place}.options: must keep {', '.join(lost)}: pages need it"
