"""People: the exports that list them, and what they are told apart by."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from config.importing import Importing, place, plain
from config.kinds import RESERVED_DIMENSIONS
from warehouse.new.ask import Option, Question
from warehouse.new.export import Column, Export
from warehouse.new.findings import Findings
from warehouse.new.judge import Verdict, named
from warehouse.new.select import Joined, Select, Value, as_text
from warehouse.quoting import identifier

MOST_VALUES, MOST_VALUES_KNOWN, MOST_DIMENSIONS = 50, 500, 8
SAME_PEOPLE, FIXED = 0.9, 0.95
FLAG = frozenset({"0", "1"})


def users(findings: Findings, found: list[Verdict]) -> None:
    """The SELECTs of users: each person once, with all that the exports of people tell."""
    kept = _people_once(findings, found)
    if not kept:
        return
    first, *others = sorted(kept, key=lambda verdict: "signed_up_at" not in verdict.columns)
    joined = [other for other in others if _same_people(findings, first, other)]
    columns = _dimension_columns(findings, [first, *joined])
    for verdict in [first, *(other for other in others if other not in joined)]:
        findings.take(verdict, "users")
        select = _people(findings, verdict, columns, missing=bool(joined))
        for other in joined if verdict is first else ():
            select = _with_more(findings, select, other, columns)
        findings.selects["users"].append(select)
    findings.signs_up = "signed_up_at" in first.columns
    if not findings.signs_up:
        findings.left_out.append("No column says when people signed up: they join with what they first did.")


def _people_once(findings: Findings, found: list[Verdict]) -> list[Verdict]:
    """The exports of people, without those that tell of the same people the same things again."""
    kept = list(found)
    for one in found:
        for other in found:
            if one is other or one not in kept or other not in kept or not _same_people(findings, one, other):
                continue
            theirs = {plain(column.name) for column in other.export.columns}
            if all(plain(column.name) in theirs for column in one.export.columns):
                kept.remove(_twin_to_drop(findings, other, one))
    return kept


def _same_people(findings: Findings, one: Verdict, other: Verdict) -> bool:
    here, there = one.columns["user_id"], other.columns["user_id"]
    return (
        findings.contents.shared(one.export, here, other.export, there) >= SAME_PEOPLE
        or findings.contents.shared(other.export, there, one.export, here) >= SAME_PEOPLE
    )


def _twin_to_drop(findings: Findings, fuller: Verdict, other: Verdict) -> Verdict:
    """Of two exports of the same people and columns, the one that a person does not want."""
    ranked = sorted([fuller, other], key=lambda one: (-one.export.rows, -len(one.export.columns), _awkward(one)))
    likely = ranked[0].export
    why = (
        f"since {likely.name} has {likely.rows:,} rows and {len(likely.columns)} columns, "
        f"{ranked[1].export.name} {ranked[1].export.rows:,} and {len(ranked[1].export.columns)}"
    )
    chosen = findings.interview.ask(
        Question(
            text=f"{fuller.export.name} and {other.export.name} tell of the same people: which one is to be used?",
            subject=f"which of {fuller.export.name} and {other.export.name}, that tell of the same people, is used",
            default=likely.name,
            why=why,
            options=tuple(Option(one.export.name, one.export.name) for one in ranked),
        )
    )
    dropped = next(one for one in ranked if one.export.name != chosen)
    findings.left_out.append(f"{dropped.export.name} tells of the same people as {chosen}, which is used instead.")
    return dropped


def _people(findings: Findings, verdict: Verdict, columns: dict[str, tuple[Export, Column]], missing: bool) -> Select:
    export = verdict.export
    values = [findings.value(export, verdict.columns["user_id"], "user_id")]
    if "signed_up_at" in verdict.columns:
        values.append(findings.value(export, verdict.columns["signed_up_at"], "signed_up_at"))
    else:
        values.append(Value("signed_up_at", "cast(null as timestamp)", ("the export does not say",)))
    for name, (place_, column) in columns.items():
        if place_ is export:
            values.append(_dimension(findings, export, column, name))
        elif column.name in {each.name for each in export.columns}:
            values.append(_dimension(findings, export, export.column(column.name), name))
        elif not missing:
            values.append(Value(name, "cast(null as varchar)", ("the export does not say",)))
    if "invited_by" in verdict.columns:
        values.append(findings.value(export, verdict.columns["invited_by"], "invited_by"))
    if "incentive" in verdict.columns:
        values.append(findings.value(export, verdict.columns["incentive"], "incentive"))
    return Select(export, tuple(values), (f"One row a person: {export.name}, {export.rows:,} rows.",))


def _with_more(findings: Findings, select: Select, other: Verdict, columns: dict[str, tuple[Export, Column]]) -> Select:
    """The people of a SELECT, and what another export says of them."""
    findings.take(other, "more about users")
    export = other.export
    key = findings.value(export, other.columns["user_id"], "user_id")
    known = {value.name for value in select.values}
    more = [
        _dimension(findings, export, column, name)
        for name, (place_, column) in columns.items()
        if place_ is export and name not in known
    ]
    both = "coalesce(people.user_id, more.user_id)"
    values = [
        Value("user_id", both),
        *(Value(value.name, f"people.{identifier(value.name)}") for value in select.values[1:]),
        *(Value(value.name, f"more.{identifier(value.name)}") for value in more),
    ]
    people = replace(select, notes=(), values=(as_text(select.values[0]), *select.values[1:]))
    joined = Joined(people, "people", Select(export, (as_text(key), *more)), "more", "user_id", whole=True)
    return Select(joined, tuple(values), (*select.notes, f"More about them: {export.name}, {export.rows:,} rows."))


def users_of_others(findings: Findings, found: Iterable[Verdict]) -> None:
    """People that only other tables know, where those tell something fixed about them, such as a country."""
    for verdict in found:
        export, who = verdict.export, verdict.columns["user_id"]
        when = verdict.columns.get("paid_at") or verdict.columns["occurred_at"]
        columns = {}
        for name, known in findings.names.dimensions.items():
            for column in named(export, known.names, lambda column: column.kind == "text"):
                if 1 < column.distinct <= MOST_VALUES and column not in verdict.columns.values():
                    several = findings.contents.people_of_several(export, who, column)
                    if several <= (1 - FIXED) * who.distinct:
                        columns[_name(findings, column, name)] = (column, several, known.label)
        if not columns or findings.selects["users"]:
            continue
        person, moment = findings.value(export, who, "user_id"), findings.value(export, when, "at").sql
        values = [person, Value("signed_up_at", "cast(null as timestamp)", ("the export does not say",))]
        for name, (column, several, label) in columns.items():
            value = findings.value(export, column, name)
            note = f"the first value met with a person; {several:,} people have several"
            values.append(Value(name, f"arg_min({value.sql}, ({moment}, {value.sql}))", (*value.notes, note)))
            findings.dimensions[name] = label
            findings.taken.append(f"{column.name} of {export.name} is a dimension of its people: {note}.")
            if place(column.name, findings.names.dimensions["channel"].names) is not None:
                findings.channel = name
        notes = (f"One row a person met in {export.name}: no export lists people.",)
        findings.selects["users"].append(
            Select(export, tuple(values), notes, f"{person.sql} is not null", grouped=True)
        )


def _dimension_columns(findings: Findings, found: Sequence[Verdict]) -> dict[str, tuple[Export, Column]]:
    """The columns people are told apart by, under the names they get; those that many products know first."""
    ranked: list[tuple[int, str | None, Export, Column]] = []
    unfit: dict[str, list[str]] = {}
    for verdict in found:
        export, used = verdict.export, set(verdict.columns.values())
        for column in export.columns:
            if column in used:
                continue
            known = next(
                (
                    (at, name)
                    for at, (name, one) in enumerate(findings.names.dimensions.items())
                    if place(column.name, one.names) is not None
                ),
                None,
            )
            fault = _unfit(column, known is not None, findings.names)
            if fault:
                unfit.setdefault(fault, []).append(column.name)
            else:
                rank, idea = known or (len(findings.names.dimensions), None)
                ranked.append((rank, idea, export, column))
    ranked.sort(key=lambda each: each[0])
    for _, _, _, column in ranked[MOST_DIMENSIONS:]:
        unfit.setdefault(f"{MOST_DIMENSIONS} dimensions are enough to begin with", []).append(column.name)
    columns: dict[str, tuple[Export, Column]] = {}
    labelled: set[str] = set()
    for _, idea, export, column in ranked[:MOST_DIMENSIONS]:
        name = _name(findings, column, idea)
        if name in columns:
            continue
        columns[name] = (export, column)
        fresh = idea is not None and idea not in labelled
        findings.dimensions[name] = findings.names.dimensions[str(idea)].label if fresh else _words(column.name)
        if fresh and idea == "channel":
            findings.channel = name
        labelled |= {str(idea)}
    for fault, headers in unfit.items():
        findings.left_out.append(f"Columns of users that are no dimensions, since {fault}: {', '.join(headers)}.")
    return columns


def _name(findings: Findings, column: Column, idea: str | None) -> str:
    """The name of a dimension: its header's, or where that cannot be one, what it is known as."""
    name = plain(column.name)
    if name.isascii() and name[:1].isalpha() and name not in (*RESERVED_DIMENSIONS, "") and name[0] != "_":
        return name
    return idea or f"attribute_{len(findings.dimensions) + 1}"


