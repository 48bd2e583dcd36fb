"""The verdict on the stage as it is drawn: the sentence, the picture that proves it, the reasons, each value's own.

Verdicts are kept from one rerun to the next: they depend on the warehouse, the people chosen and the rules alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from analysis import lifecycle as analysis
from analysis import stage
from analysis.stage import Assessment
from components import charts, data, figures, lifecycle_charts, notes, tables, words
from components.filters import Chosen
from components.lifecycle_charts import STAGES
from components.markup import Html, draw, html, join, plain
from components.words import say
from config.stages import Part, Stages

Days = npt.NDArray[np.datetime64]

# Small multiples beyond which nobody compares; the table has the rest.
MOST_VALUES = 8
VALUE_COLUMNS = ("active", "stage", "since", "sure", "slope", "per_year", "quick_ratio")
_NUMBERS = ("value", "share", "size")


# Kept verdicts --------------------------------------------------------------------------------------------


def assess(weeks: pd.DataFrame, segments: tuple[int, ...] | None, is_flat: bool | None = None) -> Assessment:
    """The verdict on lifecycle/growth by week of these segments.

    is_flat  whether the retention curve has flattened; None: not known
    """
    stages = data.stages()
    return _assessed(str(data.in_use()), repr(segments), repr(stages.rules), is_flat, weeks, stages)


def assess_each(
    by_value: pd.DataFrame, segments: tuple[int, ...] | None, dimension: str
) -> tuple[dict[str, Assessment], pd.DataFrame]:
    """The same for each value of the dimension, with its weeks as `stage.wide` has them."""
    stages = data.stages()
    return _assessed_each(str(data.in_use()), repr(segments), repr(stages.rules), dimension, by_value, stages)


def without_hollow(chosen: Chosen) -> tuple[int, ...] | None:
    """The chosen segments but for those of hollow users; None where that leaves out nobody, or everybody."""
    return _without_hollow(str(data.in_use()), repr(chosen.segments), chosen.segments)


@st.cache_resource(max_entries=128, show_spinner=False)
def _assessed(
    path: str, segments: str, rules: str, is_flat: bool | None, _weeks: pd.DataFrame, _stages: Stages
) -> Assessment:
    return stage.assess(stage.wide(_weeks), _stages.rules, is_flat)


@st.cache_resource(max_entries=64, show_spinner=False)
def _assessed_each(
    path: str, segments: str, rules: str, dimension: str, _by_value: pd.DataFrame, _stages: Stages
) -> tuple[dict[str, Assessment], pd.DataFrame]:
    weeks = stage.wide(_by_value)
    return stage.assess_each(weeks, _stages.rules), weeks


@st.cache_resource(max_entries=128, show_spinner=False)
def _without_hollow(path: str, key: str, _segments: tuple[int, ...] | None) -> tuple[int, ...] | None:
    table = data.read("data/segments")
    segment, is_hollow = table["segment_id"].to_numpy(), table["standing"].to_numpy(object) == "hollow"
    counted = np.ones(len(segment), bool) if _segments is None else np.isin(segment, _segments)
    kept = segment[counted & ~is_hollow]
    if not (counted & is_hollow).any() or not len(kept):
        return None
    return tuple(sorted(kept.tolist()))


# The sentence ---------------------------------------------------------------------------------------------


def answer(found: Assessment, real: Assessment | None) -> tuple[str, str]:
    """The stage, since when and how sure; in other sentences its actives, and what it is without hollow users."""
    stages = data.stages()
    also = []
    if found.now.stage != "design":
        last = found.history.iloc[-1]
        if np.isfinite(last["active"]):
            also.append(say("lifecycle.actives_in", active=float(last["active"]), week=_day(last["week"])))
    if real is not None and analysis.differs(found, real):
        also.append(_verdict("real", real, stages))
    also.append(say("lifecycle.aim", aim=words.text(_part(found, stages).aim)))
    return _verdict("answer", found, stages), words.sentences(also)


def _verdict(key: str, found: Assessment, stages: Stages) -> str:
    now = found.now
    if now.since is None or now.stage == "design":
        return say(f"lifecycle.{key}.no_weeks", stage=_label(found, stages))
    if now.stage == "unknown":
        return say(f"lifecycle.{key}.unknown", since=now.since)
    return say(f"lifecycle.{key}.since", stage=_label(found, stages), since=now.since, sure=words.sentence(now.sure))


def _label(found: Assessment, stages: Stages) -> str:
    own, part = stages.stages[found.now.stage], found.now.sub_stage
    if part is None:
        return words.text(own.label)
    return say("lifecycle.part", stage=words.text(own.label), part=words.text(own.parts[part].label))


def _part(found: Assessment, stages: Stages) -> Part:
    own = stages.stages[found.now.stage]
    return own.parts[found.now.sub_stage] if found.now.sub_stage else own


# The picture ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Band:
    """The stages that have been shown: analysis.lifecycle.runs, and each stage's label."""

    runs: pd.DataFrame
    labels: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """Each run's label."""
        return [self.labels[name] for name in self.runs["stage"]]

    @property
    def told(self) -> str:
        """The runs in words."""
        first = self.runs["first"].to_numpy("datetime64[D]").tolist()
        each = zip(self.names, first, strict=True)
        return words.listed(say("lifecycle.run", stage=name, since=since) for name, since in each)


