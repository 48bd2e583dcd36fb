"""Which table of the contract an export is, and which of its columns are that table's: by names and by contents."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from config.importing import Importing, place, plain
from warehouse.new.export import Column, Export

TIMES = frozenset({"day", "moment"})
NUMBERS = frozenset({"whole", "number"})
# An id that comes back as often as this is nobody's key, whatever the file is called.
NEARLY_A_KEY = 0.98
MOST_EVENT_NAMES = 300
NEAR = 1.0

Fits = Callable[[Column], bool]


@dataclass(frozen=True)
class Verdict:
    """What an export is taken for.

    table    the contract's
    columns  the export's by the contract's names; payments may have unit_price and quantity for an amount
    score    how much speaks for it: a word of the file's name counts 2, a column known by name 1 to 3
    why      the evidence, short phrases
    choices  for a contract column that several of the export's may be: all of them, the taken one first
    verb     of exposures and events: what people did about a campaign, None where it is no answer to one
    """

    export: Export
    table: str
    columns: dict[str, Column] = field(default_factory=dict)
    score: float = 0
    why: tuple[str, ...] = ()
    choices: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    verb: str | None = None


def verdicts(export: Export, names: Importing, who: Column | None = None) -> tuple[Verdict, ...]:
    """What the export may be, the likeliest first; none where it is nothing of the contract.

    who   the column with people's ids, where that is known by other means than its name
    """
    if not export.rows:
        return ()
    people = (who,) if who else named(export, names.person.strong, is_id)
    found = [judge(Look(export, names, people)) for judge in _JUDGES]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.score))


@dataclass(frozen=True)
class Look:
    """An export while it is judged: `people` are the columns that surely hold people's ids, the likeliest first."""

    export: Export
    names: Importing
    people: tuple[Column, ...]


def named(export: Export, names: tuple[str, ...], fits: Fits) -> tuple[Column, ...]:
    """The columns known by one of the names and of a fitting kind, in the names' order of preference."""
    placed = [(place(column.name, names), column) for column in export.columns]
    known = [(at, column) for at, column in placed if at is not None and fits(column)]
    return tuple(column for _, column in sorted(known, key=lambda pair: pair[0]))


def is_id(column: Column) -> bool:
    """Whether its values can be ids: no times, no truths."""
    return column.kind in ("whole", "text", "number")


def is_time(column: Column) -> bool:
    """Whether its values are days or times."""
    return column.kind in TIMES


def is_number(column: Column) -> bool:
    """Whether its values are numbers."""
    return column.kind in NUMBERS


def is_label(column: Column) -> bool:
    """Whether its values are few words."""
    return column.kind in ("text", "boolean") and 0 < column.distinct <= MOST_EVENT_NAMES


def nearly_key(export: Export, column: Column) -> bool:
    """Whether almost no value of it comes twice, in almost every row."""
    return column.filled > 0 and column.distinct >= NEARLY_A_KEY * max(column.filled, export.rows)


def _file(export: Export, names: tuple[str, ...]) -> str | None:
    """The word of the export's name that is among these names."""
    whole = plain(export.name)
    parts = whole.split("_")
    pairs = [f"{first}_{second}" for first, second in pairwise(parts)]
    words = {whole, f"{whole}s", *parts, *pairs}
    for name in names:
        if name in words or (not name.isascii() and name in whole):
            return name
    return None


def _filed(verdict: Verdict, names: Importing) -> Verdict:
    """The verdict with what the file's name says."""
    word = _file(verdict.export, names.tables[verdict.table].files)
    if word is None:
        return verdict
    return replace(verdict, score=verdict.score + 2, why=(*verdict.why, f"the name has {word}"))


def _times(export: Export, names: Importing, table: str, column: str) -> tuple[tuple[Column, ...], float]:
    """The columns that may be the table's time, the likeliest first, and what their name is worth."""
    own = named(export, names.tables[table].columns[column], is_time)
    common = tuple(each for each in named(export, names.moment, is_time) if each not in own)
    if own:
        return own, 2
    if common:
        return common, 0
    return tuple(each for each in export.columns if is_time(each)), 0


def _optional(
    export: Export, names: Importing, table: str, fits: Mapping[str, Fits], taken: Iterable[Column]
) -> dict[str, Column]:
    """The table's other columns that the export has by name."""
    found: dict[str, Column] = {}
    for column, fit in fits.items():
        used = (*taken, *found.values())
        free = [each for each in named(export, names.tables[table].columns[column], fit) if each not in used]
        if free:
            found[column] = free[0]
    return found


