"""The words around the figures: question and answer, what is shown, what is missing, what went wrong."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import streamlit as st

from components import data, figures, words
from components.data import Build
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.words import say
from config.product import Product
from logbook.errors import LogbookError
from warehouse import queries
from warehouse.errors import NoWarehouse, QueryFailed, WarehouseError

DAYS_UNTIL_OLD = 2
# The tables that headline figures and retention are counted from.
COUNTED_HERE = ("users", "events", "payments")


# The head of a page ---------------------------------------------------------------------------------------


def product(chosen: Product) -> None:
    """The product's name above the filters."""
    draw(html('<div class="product">{name}</div>', name=words.text(chosen.product)))


def head(
    question: str,
    answer: str,
    chosen: Chosen,
    also: str = "",
    *,
    of_everybody: bool = False,
    of_its_own_days: bool = False,
) -> None:
    """The question small, the answer large, what else is to be said, and what it was counted over.

    of_everybody     the page counts everybody, whatever the filters on people say
    of_its_own_days  the page's days are its own, whatever the period chosen
    """
    draw(
        html(
            '<p class="question">{question}</p><h1 class="answer">{answer}</h1>{also}<p class="scope">{scope}</p>',
            question=question,
            answer=answer,
            also=html('<p class="also">{also}</p>', also=also) if also else Html(""),
            scope=scope_of_everybody(chosen, of_its_own_days) if of_everybody else scope(chosen, of_its_own_days),
        )
    )


def scope(chosen: Chosen, of_its_own_days: bool = False) -> Html:
    """Days, grain, comparison, filters and data until: on the screen and on paper."""
    if of_its_own_days:
        return join([html("{each}", each=each) for each in _people_in_words(chosen)], " · ")
    days, *others = scope_in_words(chosen)
    return join([html("<b>{days}</b>", days=days), *(html("{each}", each=each) for each in others)], " · ")


def scope_in_words(chosen: Chosen) -> list[str]:
    """The same as texts, the days first."""
    language = words.language()
    parts = [figures.days(chosen.span.from_, chosen.span.last, language), say(f"scope.grain.{chosen.grain}")]
    if chosen.before:
        parts.append(say("scope.before", days=figures.days(chosen.before.from_, chosen.before.last, language)))
    return [*parts, *_people_in_words(chosen)]


def _people_in_words(chosen: Chosen) -> list[str]:
    """Who is counted, and data until."""
    parts, language = [], words.language()
    for label, values in chosen.conditions:
        parts.append(say("scope.condition", label=label, values=words.listed(values)))
    if chosen.real_only:
        parts.append(say("scope.real"))
    if chosen.everyone:
        parts.append(say("scope.everyone"))
    last = figures.day(chosen.data_until - timedelta(days=1), language)
    return [*parts, say("scope.until", day=last)]


def scope_of_everybody(chosen: Chosen, of_its_own_days: bool = False) -> Html:
    """The same of a page that obeys the days alone; filters on people that are set are said to be left aside."""
    language = words.language()
    parts = [html("{everybody}", everybody=say("data.everybody"))]
    if chosen.conditions or chosen.real_only:
        parts = [html("<b>{everybody}</b>", everybody=say("data.everybody_still"))]
    if not of_its_own_days:
        days = figures.days(chosen.span.from_, chosen.span.last, language)
        parts.append(html("{days}", days=say("data.compared", days=days)))
    last = figures.day(chosen.data_until - timedelta(days=1), language)
    parts.append(html("{until}", until=say("scope.until", day=last)))
    return join(parts, " · ")


def heading(text: str, about: str = "") -> None:
    """A section's name, and in a few words what to see in it."""
    body = html('<h2 class="section">{text}</h2>', text=text)
    draw(Html(body + html('<p class="about">{about}</p>', about=about)) if about else body)


def legend(of: str, names: Mapping[str, str], colours: Iterable[str]) -> None:
    """The names of a chart's lines in their colours, each with its figure; `of` says of what age they are."""
    entries = [
        html(
            '<span class="entry"><i style="background:{colour}"></i>{name} <b>{figure}</b></span>',
            colour=colour,
            name=name,
            figure=figure,
        )
        for (name, figure), colour in zip(names.items(), colours, strict=True)
    ]
    draw(html('<p class="legend"><span class="of">{of}</span> {entries}</p>', of=of, entries=join(entries)))