def _band(found: Assessment, stages: Stages) -> _Band:
    labels = {name: words.text(each.label) for name, each in stages.stages.items()}
    return _Band(analysis.runs(found.history), labels)


def picture(
    found: Assessment,
    weeks: pd.DataFrame,
    real: Assessment | None,
    everyone: pd.DataFrame | None,
    campaigns: pd.DataFrame,
    chosen: Chosen,
) -> None:
    """Every week's actives over the band of stages, with campaigns, outages and the period chosen marked.

    weeks, everyone  analysis.lifecycle.accounts by week, of the people chosen and of all
    """
    band = _band(found, data.stages())
    first = weeks["period"].to_numpy("datetime64[D]")
    parts = [*_curve(weeks, found, band), _runs(band), _names(band), _campaigns(campaigns, first, chosen)]
    shown = first[(first >= np.datetime64(chosen.period["from"])) & (first < np.datetime64(chosen.span.until))]
    if len(shown) < len(first):
        parts.append(_rows("chosen", shown[:1], last=_text(shown[-1:])))
    outages = found.history[found.history["is_outage"].to_numpy(bool)]
    out = outages["week"].to_numpy("datetime64[D]")
    parts.append(_rows("outage", out, value=outages["active"].to_numpy(float), name=say("lifecycle.outage_mark")))
    if real is not None and analysis.differs(found, real):
        parts.append(_beside("real", real.history["week"], real.history["active"]))
    if everyone is not None:
        done = everyone[everyone["is_complete"].to_numpy(bool)]
        parts.append(_beside("everyone", done["period"], done["active"]))
    _legend(band)
    charts.draw(lifecycle_charts.stage_picture(), _joined(parts), say("lifecycle.picture_alt", runs=band.told))
    st.caption(plain(say("lifecycle.judged")))


def _curve(weeks: pd.DataFrame, found: Assessment, band: _Band) -> list[pa.Table]:
    """The complete weeks, each with its stage, and the running one apart."""
    done = weeks["is_complete"].to_numpy(bool)
    days, people = weeks["period"].to_numpy("datetime64[D]"), weeks["active"].to_numpy(float)
    stages = dict(zip(found.history["week"].to_numpy("datetime64[D]").tolist(), found.history["stage"], strict=True))
    at = [band.labels[stages[day]] if day in stages else "" for day in days[done].tolist()]
    return [
        _rows("this", days[done], value=people[done], name=say("lifecycle.line.this"), detail=at),
        _rows("open", days[~done], value=people[~done], name=say("lifecycle.line.open"), detail=say("table.running")),
    ]


def _beside(kind: str, weeks: "pd.Series[pd.Timestamp]", people: "pd.Series[float]") -> pa.Table:
    """A line in grey; `size` is there at its last point, where its name stands."""
    value = people.to_numpy(float)
    size = np.where(np.arange(len(value)) < len(value) - 1, np.nan, 0.0)
    return _rows(kind, weeks.to_numpy("datetime64[D]"), value=value, size=size, name=say(f"lifecycle.line.{kind}"))


def _runs(band: _Band) -> pa.Table:
    """The weeks of each stage in a row, from the first to the last."""
    first, last = (band.runs[name].to_numpy("datetime64[D]") for name in ("first", "last"))
    when = [
        figures.days(start, end + timedelta(days=6), words.language())
        for start, end in zip(first.tolist(), last.tolist(), strict=True)
    ]
    return _rows("run", first, last=_text(last), name=band.runs["stage"].tolist(), detail=band.names, when=when)


