"""What people did and what they paid."""

from dataclasses import replace

from config.importing import plain
from warehouse.new.findings import Findings
from warehouse.new.judge import Verdict
from warehouse.new.select import Select, Value, as_number
from warehouse.quoting import literal


def payments(findings: Findings, found: list[Verdict], events: list[Verdict]) -> None:
    """The SELECTs of payments, one an export; of one that is a log of events too, the rows with an amount."""
    logs = [verdict for verdict in found if any(verdict.export is event.export for event in events)]
    for verdict in found:
        export = verdict.export
        amount, also = _amount(findings, verdict)
        values = (
            findings.value(export, verdict.columns["user_id"], "user_id"),
            findings.value(export, findings.chosen(verdict, "paid_at", "the time of a payment"), "paid_at"),
            amount,
        )
        notes = [f"One row a payment: {export.name}, {export.rows:,} rows. A negative amount is a refund."]
        order = verdict.columns.get("order")
        if order and not order.is_key:
            also += f"; each of its lines counts as a payment, though {order.name} has only {order.distinct:,} values"
            notes.append(f"Each line counts as a payment, though {order.name} has only {order.distinct:,} values.")
        where = None
        if verdict in logs:
            where = f"{amount.sql} is not null"
            notes = [f"The rows of {export.name} that have an amount; a negative one is a refund."]
        findings.take(verdict, f"payments ({also})")
        findings.selects["payments"].append(Select(export, values, tuple(notes), where))


def _amount(findings: Findings, verdict: Verdict) -> tuple[Value, str]:
    export = verdict.export
    if "amount" in verdict.columns:
        column = findings.chosen(verdict, "amount", "the amount paid")
        findings.amounts.append(column)
        return findings.value(export, column, "amount"), f"the amount is {column.name}"
    price = verdict.columns["unit_price"]
    findings.amounts.append(price)
    if "quantity" not in verdict.columns:
        return findings.value(export, price, "amount"), f"the amount is {price.name}"
    quantity = verdict.columns["quantity"]
    factors = [as_number(column, findings.value(export, column, "amount").sql) for column in (quantity, price)]
    note = f"no column has the amount of a line: it is {quantity.name} times {price.name}"
    return Value("amount", " * ".join(factors), (note,)), f"the amount is {quantity.name} times {price.name}"


def events(findings: Findings, found: list[Verdict]) -> None:
    """The SELECTs of events, one an export."""
    for verdict in found:
        export = verdict.export
        what, also = _event(findings, verdict)
        when = findings.chosen(verdict, "occurred_at", "the time it happened")
        values = (
            findings.value(export, verdict.columns["user_id"], "user_id"),
            what,
            findings.value(export, when, "occurred_at"),
        )
        findings.take(verdict, f"events ({also})")
        notes = (f"One row a time somebody did something: {export.name}, {export.rows:,} rows.",)
        findings.selects["events"].append(Select(export, values, notes))


def _event(findings: Findings, verdict: Verdict) -> tuple[Value, str]:
    if "event" in verdict.columns:
        column = verdict.columns["event"]
        return findings.value(verdict.export, column, "event"), f"the event is {column.name}"
    if verdict.verb and "campaign_id" in verdict.columns:
        campaign = findings.value(verdict.export, verdict.columns["campaign_id"], "event")
        note = "named after its campaign, so that it can be that campaign's goal"
        sql = f"{literal(f'{verdict.verb}_')} || {campaign.sql}"
        return Value("event", sql, (note,)), f"each is called {verdict.verb}_<{verdict.columns['campaign_id'].name}>"
    name = verdict.export.name
    return Value("event", literal(name), ("no column says what was done: it is called after the file",)), (
        f"no column says what was done, so each is called {name}"
    )


def events_of_payments(findings: Findings, verdict: Verdict) -> None:
    """Events where no export has any: each line of an order is one, cancellations too, called after what ties the lines
    together; or each payment, but for refunds, which are no activity.
    """
    export, order = verdict.export, verdict.columns.get("order")
    word = plain(order.name) if order else ""
    for ending in ("_id", "_no", "_number"):
        word = word.removesuffix(ending)
    name = word if word and word.isascii() else "purchase"
    when = findings.chosen(replace(verdict, choices={}), "paid_at", "")
    values = (
        findings.value(export, verdict.columns["user_id"], "user_id"),
        Value("event", literal(name)),
        findings.value(export, when, "occurred_at"),
    )
    notes: tuple[str, ...] = ("No export tells what else people did: every line of a payment is an event.",)
    where = None
    if order is None:
        notes = ("No export tells what else people did: every payment is an event, and a refund is none.",)
        [paid] = (select for select in findings.selects["payments"] if select.source is export)
        amount = next(value.sql for value in paid.values if value.name == "amount")
        where = f"try_cast({amount} as decimal(18, 4)) > 0"
    findings.selects["events"].append(Select(export, values, notes, where))
    findings.taken.append(f"{export.name} gives events as well, each called {name}: no export tells of other activity.")
