"""The filters: drawn once by the shell, kept in the address bar, obeyed by every page.

The address bar must hold ids (`period=last_7_days`), not the words of one language, but Streamlit binds the
words. So a choice is two widgets: a bound one that holds the id, drawn out of sight (look.css), and the
visible one in the language of the visit, which sets it. Typed days and switches hold no words and are bound.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast, get_args

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import periods
from analysis.periods import Comparison, Grain, Period, Span
from components import data, figures, words
from components.data import Build
from components.markup import plain
from components.words import say
from config.product import Product
from config.text import Language

PERIODS = cast(tuple[Period, ...], get_args(Period))
COMPARISONS = cast(tuple[Comparison, ...], get_args(Comparison))
GRAINS = cast(tuple[Grain, ...], get_args(Grain))
DEFAULT_PERIOD: Period = "last_13_weeks"
STANDING = "standing"

# Names in the address bar that are the controls' own, or Streamlit's; a dimension so named gets a prefix.
_CONTROLS = ("period", "from", "until", "compare", "grain", "by", "language", "real", "everyone")
_PAGES_OWN = (
    "figures",
    "definition",
    "mode",
    "group",
    "compared",
    "stage",
    "role",
    "register",
    "week",
    "view",
    "part",
    "campaign",
    "detail",
    "values_of",
    "funnel",
    "funnel_view",
    "funnel_step",
    "funnel_one",
    "funnel_other",
    "funnel_note",
    "sort",
    "wi_new",
    "wi_activated",
    "wi_retained",
    "wi_paid",
    "wi_referred",
)
TAKEN = frozenset([*_CONTROLS, *_PAGES_OWN, "embed", "embed_options"])
_CHOSEN = "_chosen"


@dataclass(frozen=True)
class Chosen:
    """What the filters say.

    span        the days shown
    before      the days compared with; None for no comparison, or where there are no data that early
    grain       day | week | month
    automatic   whether the page chose the grain
    segments    segment ids, sorted; None = all; () = nobody is in this combination
    segments_with_hollow  the same where hollow users are not left out
    everyone    draw all users beside the filtered ones (False where nothing is filtered)
    dimension   to break down by; None = none
    conditions  what is filtered on, as shown: label and values
    """

    period_name: Period
    span: Span
    before: Span | None
    compare: Comparison
    grain: Grain
    automatic: bool
    week_start: str
    first_day: date
    data_until: date
    segments: tuple[int, ...] | None
    segments_with_hollow: tuple[int, ...] | None
    everyone: bool
    real_only: bool
    dimension: str | None
    dimension_label: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...]
    currency: str | None

    @property
    def period(self) -> dict[str, date]:
        """`from` and `until` as the queries take them."""
        return self._asked(self.span)

    @property
    def period_before(self) -> dict[str, date]:
        """The same of the days compared with; no day at all where there is nothing to compare with."""
        return self._asked(self.before or Span(self.first_day, self.first_day))

    @property
    def period_matched(self) -> dict[str, date]:
        """The days of the period that have their like among those compared with; all of them without a comparison."""
        how = self.compare if self.before else "none"
        return self._asked(periods.matched(self.span, how, self.period_name))

    @property
    def with_history(self) -> dict[str, date]:
        """The period, and as much before it as tells what a usual change is."""
        start = periods.with_history(self.span.from_, self.grain, self.week_start)
        return {"from": max(start, self._begin), "until": self.span.until}

    @property
    def month(self) -> dict[str, date]:
        """The month of the period's last day."""
        return {"from": self.span.last.replace(day=1), "until": self.span.until}

    @property
    def missing_before(self) -> int:
        """How many periods of the days compared with lie before the data."""
        if self.before is None or self.before.from_ >= self.first_day:
            return 0
        return periods.apart(periods.start_of(self.before.from_, self.grain, self.week_start), self._begin, self.grain)

    @property
    def nobody(self) -> bool:
        """Whether no user is in this combination of filters."""
        return self.segments == ()

    @property
    def _begin(self) -> date:
        return periods.start_of(self.first_day, self.grain, self.week_start)

    def _asked(self, span: Span) -> dict[str, date]:
        # The week or month in which the data begin counts, though its first day may lie before them.
        return {"from": self._begin if span.from_ <= self.first_day else span.from_, "until": span.until}