def _names(band: _Band) -> pa.Table:
    """Each run's name, at its middle week."""
    weeks = band.runs["weeks"].to_numpy(np.int64)
    middle = band.runs["first"].to_numpy("datetime64[D]") + (weeks - 1) // 2 * 7
    size = np.array([len(name) for name in band.names], float)
    share, stages = weeks / max(weeks.sum() + 1, 1), band.runs["stage"].tolist()
    return _rows("label", middle, name=band.names, detail=stages, share=share, size=size)


def _campaigns(campaigns: pd.DataFrame, weeks: Days, chosen: Chosen) -> pa.Table:
    """Those that began within the weeks drawn, each at the week it began in."""
    starts = campaigns["starts_on"].to_numpy("datetime64[D]")
    place = np.searchsorted(weeks, starts, "right") - 1
    seen = (place >= 0) & (starts < np.datetime64(chosen.data_until))
    shown, place = campaigns[seen], place[seen]
    when = [
        figures.days(_day(first), _day(last), words.language())
        for first, last in zip(shown["starts_on"], shown["ends_on"], strict=True)
    ]
    # The room to the next one: a name is drawn only where it does not run into another.
    apart = np.diff(place, append=2 * len(weeks)) / (len(weeks) + 1)
    return _rows("campaign", weeks[place], name=shown["name"].tolist(), when=when, share=apart)


def _rows(kind: str, days: Days, **columns: object) -> pa.Table:
    """Points of one kind; a text stands for a column of it, and `when` is the week in words unless it is given."""
    whole: dict[str, object] = {"kind": kind, "x": _text(days), **columns}
    if "when" not in whole:
        whole["when"] = [figures.period(each, "week", words.language()) for each in days.tolist()]
    return pa.table(
        {
            name: pa.array(
                [column] * len(days) if isinstance(column, str) else column,
                pa.float64() if name in _NUMBERS else pa.string(),
                from_pandas=True,
            )
            for name, column in whole.items()
        }
    )


def _joined(parts: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts, promote_options="default")


def _text(days: Days) -> list[str]:
    return [str(day) for day in np.datetime_as_string(days, unit="D")]


def _legend(band: _Band) -> None:
    """The stages there have been, in the order of a product's life, with the weeks that each was shown."""
    weeks = dict.fromkeys(STAGES, 0)
    for name, count in zip(band.runs["stage"], band.runs["weeks"].tolist(), strict=True):
        weeks[name] += count
    there = {name: count for name, count in weeks.items() if count}
    shown = {band.labels[name]: say("lifecycle.weeks_long", count=count) for name, count in there.items()}
    notes.legend(say("lifecycle.band"), shown, [STAGES[name] for name in there])


# Why ------------------------------------------------------------------------------------------------------


def reasons(found: Assessment) -> None:
    """What speaks for the stage, what against it, what would change it, and what must be known."""
    said: dict[str, list[str]] = {"for": [], "against": [], "would_change": [], "aside": []}
    for each in found.now.evidence:
        said[each.side].append(words.sentence(each))
    said["would_change"] = [words.sentence(each) for each in found.now.would_change]
    for pair in (("for", "against"), ("would_change", "aside")):
        for column, side in zip(st.columns(2, gap="large"), pair, strict=True):
            with column:
                draw(_list(say(f"lifecycle.{side}"), said[side] or [say("lifecycle.nothing")]))
    st.caption(plain(say("lifecycle.caution")))


def _list(title: str, sentences: Sequence[str]) -> Html:
    points = join([html("<li>{text}</li>", text=each) for each in sentences])
    return html('<div class="reasons"><h3>{title}</h3><ul>{points}</ul></div>', title=title, points=points)


