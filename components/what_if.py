"""What if: sliders for the rates and for newcomers, and what would follow in the next twelve weeks.

The sliders are kept like every choice of a page: a bound twin out of sight holds the number in the address bar, and is
drawn wherever the board is; the visible one, drawn in this part alone, sets it. So a scenario stays while other parts
are looked at, and a link brings it back.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import streamlit as st

from analysis import what_if as analysis
from analysis.finding import Finding
from analysis.what_if import AHEAD, FIGURES, LEVERS, Basis, Figure, Lever, Outcome, Projection, Scenario
from components import charts, data, figures, filters, forms, notes, tables, what_if_charts, words, writing
from components.data import read
from components.filters import Chosen
from components.markup import draw, html, join, plain
from components.tables import Cell
from components.words import say
from components.writing import Written
from config.phrases import MINUS
from config.product import Product

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

FORECAST = "forecast"
UNITS: Mapping[Figure, str] = {"active_users": "people", "payers": "people", "revenue": "money"}
# How far each slider goes to either side, and its step: percent of newcomers, points of a rate.
REACH: Mapping[Lever, tuple[float, float]] = {
    "new": (50, 5),
    "activated": (20, 1),
    "retained": (20, 1),
    "paid": (5, 0.5),
    "referred": (5, 0.5),
}
PAST_SHOWN = 12
_BAND = ("value", "low", "high")
MOST_KEPT = 20
# Where the part is, as links to it are written.
_PLACE, _PART = "/aarrr", "what_if"


# What the board and the page use --------------------------------------------------------------------------


def scenario(chosen: Chosen) -> Scenario | None:
    """What the sliders say, None where nothing is moved or nobody is chosen. Call once a run, before `section`."""
    picked = {}
    with st.container(key="bound_what_if"):
        for lever in LEVERS:
            key = _key(lever)
            steps = [_spelt(each) for each in _steps(lever)]
            picked[lever] = float(
                st.selectbox(key, ["0", *(each for each in steps if each != "0")], key=key, bind="query-params")
            )
    found = _scenario(picked)
    return found if found.moved and not chosen.nobody else None


def section(chosen: Chosen) -> None:
    """Sliders, what follows from them, the assumptions, and forecasts kept; after `scenario`."""
    notes.heading(say("what_if.title"), say("what_if.about"))
    found = _measured(str(data.in_use()), repr(chosen.segments), chosen)
    if isinstance(found, Finding):
        st.info(plain(words.sentence(found)), icon=":material/database:")
        return
    _sliders(found)
    moved = _scenario({lever: float(st.session_state[_key(lever)]) for lever in LEVERS})
    projection = analysis.project(found, moved)
    weeks = projection.weeks
    draw(html('<p class="also what-if">{answer}</p>', answer=_answer(found, moved, projection, chosen)))
    _pictures(found, moved, projection, chosen)
    _assumptions(found, chosen)
    folded = st.expander(
        plain(say("what_if.table")), key="what_if_table", on_change="rerun", icon=":material/table_rows:"
    )
    if folded.open:
        with folded:
            _table(found, weeks, chosen)
    tables.download(weeks, "what_if", chosen)
    _keep(found, moved, weeks, chosen)
    _kept(found, chosen)


# What is measured -----------------------------------------------------------------------------------------


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured(path: str, people_key: str, _chosen: Chosen) -> Basis | Finding:
    """What is measured of the people chosen, in the warehouse at `path`; it does not depend on the period chosen."""
    product, people = data.product(), {"segments": _chosen.segments}
    definition = _came_back(product)
    if definition is None:
        return Finding("what_if.empty.definition")
    weekly = read("overview/metrics", grain="week", **people)
    triangle = read("retention/triangle", definition=definition, grain="week", mode="on", **people)
    done = weekly.loc[weekly["is_complete"].to_numpy(bool), "period"]
    if not len(done):
        return Finding("what_if.empty.weeks", {"count": 0, "needed": analysis.LEAST_WEEKS})
    windows = _windows(product)
    last = pd.Timestamp(done.max()).date()
    since = {stage: analysis.since(last, _chosen.data_until, window) for stage, window in windows.items()}
    stages = pd.concat([_stage(stage, first, _chosen.segments) for stage, first in since.items()])
    groups = read("funnel/newcomer_groups", **{"from": min(since["activated"], since["retained"])}, **people)
    referral = read("funnel/referral", **{"from": since["referred"]}, **people)
    return analysis.measure(triangle, weekly, stages, groups, referral, windows["referred"])


def _stage(stage: str, since: date, segments: tuple[int, ...] | None) -> pd.DataFrame:
    """One stage of those who joined from that day on."""
    board = read("funnel/aarrr", **{"from": since}, segments=segments)
    return board[board["stage"] == stage]


def _windows(product: Product) -> dict[Lever, int]:
    """How many days each stage takes to be over."""
    bounds = product.aarrr
    return {
        "activated": product.activation.within_days if product.activation else 1,
        "retained": bounds.retained.days[1] + 1,
        "paid": bounds.paid.within_days,
        "referred": bounds.referred.within_days,
    }


def _came_back(product: Product) -> str | None:
    """The retention definition of everybody who joined and is active; None where the product has none."""
    named = product.retention.items()
    return next((name for name, each in named if (each.start, each.return_) == ("signed_up", "active")), None)


# The sliders ----------------------------------------------------------------------------------------------


def _sliders(basis: Basis) -> None:
    columns = st.grid("auto", min_column_width=150, gap="small", key="what_if_sliders")
    for lever in LEVERS:
        with columns.cell():
            _slider(lever, basis)
    st.button(
        plain(say("what_if.reset")),
        key="what_if_reset",
        on_click=_reset,
        icon=":material/restart_alt:",
        type="tertiary",
    )


def _slider(lever: Lever, basis: Basis) -> None:
    key, (reach, step) = _key(lever), REACH[lever]
    shown, reason = f"shown_{key}", basis.fixed.get(lever)
    st.session_state[shown] = float(st.session_state[key])

    def take() -> None:
        st.session_state[key] = _spelt(st.session_state[shown])

    st.slider(
        plain(say(f"what_if.lever.{lever}")),
        -float(reach),
        float(reach),
        step=float(step),
        key=shown,
        on_change=take,
        format="%+.0f%%" if lever == "new" else "%+.1f" if step < 1 else "%+.0f",
        help=plain(say(f"what_if.lever_means.{lever}")),
        disabled=reason is not None,
    )
    if reason is not None:
        st.caption(plain(words.sentence(reason)))
        return
    moved = _scenario({lever: float(st.session_state[key])})
    if lever == "new":
        before, after = basis.new.value, basis.new.value * (1 + moved.new)
    else:
        before, after = basis.rates[lever].value, basis.moved_to(lever, moved)
    said = "what_if.from_to" if moved.moved else "what_if.now"
    st.caption(plain(say(f"{said}.{'people' if lever == 'new' else 'rate'}", before=before, after=after)))


def _reset() -> None:
    for lever in LEVERS:
        st.session_state[_key(lever)] = "0"


def _scenario(picked: Mapping[Lever, float]) -> Scenario:
    return Scenario(**{lever: value / 100 for lever, value in picked.items()})


def _steps(lever: Lever) -> list[float]:
    reach, step = REACH[lever]
    count = round(reach / step)
    return [each * step for each in range(-count, count + 1)]


def _spelt(value: float) -> str:
    """As it stands in the address bar: 5, −0.5."""
    return f"{value:g}"


def _key(lever: str) -> str:
    return f"wi_{lever}"


# What follows ---------------------------------------------------------------------------------------------


def _answer(basis: Basis, moved: Scenario, projection: Projection, chosen: Chosen) -> str:
    kind = "money" if basis.money else "people"
    last = basis.last + timedelta(days=7 * AHEAD)
    active = tuple(lever for lever in moved.moved if lever not in basis.fixed)
    if not active:
        shown = {name: _with_band(end, name, chosen) for name, end in projection.ends.items()}
        return say(f"what_if.answer.as_is.{kind}", count=basis.weeks, week=last, **shown)
    shown = {name: _difference(end, name, chosen) for name, end in projection.ends.items()}
    moves = words.listed(say(f"what_if.move.{lever}", change=_points(lever, moved)) for lever in active)
    changed = [name for name, end in projection.ends.items() if end.difference]
    if not changed:
        return say("what_if.answer.moved.nothing", moves=moves)
    # Who pays can change without anybody more being active.
    what = kind if "active_users" in changed else "paying"
    said = say(f"what_if.answer.moved.{what}", moves=moves, week=last, **shown)
    doubtful = not any(projection.ends[name].beyond_doubt for name in changed)
    return words.sentences([said, say("what_if.answer.doubt")]) if doubtful else said


def _points(lever: Lever, moved: Scenario) -> str:
    size = getattr(moved, lever)
    language = words.language()
    text = figures.percent(abs(size), language, decimals=0) if lever == "new" else figures.points(size, language)
    return f"+{text}" if size > 0 else f"{MINUS}{text}"


def _with_band(end: Outcome, figure: Figure, chosen: Chosen) -> str:
    return _band(*(_figure(each, figure, chosen) for each in (end.scenario, end.low, end.high)))


def _difference(end: Outcome, figure: Figure, chosen: Chosen) -> str:
    return _band(*(_signed(each, figure, chosen) for each in (end.difference, end.least, end.most)))


def _band(value: str, low: str, high: str) -> str:
    return say("what_if.band", value=value, low=low, high=high)


def _figure(value: float, figure: Figure, chosen: Chosen) -> str:
    """People whole from ten on, with a tenth below; money as everywhere."""
    if UNITS[figure] == "people" and 0 < abs(value) < 10:
        return f"{MINUS if value <= -0.05 else ''}{abs(value):.1f}"
    return figures.short(round(value), UNITS[figure], words.language(), chosen.currency)


def _signed(value: float, figure: Figure, chosen: Chosen) -> str:
    text = _figure(value, figure, chosen)
    return f"+{text}" if any(digit in text for digit in "123456789") and value > 0 else text


def _pictures(basis: Basis, moved: Scenario, projection: Projection, chosen: Chosen) -> None:
    """A figure each: where it ends, and the way there."""
    grid = st.grid("auto", min_column_width=255, gap="small", key="what_if_pictures")
    last = basis.last + timedelta(days=7 * AHEAD)
    for figure in basis.figures:
        end = projection.ends[figure]
        with grid.cell():
            when = say("what_if.when.all") if figure == "revenue" else say("what_if.when.last", week=last)
            change = say("what_if.change", change=_difference(end, figure, chosen)) if moved.moved else ""
            draw(
                html(
                    '<div class="card"><div class="name">{name}</div><div class="value">{value}</div>'
                    '<div class="when">{when}</div><div class="change moved">{change}</div></div>',
                    name=say(f"what_if.figure.{figure}"),
                    value=_figure(end.scenario, figure, chosen),
                    when=when,
                    change=change,
                )
            )
            spoken = say(
                "what_if.chart_alt",
                figure=say(f"what_if.figure.{figure}"),
                value=_with_band(end, figure, chosen),
                when=when,
            )
            points = _points_of(figure, basis, moved, projection.weeks)
            charts.draw(what_if_charts.weeks_ahead(UNITS[figure]), points, spoken)
    kinds = ("scenario", "baseline") if moved.moved else ("as_is",)
    lines = {say(f"what_if.line.{kind}"): "" for kind in kinds}
    notes.legend(say("what_if.lines"), lines, [charts.BLUE, charts.GREY][: len(lines)])
    if basis.money is None:
        st.caption(plain(say("what_if.assumes.no_money")))


def _points_of(figure: Figure, basis: Basis, moved: Scenario, weeks: pd.DataFrame) -> pa.Table:
    """The past, then both lines ahead, each beginning where the past ends."""
    past = basis.past[figure].to_numpy(float)[-PAST_SHOWN:]
    days = basis.past["week"].to_numpy("datetime64[D]")[-PAST_SHOWN:]
    ahead = weeks[weeks["figure"] == figure]
    to_come = np.append(days[-1:], ahead["week"].to_numpy("datetime64[D]"))
    nothing = np.full(len(past), np.nan)
    parts = [_line("past", "past", days, past, nothing, nothing)]
    kinds = {"baseline": ("baseline", "baseline_low", "baseline_high"), "scenario": ("scenario", "low", "high")}
    for kind, columns in kinds.items():
        if kind == "scenario" or moved.moved:
            value, low, high = (np.append(past[-1:], ahead[each].to_numpy(float)) for each in columns)
            parts.append(_line(kind, kind if moved.moved else "as_is", to_come, value, low, high))
    return pa.concat_tables(parts)


def _line(kind: str, name: str, days: Days, value: Floats, low: Floats, high: Floats) -> pa.Table:
    return pa.table(
        {
            "x": np.datetime_as_string(days, unit="D"),
            "kind": [kind] * len(days),
            **{
                column: pa.array(each, from_pandas=True) for column, each in zip(_BAND, (value, low, high), strict=True)
            },
            "when": [figures.period(day, "week", words.language()) for day in days.tolist()],
            "line": [say(f"what_if.line.{name}")] * len(days),
        }
    )


def _assumptions(basis: Basis, chosen: Chosen) -> None:
    said = []
    for finding in analysis.assumptions(basis):
        own = {name: value for name, value in finding.figures.items() if name in ("each",)}
        spoken = {
            name: figures.short(float(str(value)), "money", words.language(), chosen.currency)
            for name, value in own.items()
        }
        said.append(html("<li>{text}</li>", text=words.sentence(finding, **spoken)))
    draw(
        html(
            '<div class="reasons"><h3>{title}</h3><ul>{points}</ul></div>',
            title=say("what_if.assumptions"),
            points=join(said),
        )
    )


def _table(basis: Basis, weeks: pd.DataFrame, chosen: Chosen) -> None:
    """Week by week: each figure of the scenario, and what it adds."""
    columns: list[str] = []
    cells: dict[date, list[Cell]] = {}
    for figure in basis.figures:
        name = say(f"what_if.figure.{figure}")
        columns += [name, say("what_if.column.difference", figure=name)]
        for row in tables.each_row(weeks[weeks["figure"] == figure]):
            hover = _band(*(_figure(each, figure, chosen) for each in (row.scenario, row.low, row.high)))
            apart = (row.difference, row.difference_low, row.difference_high)
            cells.setdefault(row.week.date(), []).extend(
                [
                    Cell(_figure(row.scenario, figure, chosen), hover),
                    Cell(
                        _signed(row.difference, figure, chosen),
                        _band(*(_signed(each, figure, chosen) for each in apart)),
                    ),
                ]
            )
    rows = [(figures.short_day(week, words.language()), each) for week, each in cells.items()]
    tables.bars(say("what_if.column.week"), columns, rows)


# Forecasts kept -------------------------------------------------------------------------------------------


def _keep(basis: Basis, moved: Scenario, weeks: pd.DataFrame, chosen: Chosen) -> None:
    """The form that keeps one figure of one week in the logbook, as it stands now. Folded."""
    folded = st.expander(
        plain(say("what_if.keep")), key="what_if_keep", on_change="rerun", icon=":material/lock_clock:"
    )
    if not folded.open:
        return
    with folded:
        st.caption(plain(say("what_if.keep_about")))
        left, right = st.columns(2)
        labels = {figure: say(f"what_if.figure.{figure}") for figure in basis.figures}
        days = [each.date() for each in weeks["week"].drop_duplicates()]
        with left:
            figure = st.selectbox(
                plain(say("what_if.keep_figure")),
                list(labels),
                format_func=lambda each: labels[each],
                key="keep_figure",
            )
        with right:
            week = st.selectbox(
                plain(say("what_if.keep_week")),
                days,
                index=len(days) - 1,
                format_func=lambda day: figures.short_day(day, words.language()),
                key="keep_week",
            )
        row = next(tables.each_row(weeks[(weeks["figure"] == figure) & (weeks["week"] == pd.Timestamp(week))]))
        value = {
            name: round(float(each), 2)
            for name, each in (("value", row.scenario), ("low", row.low), ("high", row.high))
        }
        shown = _band(*(_figure(each, figure, chosen) for each in value.values()))
        draw(html('<p class="note"><b>{label}</b> · {band}</p>', label=labels[figure], band=shown))
        forms.form(
            FORECAST,
            f"forecast_{figure}_{week}",
            given={
                "figure": figure,
                "grain": "week",
                "period": str(week),
                **value,
                "locked": True,
                "scenario": _link(moved),
            },
            proposed={"owner": writing.author()},
        )


def _kept(basis: Basis, chosen: Chosen) -> None:
    """Forecasts kept here, the newest first; those whose week is over beside what came."""
    own = [each for each in writing.latest(FORECAST) if _is_ours(each)][::-1]
    if not own:
        return
    notes.heading(say("what_if.kept"), say("what_if.kept_about"))
    here, past = _people_here(), basis.past.set_index("week")
    rows = [(_figure_name(each), _kept_cells(each, past, here, chosen)) for each in own[:MOST_KEPT]]
    tables.bars(say("what_if.keep_figure"), [say(f"what_if.kept_column.{name}") for name in _KEPT], rows)
    links = join(
        [
            html('<a href="{link}" target="_self">{text}</a>', link=each.text("scenario"), text=_kept_name(each))
            for each in own[:MOST_KEPT]
        ],
        " · ",
    )
    draw(html('<p class="about">{say} {links}</p>', say=say("what_if.open"), links=links))
    with st.container(horizontal=True):
        forms.file_out(FORECAST, "what_if")


_KEPT = ("week", "forecast", "came", "verdict", "by")


def _kept_cells(each: Written, past: pd.DataFrame, here: Mapping[str, object], chosen: Chosen) -> list[Cell]:
    language = words.language()
    figure: Figure = next(name for name in FIGURES if name == each.text("figure"))
    value, low, high = (float(each.body[name]) for name in ("value", "low", "high"))
    week = each.day("period") or each.on
    band = _band(*(_figure(number, figure, chosen) for number in (value, low, high)))
    came, verdict = Cell(figures.DASH), Cell(say("what_if.verdict.open"), is_words=True)
    at = pd.Timestamp(week)
    if _people_of(each.text("scenario")) != here:
        verdict = Cell(say("what_if.verdict.others"), is_words=True)
    elif np.isfinite(number := float(past[figure].reindex([at]).iloc[0])):
        found = analysis.score(value, low, high, number)
        came = Cell(_figure(found.came, figure, chosen))
        said = "inside" if found.inside else "above" if found.came > high else "below"
        verdict = Cell(say(f"what_if.verdict.{said}", off=found.off), is_words=True)
    return [Cell(figures.short_day(week, language)), Cell(band), came, verdict, Cell(each.text("owner"), is_words=True)]


def _is_ours(each: Written) -> bool:
    """Made here and not taken back; another's link, however it came into the logbook, is not followed."""
    link = urlsplit(each.text("scenario"))
    numbers = all(isinstance(each.body.get(name), int | float) for name in ("value", "low", "high"))
    return (
        not each.body.get("withdrawn")
        and (link.scheme, link.netloc, link.path) == ("", "", _PLACE)
        and parse_qs(link.query).get("part") == [_PART]
        and each.text("figure") in FIGURES
        and each.text("grain") == "week"
        and numbers
        and each.body["low"] <= each.body["value"] <= each.body["high"]
    )


def _figure_name(each: Written) -> str:
    return say(f"what_if.figure.{each.text('figure')}")


def _kept_name(each: Written) -> str:
    week = each.day("period") or each.on
    return say("what_if.kept_name", figure=_figure_name(each), week=week)


def _link(moved: Scenario) -> str:
    """Where the scenario is seen again: its sliders, and the people it is of."""
    asked: dict[str, object] = {"part": _PART, **_people_here()}
    asked |= {_key(lever): _spelt(round(getattr(moved, lever) * 100, 6)) for lever in moved.moved}
    return f"{_PLACE}?{urlencode(asked, doseq=True)}"


def _people_here() -> dict[str, list[str]]:
    """What the filters choose people by, as the address bar has it."""
    picked = {name: st.session_state.get(name) for name in _people_names()}
    return {name: sorted(each) if isinstance(each, list) else ["true"] for name, each in picked.items() if each}


def _people_of(link: str) -> dict[str, list[str]]:
    """The same of a link."""
    asked = parse_qs(urlsplit(link).query)
    return {name: sorted(asked[name]) for name in _people_names() if name in asked}


def _people_names() -> list[str]:
    own = data.product().all_dimensions
    return [*(f"dimension_{name}" if name in filters.TAKEN else name for name in own), "real"]
