"""What a team's exports are to the contract: one or more SELECTs a table, and what they say of the product."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from config.importing import Importing
from config.kinds import Currency, Timezone
from config.text import Translated
from warehouse.new import activity, around, people, sort
from warehouse.new.ask import Interview, Question
from warehouse.new.contents import Contents
from warehouse.new.export import Export
from warehouse.new.findings import Findings
from warehouse.new.judge import Verdict
from warehouse.new.select import Select

CHINA_TIME = re.compile(r"\d:\d\d(:\d\d(\.\d+)?)? ?\+08(:?00)?$")


@dataclass(frozen=True)
class Guess:
    """The product that the exports make.

    selects         by table, in the contract's order; several of one table are read one after the other
    dimensions      name and label
    signs_up        whether any person's time of sign-up is known
    paid_as_events  whether the events are the lines of payments, for want of other activity
    taken           what each export was taken for, a sentence each
    readings        how columns are read that do not stand as the contract wants them, a sentence each
    left_out        exports and columns that are not used, a sentence each
    """

    selects: dict[str, tuple[Select, ...]]
    dimensions: dict[str, str | Translated]
    channel: str | None
    timezone: str
    currency: str | None
    signs_up: bool
    paid_as_events: bool
    taken: tuple[str, ...]
    readings: tuple[str, ...]
    left_out: tuple[str, ...]


def guess(exports: Sequence[Export], names: Importing, contents: Contents, interview: Interview) -> Guess:
    """What the exports are; every doubt is put to the interview, every other step is said."""
    findings = Findings(exports, names, contents, interview)
    found = sort.sort(findings)
    people.users(findings, found.get("users", []))
    activity.payments(findings, found.get("payments", []), found.get("events", []))
    activity.events(findings, found.get("events", []))
    paid_as_events = not findings.selects["events"] and bool(findings.selects["payments"])
    if paid_as_events:
        for verdict in found["payments"]:
            activity.events_of_payments(findings, verdict)
    if not found.get("users"):
        people.users_of_others(findings, [*found.get("payments", []), *found.get("events", [])])
    around.campaigns(findings, found.get("campaigns", []), found.get("events", []))
    around.exposures(findings, found.get("exposures", []), found.get("campaigns", []))
    for table in ("feedback", "content", "figures", "groups"):
        for verdict in found.get(table, []):
            around.as_it_is(findings, verdict)
    for verdict in found.get("costs", []):
        around.costs(findings, verdict)
    _say_strangers(findings, found)
    currency = _currency(findings)
    return Guess(
        {table: tuple(selects) for table, selects in findings.selects.items() if selects},
        findings.dimensions,
        findings.channel,
        _timezone(findings, currency),
        currency,
        findings.signs_up,
        paid_as_events,
        tuple(findings.taken),
        tuple(dict.fromkeys(findings.read)),
        tuple(findings.left_out),
    )


def _say_strangers(findings: Findings, found: dict[str, list[Verdict]]) -> None:
    """Warn where the people of a table are mostly not in users: their ids may be of another kind."""
    for verdict in (*found.get("events", []), *found.get("payments", [])):
        shares = {
            listed.export.name: findings.contents.shared(
                verdict.export, verdict.columns["user_id"], listed.export, listed.columns["user_id"]
            )
            for listed in found.get("users", [])
        }
        if shares and max(shares.values()) < sort.MOST_PEOPLE:
            share = max(shares.values())
            findings.taken.append(
                f"Only {share:.0%} of the people of {verdict.export.name} are in {' or '.join(shares)}: "
                "the others count with every dimension unknown. See that both have the same kind of id."
            )


def _currency(findings: Findings) -> str | None:
    if not findings.amounts:
        return None
    likely, why, longest = "", "since no sign or header names one", 0
    for code, signs in findings.names.currencies.items():
        for column in findings.amounts:
            for sign in signs:
                if len(sign) > longest and any(_has(text, sign) for text in (column.name, *column.samples)):
                    likely, why, longest = code, f"since {column.name} has {sign}", len(sign)
    if not likely and any(not column.name.isascii() for column in findings.amounts):
        likely, why = "CNY", "since headers are Chinese"
    question = Question(
        text="In which currency are amounts? Three capital letters, such as CNY.",
        subject="currency",
        default=likely,
        why=why,
        samples=findings.amounts[0].samples[:3],
        check=lambda text: _fault(Currency, text),
    )
    return findings.interview.ask(question) or None


def _timezone(findings: Findings, currency: str | None) -> str:
    headers = [column.name for export in findings.exports for column in export.columns]
    chinese = any("\u4e00" <= letter <= "\u9fff" for header in headers for letter in header)
    zone, why = "UTC", "since nothing in the exports says where its days begin"
    times = [sample for export in findings.exports for column in export.columns for sample in column.samples]
    if any(CHINA_TIME.search(time) for time in times):
        zone, why = "Asia/Shanghai", "since times end with +08:00"
    elif chinese or currency == "CNY":
        zone, why = "Asia/Shanghai", f"since {'headers are Chinese' if chinese else 'amounts are in CNY'}"
    question = Question(
        text="In which time zone are the days of the product? Such as Asia/Shanghai, Europe/London or UTC.",
        subject="time zone",
        default=zone,
        why=why,
        check=lambda text: _fault(Timezone, text),
    )
    return findings.interview.ask(question)


def _has(text: str, sign: str) -> bool:
    """Whether a header or a value has a sign of money; a code of letters must stand alone."""
    if sign.isascii() and sign.isalpha():
        return re.search(rf"(?<![A-Za-z]){sign}(?![A-Za-z])", text) is not None
    return sign in text


def _fault(kind: Any, text: str) -> str | None:
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        return str(error.errors()[0]["ctx"]["error"])
    return None
