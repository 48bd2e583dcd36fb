"""Campaigns and who was in them, and the tables that are taken as they are."""

from warehouse import contract
from warehouse.new.ask import Option, Question
from warehouse.new.export import Column, Export
from warehouse.new.findings import Findings
from warehouse.new.judge import Verdict
from warehouse.new.select import Joined, Select, Value, as_number, as_text
from warehouse.quoting import literal

KINDS = ("product", "content", "community")


def campaigns(findings: Findings, found: list[Verdict], events: list[Verdict]) -> None:
    """The SELECTs of campaigns; an event that answers to a campaign is that campaign's goal."""
    verbs = [verdict.verb for verdict in events if verdict.verb and "campaign_id" in verdict.columns]
    for verdict in found:
        findings.take(verdict, "campaigns")
        export, columns = verdict.export, verdict.columns
        key = findings.value(export, columns["campaign_id"], "campaign_id")
        values = [key, _campaign_name(findings, verdict, key), _kind(findings, verdict)]
        days = {name: findings.value(export, columns[name], name) for name in ("starts_on", "ends_on")}
        values += days.values()
        values += [findings.value(export, columns[name], name) for name in ("cost", "expected") if name in columns]
        if "goal" in columns:
            values.append(findings.value(export, columns["goal"], "goal"))
        elif verbs:
            note = "what people did about it; see events.sql"
            values.append(Value("goal", f"{literal(f'{verbs[0]}_')} || {key.sql}", (note,)))
        if "window_days" in columns:
            values.append(findings.value(export, columns["window_days"], "window_days"))
        elif verbs:
            first, last = (f"try_cast({day.sql} as date)" for day in days.values())
            values.append(Value("window_days", f"{last} - {first} + 1", ("as long as the campaign",)))
        findings.selects["campaigns"].append(
            Select(export, tuple(values), (f"One row a campaign: {export.name}, {export.rows:,} rows.",))
        )


def _campaign_name(findings: Findings, verdict: Verdict, key: Value) -> Value:
    export, columns = verdict.export, verdict.columns
    if "name" in columns:
        return findings.value(export, columns["name"], "name")
    if "kind" in columns:
        kind = findings.value(export, columns["kind"], "name")
        return Value("name", f"{kind.sql} || ', ' || {key.sql}", ("no column has a name",))
    return Value("name", key.sql, ("no column has a name",))


def _kind(findings: Findings, verdict: Verdict) -> Value:
    column = verdict.columns.get("kind")
    if column and column.distinct <= len(KINDS) and set(column.samples) <= set(KINDS):
        return findings.value(verdict.export, column, "kind")
    kind = findings.interview.ask(
        Question(
            text=f"Of what kind are the campaigns of {verdict.export.name}?",
            subject=f"kind of the campaigns of {verdict.export.name}",
            default=KINDS[0],
            why="which no column says and a person must decide",
            options=(
                Option("product", "product: prices, functions, coupons"),
                Option("content", "content: something to read or to watch"),
                Option("community", "community: people brought together"),
            ),
            samples=column.samples if column else (),
        )
    )
    return Value("kind", literal(kind), ("content, community or product: no column says so",))


def exposures(findings: Findings, found: list[Verdict], campaigns: list[Verdict]) -> None:
    """The SELECTs of exposures; without campaigns they are of no use."""
    for verdict in found:
        export, columns = verdict.export, verdict.columns
        if not campaigns:
            findings.left_out.append(
                f"{export.name} says who was in which campaign, but no export says when campaigns began and ended."
            )
            continue
        key = findings.value(export, columns["campaign_id"], "campaign_id")
        who = findings.value(export, columns["user_id"], "user_id")
        if "arm" in columns:
            arm, said = findings.value(export, columns["arm"], "arm"), f"the arm is {columns['arm'].name}"
        else:
            arm = Value(
                "arm", literal(findings.names.arm), ("everybody listed was in the campaign: nobody is a control",)
            )
            said = f"everybody listed was reached, arm {findings.names.arm}; nobody is a control"
        notes = (f"One row a person and campaign: {export.name}, {export.rows:,} rows.",)
        if "exposed_at" in columns:
            when = findings.value(export, columns["exposed_at"], "exposed_at")
            findings.selects["exposures"].append(Select(export, (key, who, arm, when), notes))
        else:
            said += "; the time is the campaign's start"
            findings.selects["exposures"].append(_from_the_start(findings, export, key, who, arm, notes, campaigns[0]))
        findings.take(verdict, f"exposures ({said})")