def _dimension(findings: Findings, export: Export, column: Column, name: str) -> Value:
    if set(column.samples) <= FLAG:
        flag = identifier(column.name) if column.type == "VARCHAR" else f"cast({identifier(column.name)} as varchar)"
        return Value(name, f"case {flag}\n    when '1' then 'yes'\n    when '0' then 'no'\nend")
    return findings.value(export, column, name)


def _unfit(column: Column, is_known: bool, names: Importing) -> str | None:
    """Why a column of users is no dimension; None where it may be one."""
    words = plain(column.name).split("_")
    if set(words) & set(names.private) or any(
        not name.isascii() and name in plain(column.name) for name in names.private
    ):
        return "they point at persons"
    if any("@" in sample for sample in column.samples):
        return "they point at persons"
    if column.distinct < 2:
        return "they have no two values"
    if column.distinct > (MOST_VALUES_KNOWN if is_known else MOST_VALUES):
        return "they have too many values"
    if column.kind in ("day", "moment"):
        return "times are no groups of people"
    if column.kind in ("whole", "number") and not is_known and not set(column.samples) <= FLAG:
        return "numbers are no groups of people"
    return None


def _words(header: str) -> str:
    """A header as a label."""
    words = " ".join(header.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def _awkward(verdict: Verdict) -> int:
    """How many of the columns must be converted to be read."""
    return sum(column.reading is not None for column in verdict.export.columns) + (
        verdict.export.conversion is not None
    )