def caveats(chosen: Chosen) -> None:
    """What the filters do to the figures, and which tables end too early for them, where that could mislead."""
    if chosen.real_only:
        st.caption(plain(say("caveat.real")), help=plain(say("caveat.real_why")))
    for each in lags():
        st.caption(plain(each))


def lags() -> list[str]:
    """Which of the tables that figures are counted from end before the others."""
    checks = data.read("data/checks")
    found = checks[(checks["check_id"] == "lags_behind") & checks["subject"].isin(COUNTED_HERE)]
    return [
        say("caveat.lags", table=say(f"caveat.table.{name}"), count=int(days))
        for name, days in zip(found["subject"], found["figure"], strict=True)
    ]


# Nothing to show ------------------------------------------------------------------------------------------


def stop_if_nobody(chosen: Chosen) -> None:
    """Where no user is in this combination of filters: say so and end the page."""
    if chosen.nobody:
        st.info(plain(say("empty.nobody")), icon=":material/group_off:")
        st.stop()


def stop_if_nothing(has_any: bool, key: str) -> None:
    """Where there is nothing to draw: the words of `key`, and the end of the page."""
    if not has_any:
        st.info(plain(say(key)), icon=":material/database:")
        st.stop()


# Above every page -----------------------------------------------------------------------------------------


def freshness(product: Product, chosen: Chosen) -> None:
    """A banner where the data are old; a quiet line where the product file fixes their end."""
    if isinstance(product.data_until, date):
        return
    last = chosen.data_until - timedelta(days=1)
    behind = (data.today() - chosen.data_until).days
    if behind > DAYS_UNTIL_OLD:
        st.warning(plain(say("banner.old", last=last, days=behind)), icon=":material/schedule:")


def bad_configuration(faults: Iterable[str], key: str = "trouble.configuration") -> None:
    """A configuration that cannot be used: what is shown instead, in the words of `key`, and every fault."""
    st.error(plain(say(key)), icon=":material/settings_alert:")
    st.code("\n".join(faults), language=None, wrap_lines=True)


def no_answer(trouble: WarehouseError) -> None:
    """The warehouse has no answer: what to do, and the exact message under it."""
    match trouble:
        case NoWarehouse():
            st.info(plain(say("trouble.no_warehouse")), icon=":material/database_off:")
        case QueryFailed():
            st.error(plain(say("trouble.query_failed")), icon=":material/error:")
        case _:
            st.error(plain(say("trouble.warehouse")), icon=":material/error:")
    st.code("python -m warehouse build", language=None)
    st.code(str(trouble), language=None, wrap_lines=True)


def no_logbook(trouble: LogbookError) -> None:
    """The logbook cannot be read: the exact message, which has the remedy."""
    st.error(plain(say("trouble.logbook")), icon=":material/edit_off:")
    st.code(str(trouble), language=None, wrap_lines=True)


# The foot of a page ---------------------------------------------------------------------------------------


def definitions(key: str, chosen: Chosen, sql: Iterable[str], texts: Mapping[str, str], rows: int) -> None:
    """What the figures mean, their SQL, data until when, from how many rows; folded, made only when opened.

    sql    names of the queries shown
    texts  term: what it means
    """
    folded = st.expander(say("foot.label"), key=f"foot_{key}", on_change="rerun", icon=":material/menu_book:")
    if not folded.open:
        return
    with folded:
        terms = [html("<dt>{term}</dt><dd>{text}</dd>", term=term, text=text) for term, text in texts.items()]
        draw(html('<dl class="terms">{terms}</dl>', terms=join(terms)))
        draw(html('<p class="about">{facts}</p>', facts=facts(data.build(), chosen, rows)))
        for name in sql:
            st.caption(plain(name))
            st.code(queries.text(name), language="sql")


def facts(build: Build, chosen: Chosen, rows: int) -> str:
    """Data until when, which build, of how many users, events and payments, from how many rows."""
    return say(
        "foot.facts",
        last=chosen.data_until - timedelta(days=1),
        built=figures.short_day(build.built_on, words.language()),
        build=build.build_id,
        zone=build.timezone,
        rows=rows,
        users=build.users,
        events=build.events,
        payments=build.payments,
    )