def _any(column: Column) -> bool:
    return column.filled > 0


def _users(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    weak = [column for column in named(export, names.person.weak, is_id) if nearly_key(export, column)]
    who = next((column for column in (*people, *weak) if nearly_key(export, column)), None)
    if who is None:
        return None
    found = {"user_id": who} | _optional(
        export,
        names,
        "users",
        {"signed_up_at": is_time, "invited_by": is_id, "incentive": lambda column: column.kind == "boolean"},
        [who],
    )
    told_apart = [name for name, known in names.dimensions.items() if named(export, known.names, _any)]
    repeats = who.filled - who.distinct
    said = {0: f"no row repeats {who.name}", 1: f"only 1 row repeats {who.name}"}
    verdict = Verdict(export, "users", found, 2, (said.get(repeats, f"only {repeats:,} rows repeat {who.name}"),))
    if "signed_up_at" in found:
        verdict = replace(verdict, score=4, why=(*verdict.why, f"{found['signed_up_at'].name} is a time of sign-up"))
    if told_apart or "invited_by" in found:
        verdict = replace(verdict, score=verdict.score + 1)
    filed = _filed(verdict, names)
    # An id of no telling name may be a product's or a shop's.
    if who not in people and filed.score == verdict.score and "invited_by" not in found:
        return None
    return filed


def _events(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    times, worth = _times(export, names, "events", "occurred_at")
    if not people or not times:
        return None
    who = people[0]
    found = {"user_id": who, "occurred_at": times[0]}
    choices = {"occurred_at": times} if not worth else {}
    score, why = 1 + worth, [f"{who.name} with {times[0].name}"]
    what = named(export, names.tables["events"].columns["event"], is_label)
    if what:
        found["event"] = what[0]
        score += 3
        why.append(f"{what[0].name} says what was done")
    campaign = named(export, names.campaign, is_id)
    verb = _verb(export, times[0], names)
    if campaign and verb and not what:
        found["campaign_id"] = campaign[0]
        return Verdict(
            export, "events", found, score + 5, (*why, f"{campaign[0].name}: an answer to a campaign"), choices, verb
        )
    if nearly_key(export, who):
        score -= 2
    return _filed(Verdict(export, "events", found, score, tuple(why), choices), names)


def _verb(export: Export, time: Column, names: Importing) -> str | None:
    return next(
        (
            verb
            for verb, words in names.responses.items()
            if _file(export, words) or set(plain(time.name).split("_")) & set(words)
        ),
        None,
    )


def _payments(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    times, worth = _times(export, names, "payments", "paid_at")
    if not people or not times:
        return None
    found = {"user_id": people[0], "paid_at": times[0]}
    choices = {"paid_at": times} if not worth else {}
    amounts = named(export, names.tables["payments"].columns["amount"], is_number)
    prices, quantities = named(export, names.unit_price, is_number), named(export, names.quantity, is_number)
    if amounts:
        found["amount"] = amounts[0]
        choices["amount"] = amounts
        score, why = 3 + worth, [f"{amounts[0].name} is money"]
    elif prices:
        found["unit_price"] = prices[0]
        score, why = 2 + worth, [f"{prices[0].name} is money"]
        if quantities:
            found["quantity"] = quantities[0]
            why = [f"{quantities[0].name} times {prices[0].name} is money"]
    else:
        return None
    orders = named(export, names.order, is_id)
    if orders:
        found["order"] = orders[0]
        score += 1
    return _filed(Verdict(export, "payments", found, score, tuple(why), choices), names)


def _campaigns(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    known = named(export, names.campaign, is_id)
    keys = [column for column in (*known, *named(export, names.person.weak, is_id)) if nearly_key(export, column)]
    if not keys or people:
        return None
    dates = _optional(export, names, "campaigns", {"starts_on": is_time, "ends_on": is_time}, ())
    if len(dates) < 2:
        return None
    fits = {
        "name": _any,
        "kind": is_label,
        "cost": is_number,
        "goal": _any,
        "window_days": is_number,
        "expected": is_number,
    }
    found = {"campaign_id": keys[0], **dates}
    found |= _optional(export, names, "campaigns", fits, found.values())
    why = (f"{keys[0].name} from {dates['starts_on'].name} to {dates['ends_on'].name}",)
    return _filed(Verdict(export, "campaigns", found, 6, why), names)


def _exposures(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    campaigns = named(export, names.campaign, is_id)
    if not people or not campaigns or named(export, names.tables["events"].columns["event"], is_label):
        return None
    found = {"campaign_id": campaigns[0], "user_id": people[0]}
    found |= _optional(export, names, "exposures", {"arm": is_label, "exposed_at": is_time}, found.values())
    if "exposed_at" not in found:
        times, _ = _times(export, names, "exposures", "exposed_at")
        found |= dict(zip(("exposed_at",), times, strict=False))
    score = 4 + (2 if "arm" in found else 0)
    why = (f"each row is a {people[0].name} and a {campaigns[0].name}",)
    return _filed(Verdict(export, "exposures", found, score, why), names)


def _feedback(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    columns = names.tables["feedback"].columns
    keys = [column for column in named(export, columns["feedback_id"], is_id) if nearly_key(export, column)]
    times, worth = _times(export, names, "feedback", "received_at")
    if not keys or not times:
        return None
    found = {"feedback_id": keys[0], "received_at": times[0]}
    found |= dict(zip(("user_id",), people, strict=False))
    labels = ("source", "category", "severity", "department", "status")
    fits: dict[str, Fits] = {**dict.fromkeys(labels, _any), "replied_at": is_time, "resolved_at": is_time}
    told = _optional(export, names, "feedback", fits, found.values())
    own = [name for name in told if name != "source"]
    strong = place(keys[0].name, names.person.weak) is None
    verdict = Verdict(
        export,
        "feedback",
        found | told,
        len(own) + (3 if strong else 0) + worth / 2,
        (f"{keys[0].name} with {times[0].name}",),
    )
    filed = _filed(verdict, names)
    return filed if filed.score >= 3 and (strong or len(own) > 1 or filed.score > verdict.score) else None


def _content(look: Look) -> Verdict | None:
    export, names = look.export, look.names
    columns = names.tables["content"].columns
    keys = [column for column in named(export, columns["content_id"], is_id) if nearly_key(export, column)]
    times, worth = _times(export, names, "content", "published_at")
    if not keys or not times:
        return None
    found = {"content_id": keys[0], "published_at": times[0]}
    fits: Mapping[str, Fits] = {
        "producer": is_label,
        "section": _any,
        "audit": is_label,
        "recommended": lambda column: column.kind == "boolean",
        "views": is_number,
        "interactions": is_number,
    }
    told = _optional(export, names, "content", fits, found.values())
    strong = place(keys[0].name, names.person.weak) is None
    verdict = Verdict(
        export,
        "content",
        found | told,
        len(told) + (2 if strong else 0) + 1.5 * worth,
        (f"{keys[0].name} with {times[0].name}",),
    )
    filed = _filed(verdict, names)
    return filed if filed.score >= 3 and (worth or filed.score > verdict.score) else None


def _costs(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    if people:
        return None
    found = _optional(export, names, "costs", {"day": is_time, "channel": is_label, "amount": is_number}, ())
    if len(found) < 3:
        return None
    found |= _optional(export, names, "costs", {"reach": is_number, "visits": is_number}, found.values())
    why = (f"{found['amount'].name} by {found['day'].name} and {found['channel'].name}",)
    return _filed(Verdict(export, "costs", found, 2 + len(found), why), names)


def _figures(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    if people:
        return None
    found = _optional(export, names, "figures", {"day": is_time, "figure": is_label, "amount": is_number}, ())
    if len(found) < 3:
        return None
    found |= _optional(export, names, "figures", {"dimension": is_label, "value": _any}, found.values())
    why = (f"{found['figure'].name} with an amount a day",)
    return _filed(Verdict(export, "figures", found, 3 + len(found), why), names)


def _groups(look: Look) -> Verdict | None:
    export, names, people = look.export, look.names, look.people
    found = _optional(export, names, "groups", {"group_name": is_label}, ())
    if not people or not found or len(export.columns) > 4 or found["group_name"] == people[0]:
        return None
    why = (f"{found['group_name'].name} by {people[0].name}",)
    return _filed(Verdict(export, "groups", {"user_id": people[0], **found}, 5, why), names)


_JUDGES: Sequence[Callable[[Look], Verdict | None]] = (
    _users,
    _events,
    _payments,
    _campaigns,
    _exposures,
    _feedback,
    _content,
    _costs,
    _figures,
    _groups,
)