# What pages use -------------------------------------------------------------------------------------------


def days_of(first_days: Iterable[date]) -> dict[str, date]:
    """`from` and `until` that hold all these periods, each by its first day."""
    found = list(first_days)
    return {"from": min(found), "until": max(found) + timedelta(days=1)}


def chosen(automatic: Grain = "day") -> Chosen:
    """What the filters say; `automatic` is the grain of this page where nobody chose one."""
    found: Chosen = st.session_state[_CHOSEN]
    return dataclasses.replace(found, grain=automatic) if found.automatic else found


def choice(key: str, label: str, options: Mapping[str, str], default: str, *, segmented: bool = False) -> str:
    """One of the options; its id is in the address bar under `key`, and gone from it while it is the default.

    options  id: the words shown for it, drawn as text
    """
    bound = [default, *(each for each in options if each != default)]
    with _out_of_sight(key):
        picked = str(st.selectbox(key, bound, key=key, bind="query-params"))
    shown = f"shown_{key}"
    st.session_state[shown] = picked

    def take() -> None:
        st.session_state[key] = st.session_state[shown] or default

    if segmented:
        st.segmented_control(
            plain(label),
            list(options),
            format_func=lambda each: plain(options[each]),
            key=shown,
            required=True,
            on_change=take,
        )
    else:
        st.selectbox(plain(label), list(options), format_func=lambda each: options[each], key=shown, on_change=take)
    return picked


def several(key: str, label: str, options: Mapping[str, str], placeholder: str) -> tuple[str, ...]:
    """Any number of the options, in the options' order; their ids are in the address bar under `key`."""
    with _out_of_sight(key):
        picked = st.multiselect(key, list(options), key=key, bind="query-params")
    shown = f"shown_{key}"
    st.session_state[shown] = picked

    def take() -> None:
        st.session_state[key] = st.session_state[shown]

    st.multiselect(
        plain(label),
        list(options),
        format_func=lambda each: options[each],
        key=shown,
        on_change=take,
        placeholder=placeholder,
        select_all=False,
    )
    return tuple(each for each in options if each in picked)


def everybody(build: Build, span: Span, grain: Grain, before: Span | None = None) -> Chosen:
    """What the filters say of those days where nobody is filtered: for what is made without a visitor."""
    return Chosen(
        period_name="custom",
        span=span,
        before=before if before and before.until > build.first_day else None,
        compare="previous",
        grain=grain,
        automatic=False,
        week_start=build.week_start,
        first_day=build.first_day,
        data_until=build.data_until,
        segments=None,
        segments_with_hollow=None,
        everyone=False,
        real_only=False,
        dimension=None,
        dimension_label="",
        conditions=(),
        currency=build.currency,
    )


# What the shell uses --------------------------------------------------------------------------------------


def draw_language() -> Language:
    """The language switch."""
    languages = cast(dict[str, str], words.LANGUAGES)
    return cast(Language, choice("language", "Language / 语言", languages, "en", segmented=True))


def draw(product: Product, build: Build) -> Chosen:
    """Draw every filter and remember for this run's page what they say."""
    first_day, data_until = build.first_day, build.data_until
    dimensions = _dimensions(product)
    period_name, span = _draw_period(first_day, data_until, build.week_start)
    compare = cast(
        Comparison,
        choice(
            "compare",
            say("filters.compare"),
            {each: say(f"compare.{each}") for each in COMPARISONS},
            "previous",
        ),
    )
    before = periods.compared(span, compare, period_name)
    grain = choice(
        "grain",
        say("filters.grain"),
        {"automatic": say("grain.automatic"), **{each: say(f"grain.{each}") for each in GRAINS}},
        "automatic",
    )
    wanted = _draw_dimensions(dimensions)
    real_only = st.toggle(plain(say("filters.real")), key="real", bind="query-params", help=say("filters.real_help"))
    everyone = st.toggle(
        plain(say("filters.everyone")), key="everyone", bind="query-params", help=say("filters.everyone_help")
    )
    by = {
        **{each: words.text(product.all_dimensions[each]) for each in dimensions},
        STANDING: say("value.standing"),
    }
    dimension = choice("by", say("filters.by"), {"none": say("filters.by_none"), **by}, "none")
    segments = _segments(str(data.in_use()), tuple(wanted.items()), real_only) if wanted or real_only else None
    found = Chosen(
        period_name=period_name,
        span=span,
        before=before if before and before.until > first_day else None,
        compare=compare,
        grain="day" if grain == "automatic" else cast(Grain, grain),
        automatic=grain == "automatic",
        week_start=build.week_start,
        first_day=first_day,
        data_until=data_until,
        segments=segments,
        segments_with_hollow=_segments(str(data.in_use()), tuple(wanted.items()), False) if wanted else None,
        everyone=everyone and segments is not None,
        real_only=real_only,
        dimension=None if dimension == "none" else dimension,
        dimension_label=by.get(dimension, ""),
        conditions=tuple(
            (by[each], tuple(words.value(value, each) for value in values)) for each, values in wanted.items()
        ),
        currency=build.currency,
    )
    st.session_state[_CHOSEN] = found
    return found


