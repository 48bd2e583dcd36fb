"""The head of Data: the answer, and what is amiss with who could mend it."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis import trust as analysis
from analysis.trust import Trouble
from components import data, figures, notes, words
from components.filters import Chosen
from components.markup import Html, draw, html, join
from components.words import say

# A share below this is said as smaller than it: 0.00 % would read as none.
LEAST = 0.0001


def head(tables: pd.DataFrame, found: Sequence[Trouble], chosen: Chosen) -> None:
    """Question, answer, how many things are to be mended, and what the page is counted over."""
    said = analysis.answer(tables, chosen.data_until)
    answer = words.sentence(said, share=share(float(str(said.figures.get("share", 0)))))
    count = sum(each.level == "mend" for each in found)
    also = say("data.to_mend", count=count) if count else say("data.nothing_to_mend")
    notes.head(say("data.question"), answer, chosen, also, of_everybody=True)


def troubles(found: Sequence[Trouble]) -> None:
    """What is to be mended, and what is only to be known, each with who could do what about it."""
    for level in ("mend", "know"):
        own = [each for each in found if each.level == level]
        if own:
            notes.heading(say(f"data.level.{level}"), say(f"data.level_about.{level}"))
            items = join([_item(each) for each in own])
            draw(html('<ul class="troubles {level}">{items}</ul>', level=level, items=items))


def share(value: float) -> str:
    """A small share in percent with two decimals."""
    language = words.language()
    if 0 < value < LEAST:
        return say("data.under", share=figures.percent(LEAST, language, decimals=2))
    return figures.percent(value, language, decimals=2)


def named(subject: str) -> str:
    """A table, dimension or figure by its label; anything else, such as a place in product.yml, as it is."""
    known = {**data.product().all_dimensions, **{name: each.label for name, each in data.metrics().items()}}
    if subject in known:
        return words.text(known[subject])
    return say(f"data.table.{subject}") if words.has(f"data.table.{subject}") else subject


def day(text: object) -> date:
    """A day of a table, or written as ISO."""
    return pd.Timestamp(str(text)).date()


def _item(trouble: Trouble) -> Html:
    """● The sentence. Who: what to do."""
    facts = dict(trouble.finding.figures)
    fields: dict[str, object] = {"subject": named(str(facts.get("subject", "")))}
    if trouble.check == "figure_days_missing":
        fields["detail"] = day(facts["detail"])
    if trouble.check == "agreement":
        unit = data.metrics()[str(facts["subject"])].unit
        fields |= {
            each: figures.difference(float(str(facts[each])), unit, words.language())
            for each in ("median", "low", "high")
        }
    for name in ("share", "allowed"):
        if name in facts:
            fields[name] = share(float(str(facts[name])))
    what = (
        words.sentence(trouble.finding, **fields)
        if words.has(trouble.finding.key) or words.has(f"{trouble.finding.key}.other")
        else say("data.check.other.what", check=trouble.check, **facts)
    )
    do = f"data.check.{trouble.check}.do"
    near = facts.get("detail") if trouble.check in NAMES_NEAREST else None
    parts = [what, *([say("data.near", name=near)] if near else [])]
    who = html("<b>{who}</b> ", who=say(f"data.who.{trouble.who}")) if trouble.who != "nobody" else Html("")
    return html(
        '<li><span class="what">{what}</span> <span class="do">{who}{do}</span></li>',
        what=words.sentences(parts),
        who=who,
        do=say(do) if words.has(do) else "",
    )


# Checks whose detail is the nearest name that there is.
NAMES_NEAREST = frozenset({"event_never_seen", "column_not_used", "figure_without_rows", "figure_dimension_unknown"})


def definitions() -> dict[str, str]:
    """What this page's words mean."""
    terms = ("set_aside", "behind", "late", "difference", "steady", "found")
    return {say(f"data.term.{term}"): say(f"data.means.{term}") for term in terms}
