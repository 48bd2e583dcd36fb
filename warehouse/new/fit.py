"""A preset, kept to what a product has: of each list of events those that occur."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.importing import plain
from config.presets import TYPES, Preset, Type, load
from config.product import Activation, Funnel, Retention

FEWEST_STEPS = 2


@dataclass(frozen=True)
class Fitted:
    """What of a preset goes into product.yml, and `left_out`: what does not, a sentence each."""

    active: str | tuple[str, ...]
    activation: Activation | None
    reward_events: tuple[str, ...]
    funnels: dict[str, Funnel]
    retention: dict[str, Retention]
    left_out: tuple[str, ...]


def likely(events: Iterable[str], *, has_payments: bool, has_content: bool, paid_as_events: bool) -> Type:
    """The kind of product that the tables and the names of the events speak for; a tool where nothing does."""
    if has_content:
        return "content"
    if has_payments and paid_as_events:
        return "shop"
    seen = {plain(event) for event in events}
    known: Mapping[Type, int] = {
        type_: len(seen & {plain(event) for event in load(type_).events() - set(load(type_).reward_events)})
        for type_ in TYPES
    }
    if has_payments and not any(known.values()):
        return "shop"
    return max(TYPES, key=lambda type_: known[type_])


def fit(
    preset: Preset, events: Mapping[str, int], *, signs_up: bool, has_payments: bool, paid_as_events: bool
) -> Fitted:
    """The preset for a product with these events (name: rows).

    signs_up        whether it is known when people signed up; without it people start with what they first do
    paid_as_events  whether events are the lines of payments: doing them makes a person known, and activates nobody
    """
    fitting = _Fitting(events, has_payments)
    activation = None
    if preset.activation and (signs_up or not paid_as_events):
        found = [(each, fitting.those(each.event)) for each in preset.activation]
        activation = next((each.model_copy(update={"event": names}) for each, names in found if names), None)
    if preset.activation and activation is None:
        why = "none of its events occurs" if signs_up or not paid_as_events else "people start with a payment"
        fitting.left_out.append(f"Activation: {why}. Name an event in product.yml, under activation.")
    active: str | tuple[str, ...] = "any"
    if isinstance(preset.active, tuple):
        active = fitting.those(preset.active) or "any"
    return Fitted(
        active,
        activation,
        fitting.those(preset.reward_events),
        {key: funnel for name, one in preset.funnels.items() for key, funnel in fitting.funnel(name, one)},
        {
            key: definition
            for name, one in preset.retention.items()
            for key, definition in fitting.retention(name, one, signs_up)
        },
        tuple(fitting.left_out),
    )


class _Fitting:
    def __init__(self, events: Mapping[str, int], has_payments: bool) -> None:
        self.events = events
        self.has_payments = has_payments
        self.left_out: list[str] = []

    def those(self, candidates: tuple[str, ...]) -> tuple[str, ...]:
        """The product's own events that are among the candidates, the most frequent first."""
        known = {plain(candidate) for candidate in candidates}
        names = [event for event in self.events if plain(event) in known]
        return tuple(sorted(names, key=lambda event: (-self.events[event], event)))

    def funnel(self, name: str, funnel: Funnel) -> Iterable[tuple[str, Funnel]]:
        """The funnel with the steps that occur; none where fewer than two are left."""
        steps, missing = [], []
        for step in funnel.steps:
            found = self.those(step.event)
            if "payment" in step.event and self.has_payments:
                found = (*found, "payment")
            if found:
                steps.append(step.model_copy(update={"event": found}))
            else:
                missing.append(step.event[0])
        if len(steps) < FEWEST_STEPS:
            self.left_out.append(f"Funnel {name}: fewer than two of its steps occur.")
            return
        if missing:
            self.left_out.append(f"Funnel {name}, steps that do not occur: {', '.join(missing)}.")
        yield name, funnel.model_copy(update={"steps": tuple(steps)})

    def retention(self, name: str, definition: Retention, signs_up: bool) -> Iterable[tuple[str, Retention]]:
        """The definition with the events that occur; from the first active day where nobody signs up."""
        change: dict[str, object] = {}
        if definition.start == "signed_up" and not signs_up:
            change["start"] = "first_active"
        for key in ("start", "return_"):
            value = getattr(definition, key)
            if isinstance(value, tuple):
                change[key] = self.those(value)
                if not change[key]:
                    self.left_out.append(f"Retention {name}: its events do not occur.")
                    return
            elif value in ("payment", "first_payment") and not self.has_payments:
                self.left_out.append(f"Retention {name}: there are no payments.")
                return
        if change.get("start") == "first_active" and (0, 0) in definition.brackets:
            # Everybody is active on the day of being active first.
            change["brackets"] = tuple(span for span in definition.brackets if span != (0, 0))
        yield name, definition.model_copy(update=change)