def _draw_period(first_day: date, data_until: date, week_start: str) -> tuple[Period, Span]:
    names = {each: say(f"period.{each}") for each in PERIODS}
    name = cast(Period, choice("period", say("filters.period"), cast(dict[str, str], names), DEFAULT_PERIOD))
    usual = periods.named(DEFAULT_PERIOD, first_day, data_until, week_start)
    span = _draw_days(usual, data_until) if name == "custom" else periods.named(name, first_day, data_until, week_start)
    st.caption(plain(figures.days(span.from_, span.last, words.language())))
    return name, span


def _draw_days(usual: Span, data_until: date) -> Span:
    """Two typed days, both included; the usual period where they cannot be used, which is said."""
    first, last = st.columns(2)
    with first:
        from_ = _typed("from", usual.from_)
    with last:
        until = _typed("until", usual.last)
    if from_ is None or until is None:
        return usual
    if from_ > until:
        st.error(plain(say("filters.days_reversed", from_=from_, until=until)))
        return usual
    if from_ >= data_until:
        st.error(plain(say("filters.days_ahead", last=data_until - timedelta(days=1))))
        return usual
    return Span(from_, min(until + timedelta(days=1), data_until))


def _typed(key: Literal["from", "until"], usual: date) -> date | None:
    text = st.text_input(
        plain(say(f"filters.{key}")),
        key=key,
        bind="query-params",
        placeholder=usual.isoformat(),
        max_chars=10,
    )
    if not text or not text.strip():
        return usual
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    st.error(plain(say("filters.not_a_day", text=text)))
    return None


def _dimensions(product: Product) -> dict[str, list[str]]:
    """The product's dimensions and groups that this warehouse has, with their values, the largest first."""
    found = _values(str(data.in_use()))
    own = {name: found[name] for name in product.all_dimensions if name in found}
    return {name: sorted(values) if name in product.groups else values for name, values in own.items()}


def _draw_dimensions(dimensions: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    product, wanted = data.product(), {}
    for name, values in dimensions.items():
        key = f"dimension_{name}" if name in TAKEN else name
        options = {each: words.value(each, name) for each in values}
        picked = several(key, words.text(product.all_dimensions[name]), options, say("filters.all"))
        if picked:
            wanted[name] = tuple(sorted(picked))
    return wanted


@st.cache_resource(max_entries=3, show_spinner=False)
def _values(path: str) -> dict[str, list[str]]:
    """Every dimension's values in the warehouse at `path`, the one in use."""
    values = data.read("data/values")
    return {str(name): list(found) for name, found in values.groupby("dimension", sort=False)["value"]}


@st.cache_data(max_entries=512, show_spinner=False)
def _segments(path: str, wanted: tuple[tuple[str, tuple[str, ...]], ...], real_only: bool) -> tuple[int, ...]:
    """The segments in the combination; `path` makes the key change with the warehouse."""
    table = data.read("data/segments")
    keep = pd.Series(True, index=table.index)
    for name, values in wanted:
        keep &= table[name].isin(values)
    if real_only:
        keep &= table[STANDING] != "hollow"
    return tuple(int(each) for each in sorted(table.loc[keep, "segment_id"]))


def _out_of_sight(key: str) -> DeltaGenerator:
    return st.container(key=f"bound_{key}")
