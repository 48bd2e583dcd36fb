"""Which export is which table of the contract."""

from dataclasses import replace

from config.importing import plain
from warehouse.new.ask import Option, Question
from warehouse.new.export import Column, Export
from warehouse.new.findings import Findings
from warehouse.new.judge import NEAR, Verdict, is_id, named, nearly_key, verdicts

MOST_PEOPLE = 0.9


def sort(findings: Findings) -> dict[str, list[Verdict]]:
    """The exports by contract table; one that is none of them is said to be left out."""
    found: dict[str, list[Verdict]] = {}
    unknown: list[Export] = []
    for export in findings.exports:
        likely = verdicts(export, findings.names)
        for verdict in _log_with_money(likely) or _decided(findings, export, likely):
            found.setdefault(verdict.table, []).append(verdict)
        if not likely:
            unknown.append(export)
    for export in unknown:
        known = _by_ids(findings, export, found)
        if known is None:
            _leave_out(findings, export)
        else:
            found.setdefault(known.table, []).append(known)
    return found


def _log_with_money(likely: tuple[Verdict, ...]) -> list[Verdict]:
    """Both tables of an export that says what was done and, in some rows, what was paid; else none."""
    tables = {verdict.table: verdict for verdict in likely}
    first = likely[0].table if likely else None
    if first not in ("events", "payments") or not {"events", "payments"} <= tables.keys():
        return []
    log, money = tables["events"], tables["payments"]
    return [log, money] if "event" in log.columns and "amount" in money.columns else []


def _decided(findings: Findings, export: Export, likely: tuple[Verdict, ...]) -> list[Verdict]:
    """The likeliest; asked where another is nearly as likely."""
    rivals = [verdict for verdict in likely if verdict.score >= likely[0].score - NEAR]
    if len(rivals) < 2:
        return rivals
    options = [Option(verdict.table, f"{verdict.table}: {', '.join(verdict.why)}") for verdict in rivals]
    chosen = findings.interview.ask(
        Question(
            text=f"What is {export.name}?",
            subject=f"what {export.name} is",
            default=likely[0].table,
            why=f"since {', '.join(likely[0].why)}",
            options=(*options, Option("", "nothing that is needed here")),
            samples=tuple(column.name for column in export.columns),
        )
    )
    if not chosen:
        _leave_out(findings, export)
    return [verdict for verdict in rivals if verdict.table == chosen]


def _by_ids(findings: Findings, export: Export, found: dict[str, list[Verdict]]) -> Verdict | None:
    """What an export is once one of its columns is seen to hold the ids of people known from elsewhere."""
    if not export.rows:
        return None
    everybody = [(verdict.export, verdict.columns["user_id"]) for verdict in found.get("users", [])]
    for column in export.columns:
        if not is_id(column) or column.distinct < 2:
            continue
        shares = [findings.contents.shared(export, column, other, key) for other, key in everybody]
        if any(share >= MOST_PEOPLE for share in shares) and _looks_like_an_id(column):
            likely = [each for each in verdicts(export, findings.names, column) if each.table != "users"]
            if likely and _agreed(findings, export, column, likely[0].table):
                return replace(likely[0], why=(*likely[0].why, f"{column.name} holds the ids of users"))
    others = [
        (verdict.export, verdict.columns["user_id"])
        for table in ("events", "payments")
        for verdict in found.get(table, [])
    ]
    for key in named(export, findings.names.person.weak, is_id):
        shares = [findings.contents.shared(other, column, export, key) for other, column in others]
        if nearly_key(export, key) and not everybody and any(share >= MOST_PEOPLE for share in shares):
            likely = [each for each in verdicts(export, findings.names, key) if each.table == "users"]
            if likely and _agreed(findings, export, key, "users"):
                return likely[0]
    return None


def _looks_like_an_id(column: Column) -> bool:
    words = plain(column.name).split("_")
    return bool({"id", "uid", "no", "code", "key", "who", "by"} & set(words)) or words[-1].endswith(("id", "号"))


def _agreed(findings: Findings, export: Export, column: Column, table: str) -> bool:
    answer = findings.interview.ask(
        Question(
            text=f"Does {column.name} of {export.name} say who it was?",
            subject=f"whether {column.name} of {export.name} is the person",
            default="yes",
            why=f"since its values are those of people known elsewhere; {export.name} would be {table}",
            options=(Option("yes", "yes"), Option("no", "no: leave the export out")),
            samples=column.samples,
        )
    )
    return answer == "yes"


def _leave_out(findings: Findings, export: Export) -> None:
    if not export.rows:
        findings.left_out.append(f"{export.name} has no rows.")
        return
    headers = ", ".join(column.name for column in export.columns)
    findings.left_out.append(f"{export.name} is none of the tables that are needed here ({headers}).")