def _from_the_start(
    findings: Findings, export: Export, key: Value, who: Value, arm: Value, notes: tuple[str, ...], campaigns: Verdict
) -> Select:
    """Exposures without a time of their own: everybody was exposed on the first day of the campaign."""
    inner = [key, who] if arm.sql.startswith("'") else [key, who, arm]
    campaign = findings.value(campaigns.export, campaigns.columns["campaign_id"], "campaign_id")
    start = findings.value(campaigns.export, campaigns.columns["starts_on"], "starts_on")
    joined = Joined(
        Select(export, (as_text(key), *inner[1:])),
        "exposed",
        Select(campaigns.export, (as_text(campaign), start)),
        "campaigns",
        "campaign_id",
    )
    values = (
        Value("campaign_id", "exposed.campaign_id"),
        Value("user_id", "exposed.user_id"),
        arm if len(inner) == 2 else Value("arm", "exposed.arm"),
        Value("exposed_at", "campaigns.starts_on", ("no column says when: the campaign's first day",)),
    )
    return Select(joined, values, notes)


def as_it_is(findings: Findings, verdict: Verdict) -> None:
    """A SELECT that only gives the columns their names."""
    table = contract.tables()[verdict.table]
    values = [
        findings.value(verdict.export, verdict.columns[column.name], column.name)
        for column in table.columns
        if column.name in verdict.columns
    ]
    findings.take(verdict, table.name)
    notes = (f"{verdict.export.name}, {verdict.export.rows:,} rows.",)
    findings.selects[table.name].append(Select(verdict.export, tuple(values), notes))


def costs(findings: Findings, verdict: Verdict) -> None:
    """The SELECT of costs, added up where a day and channel has several rows: the contract wants one.

    A row that is there twice, alike in every column, is taken for one that was exported twice.
    """
    export, columns = verdict.export, verdict.columns
    copies = findings.contents.copies(export)
    is_added_up = findings.contents.repeats(export, [columns["day"], columns["channel"]]) > 0
    findings.amounts.append(columns["amount"])
    if not copies and not is_added_up:
        as_it_is(findings, verdict)
        return
    values = [findings.value(export, columns[name], name) for name in ("day", "channel")]
    for name in ("amount", "reach", "visits"):
        if name in columns:
            read = findings.value(export, columns[name], name)
            values.append(_sum(name, columns[name], read) if is_added_up else read)
    said, notes = [], []
    if copies:
        said.append(f"rows that agree with another in every column are taken for copies and left out: {copies:,}")
        notes.append(f"Rows that agree with another in every column are taken for copies and left out: {copies:,}.")
    if is_added_up:
        said.append("the rows of a day and channel are added up")
    added = ", added up" if is_added_up else ""
    notes.insert(0, f"What a channel cost on a day: the rows of {export.name}, {export.rows:,}{added}.")
    findings.take(verdict, f"costs ({'; '.join(said)})")
    findings.selects["costs"].append(Select(export, tuple(values), tuple(notes), grouped=is_added_up, once=copies > 0))


def _sum(name: str, column: Column, read: Value) -> Value:
    number = as_number(column, read.sql)
    note = "missing where one of the added cannot be read"
    return Value(
        name, f"case\n    when count(*) = count({number})\n        then sum({number})\nend", (*read.notes, note)
    )
