"""Forms, lists and files of what people write, each made from its kind in register.yml."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from components import data, elsewhere, notes, words, writing
from components.markup import plain
from components.words import say
from config.register import Field, Kind
from logbook import Draft, files, forms
from logbook.files import Refused
from logbook.forms import Fault

# Said by buttons of their own, never by a field.
NEVER_ASKED = ("withdrawn", "locked")
MOST_FAULTS = 20
_FAULTS = "_faults_of_"

Body = Mapping[str, Any]


def form(
    name: str,
    key: str,
    *,
    given: Body | None = None,
    proposed: Body | None = None,
    replaces: writing.Written | None = None,
    only: Sequence[str] | None = None,
) -> None:
    """The form of a kind; sent, it is judged and written, and what is wrong with it is said under it.

    name      the kind's id in register.yml
    given     fields that are known already, and not asked for
    proposed  what stands in a field at first
    replaces  the subject's newest entry, as the page shows it; None for a thing that is new
    only      the fields asked for; None: all
    """
    faults()
    kind, given, proposed = data.register()[name], given or {}, proposed or {}
    asked = {
        each: field
        for each, field in kind.fields.items()
        if each not in (*given, *NEVER_ASKED) and (only is None or each in only)
    }
    if writing.author() is None:
        writing.signature(key)
    with st.form(f"form_{key}", border=False, clear_on_submit=False):
        for each, field in asked.items():
            _field(field, _place(key, each, replaces), proposed.get(each))
        st.form_submit_button(plain(say("forms.keep")), on_click=_send, args=(kind, key, tuple(asked), given, replaces))
    _say_faults(kind, key)


def faults() -> None:
    """The faults of register.yml, above forms of the last one that had none."""
    _, found = data.register_and_faults()
    if found:
        notes.bad_configuration(found, "forms.faulty")


def withdraw(name: str, key: str, entry: writing.Written) -> None:
    """A button that takes an entry back: another entry, which says so."""
    body = {**entry.body, "withdrawn": True}
    st.button(
        plain(say("forms.withdraw")),
        key=f"withdraw_{key}_{entry.id}",
        on_click=_write,
        args=(name, [Draft(entry.subject, body, entry.id)]),
        type="tertiary",
        icon=":material/undo:",
    )


def file_out(name: str, key: str) -> None:
    """What stands in the logbook of a kind, as CSV."""
    kind = data.register()[name]
    st.download_button(
        plain(say("forms.csv_out")),
        data=lambda: files.to_csv(kind, writing.table(name)),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"out_{key}",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def file_in(name: str, key: str) -> None:
    """Entries from a CSV file: all of its lines are taken, or none, with the reasons line by line."""
    kind = data.register()[name]
    sent = st.file_uploader(
        plain(say("forms.csv_in")), type=["csv"], key=f"in_{key}", help=plain(say("forms.csv_help"))
    )
    if sent is None:
        return
    found = files.from_csv(kind, sent.getvalue(), list(elsewhere.metrics()))
    if isinstance(found, Refused):
        st.error(plain(say("forms.refused", count=len(found.faults))), icon=":material/rule:")
        st.code("\n".join(_said(kind, each) for each in found.faults[:MOST_FAULTS]), language=None, wrap_lines=True)
        return
    st.button(
        plain(say("forms.take", count=len(found.drafts))),
        key=f"take_{key}_{sent.file_id}",
        on_click=_write,
        args=(name, found.drafts),
    )


def options(field: Field) -> dict[str, str]:
    """A choice's values with their labels."""
    return words.labels(field.options or {})


def _write(name: str, drafts: Sequence[Draft]) -> None:
    writing.write_all(name, drafts)


def _field(field: Field, key: str, proposed: object) -> None:
    label, about = plain(words.text(field.label)), plain(words.text(field.help)) if field.help else None
    if proposed is not None and key not in st.session_state:
        st.session_state[key] = proposed
    match field.type:
        case "long_text":
            st.text_area(label, key=key, max_chars=field.longest, help=about)
        case "number":
            st.number_input(label, key=key, value=None, help=about, format="%.15g")
        case "truth":
            st.checkbox(label, key=key, help=about)
        case "choice":
            _one_of(label, options(field), key, about, optional=field.required is False)
        case "figure":
            labels = {each: words.text(metric.label) for each, metric in elsewhere.metrics().items()}
            _one_of(label, labels, key, about, optional=field.required is False)
        case "day":
            st.text_input(label, key=key, max_chars=10, placeholder=str(data.today()), help=about)
        case _:
            st.text_input(label, key=key, max_chars=field.longest, help=about)


def _one_of(label: str, labels: Mapping[str, str], key: str, about: str | None, *, optional: bool) -> None:
    st.selectbox(
        label,
        list(labels),
        format_func=lambda each: labels[each],
        key=key,
        index=None if optional else 0,
        help=about,
        placeholder=say("forms.none"),
    )


def _send(kind: Kind, key: str, asked: Sequence[str], given: Body, replaces: writing.Written | None) -> None:
    values = {name: st.session_state.get(_place(key, name, replaces)) for name in asked}
    body = {name: value for name, value in {**values, **given}.items() if not forms.is_empty(value)}
    faults = forms.check(kind, body, list(elsewhere.metrics())) + _beyond_a_rate(body)
    st.session_state[_FAULTS + key] = faults
    subject = replaces.subject if replaces else forms.subject(kind, body)
    if faults or not writing.write(kind.id, subject, body, replaces.id if replaces else None):
        return
    for name in asked:
        st.session_state.pop(_place(key, name, replaces), None)


def _place(key: str, field: str, replaces: writing.Written | None) -> str:
    """A field's widget: another one once the entry has been replaced, so that it begins anew."""
    return f"{key}_{field}_{replaces.id if replaces else None}"


def _beyond_a_rate(body: Body) -> list[Fault]:
    """31 written for 31 %: no rate is above 1."""
    metric, value = elsewhere.metrics().get(str(body.get("figure"))), body.get("value")
    if metric is None or metric.unit != "rate" or not isinstance(value, int | float) or value <= 1:
        return []
    return [Fault("value", "at_most", {"bound": "1", "given": f"{value:g}"})]


def _say_faults(kind: Kind, key: str) -> None:
    faults: Iterable[Fault] = st.session_state.pop(_FAULTS + key, ())
    for fault in faults:
        st.warning(plain(_said(kind, fault)), icon=":material/rule:")


def _said(kind: Kind, fault: Fault) -> str:
    """A fault in the language of the visit, fields by their labels."""
    about = dict(fault.about)
    if "other" in about:
        about["other"] = words.text(kind.fields[str(about["other"])].label)
    reason = say(f"fault.{fault.reason}", **about) if about else say(f"fault.{fault.reason}")
    field = words.text(kind.fields[fault.field].label) if fault.field in kind.fields else fault.field
    said = say("fault.of_field", field=field, reason=reason) if field else reason
    return say("fault.in_line", line=fault.line, fault=said) if fault.line else said