def history(found: Assessment, chosen: Chosen) -> None:
    """The chances of every week, the latest first; folded, made only when opened."""
    folded = st.expander(say("lifecycle.history"), key="foot_history", on_change="rerun", icon=":material/table_rows:")
    if not folded.open:
        return
    labels = {name: words.text(each.label) for name, each in data.stages().stages.items()}
    table = found.history.iloc[::-1]
    shown = pd.DataFrame({"week": table["week"].dt.strftime("%Y-%m-%d"), "active": table["active"]})
    for name in ("p_growth", "p_maturity", "p_decline"):
        shown[name] = table[name] * 100
    shown["slope"] = np.expm1(table["slope"].to_numpy(float)) * 100
    shown["quick_ratio"] = table["quick_ratio"]
    for name in ("candidate", "stage"):
        shown[name] = [labels.get(each, figures.DASH) for each in table[name]]
    settings: dict[str, ColumnConfig | str | None] = {
        "week": st.column_config.TextColumn(say("lifecycle.week"), pinned=True, width=100),
        "active": st.column_config.NumberColumn(say("lifecycle.actives"), format="%,.0f"),
        "slope": st.column_config.NumberColumn(say("lifecycle.column.slope"), format="%+.1f%%"),
        "quick_ratio": st.column_config.NumberColumn(say("lifecycle.figure.quick_ratio"), format="%.2f"),
    }
    for name in ("p_growth", "p_maturity", "p_decline"):
        chance = say("lifecycle.column.chance", stage=labels[name.removeprefix("p_")])
        settings[name] = st.column_config.NumberColumn(chance, format="%.0f%%")
    for name in ("candidate", "stage"):
        settings[name] = st.column_config.TextColumn(say(f"lifecycle.column.{name}"))
    with folded:
        st.dataframe(
            shown,
            hide_index=True,
            column_config=settings,
            height=320,
            placeholder=figures.DASH,
            alt=say("lifecycle.history_alt"),
        )
        tables.download(found.history, "lifecycle_stage", chosen)


# By value -------------------------------------------------------------------------------------------------


def by_value(each: Mapping[str, Assessment], weeks: pd.DataFrame, chosen: Chosen) -> None:
    """The stage of each value side by side, the largest first; a table has all of them.

    weeks  as `stage.wide`: value, week, new, retained, resurrected, dormant
    """
    stages, table = data.stages(), analysis.by_value(each)
    grid = st.grid("auto", min_column_width=250, gap="small", border=True, key="values")
    for value in table["value"].head(MOST_VALUES):
        found, own = each[value], weeks[weeks["value"] == value]
        band = _band(found, stages)
        counted = pd.DataFrame(
            {
                "period": own["week"].to_numpy("datetime64[D]"),
                "active": own[["new", "retained", "resurrected"]].to_numpy(float).sum(axis=1),
                "is_complete": own["dormant"].notna().to_numpy(),
            }
        )
        name = words.value(value, chosen.dimension)
        with grid.cell():
            draw(
                html(
                    '<div class="card"><div class="name"><i class="dot" style="background:{colour}"></i>{name}</div>'
                    '<div class="when">{verdict}</div></div>',
                    colour=STAGES[found.now.stage],
                    name=name,
                    verdict=_verdict("answer", found, stages),
                )
            )
            spoken = say("lifecycle.value_alt", value=name, runs=band.told)
            charts.draw(lifecycle_charts.small_stage(), _joined([*_curve(counted, found, band), _runs(band)]), spoken)
    columns = [say(f"lifecycle.column.{name}") for name in VALUE_COLUMNS]
    tables.bars(chosen.dimension_label, columns, _cells(table, each, stages, chosen))
    left_out = len(table) - MOST_VALUES
    if left_out > 0:
        st.caption(plain(say("lifecycle.values_left_out", shown=MOST_VALUES, count=left_out)))


def _cells(
    table: pd.DataFrame, each: Mapping[str, Assessment], stages: Stages, chosen: Chosen
) -> list[tuple[str, list[tables.Cell]]]:
    language, top, rows = words.language(), float(table["active"].max()), []
    for row in table.to_dict("records"):
        found, active = each[row["value"]], float(row["active"])
        since = figures.short_day(row["since"], language) if row["since"] is not None else figures.DASH
        chance = figures.percent(float(row["confidence"]), language, decimals=0)
        rows.append(
            (
                words.value(row["value"], chosen.dimension),
                [
                    tables.Cell(figures.count(active, language), share=active / top if top else np.nan),
                    tables.Cell(_label(found, stages)),
                    tables.Cell(since),
                    tables.Cell(words.sentence(found.now.sure), hover=chance),
                    tables.Cell(_percent_change(float(np.expm1(row["slope"])))),
                    tables.Cell(_percent_change(float(row["per_year"]))),
                    tables.Cell(figures.short(float(row["quick_ratio"]), "ratio", language)),
                ],
            )
        )
    return rows


def _percent_change(size: float) -> str:
    text = figures.percent(size, words.language())
    return f"+{text}" if size > 0 else text


def _day(value: object) -> date:
    return pd.Timestamp(value).date()  # type: ignore[arg-type]
