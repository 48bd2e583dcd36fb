"""What the build's SQL asks of a product: its settings as query parameters, and the events it names."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from config.metrics import Metric
from config.product import Funnel, Product, Retention

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STARTS = ("signed_up", "first_active", "first_payment")
RETURNS = ("active", "payment")
UNKNOWN = "unknown"


def of_product(product: Product, today: date) -> dict[str, object]:
    """The parameters that do not depend on the data; null where the product does not say."""
    activation = product.activation
    return {
        "today": today,
        "week_start": WEEKDAYS.index(product.week_start) + 1,
        "timezone": product.timezone,
        "dimensions": list(product.all_dimensions),
        "groups": list(product.groups),
        "unknown": [UNKNOWN] * len(product.dimensions),
        "active_events": None if product.active == "any" else list(product.active),
        "activation_events": list(activation.event) if activation else None,
        "activation_times": activation.times if activation else None,
        "activation_days": activation.within_days if activation else None,
        "reward_events": list(product.reward_events),
        "paid_events": None if product.aarrr.paid.event == "payment" else list(product.aarrr.paid.event),
        "paid_days": product.aarrr.paid.within_days,
        "retained_first": product.aarrr.retained.days[0],
        "retained_last": product.aarrr.retained.days[1],
        "referred_days": product.aarrr.referred.within_days,
        "invitation_events": None if product.aarrr.referred.event is None else list(product.aarrr.referred.event),
        "channel_place": list(product.dimensions).index(product.channel) + 1 if product.channel else None,
        "opt_out_events": list(product.guardrails.opt_out),
        "complaint_events": list(product.guardrails.complaint),
        "figures": list(product.figures),
        "figures_combine": [figure.combine for figure in product.figures.values()],
        "figures_every": [figure.every for figure in product.figures.values()],
    }


def of_retention(name: str, definition: Retention) -> dict[str, object]:
    """The parameters of one retention definition."""
    starts_at_event = definition.start not in STARTS
    returns_by_event = definition.return_ not in RETURNS
    return {
        "definition": name,
        "start": "event" if starts_at_event else definition.start,
        "start_events": list(definition.start) if starts_at_event else None,
        "return": "event" if returns_by_event else definition.return_,
        "return_events": list(definition.return_) if returns_by_event else None,
        "first_ages": [first for first, _ in definition.brackets],
        "last_ages": [last for _, last in definition.brackets],
    }


def of_funnel(name: str, funnel: Funnel) -> dict[str, object]:
    """The parameters of one funnel."""
    return {
        "funnel": name,
        "step_order": funnel.order,
        "entry": funnel.entry,
        "window_seconds": funnel.window // timedelta(seconds=1),
    }


def deeds(product: Product) -> dict[frozenset[str], int]:
    """What steps of funnels ask for, each set of events once, numbered from 1."""
    asked = (frozenset(step.event) for funnel in product.funnels.values() for step in funnel.steps)
    return {events: number for number, events in enumerate(dict.fromkeys(asked), start=1)}


def types_of_events(funnel: Funnel) -> dict[tuple[int, ...], list[str]]:
    """The events of a funnel by the steps, from 1, that they belong to: events of the same steps are of one type."""
    types: dict[tuple[int, ...], list[str]] = {}
    for event in dict.fromkeys(event for step in funnel.steps for event in step.event):
        places = tuple(place for place, step in enumerate(funnel.steps, start=1) if event in step.event)
        types.setdefault(places, []).append(event)
    return types


def equal_before(funnel: Funnel) -> dict[int, int]:
    """For each step, from 1, that has the very events of an earlier one: the latest such step."""
    sets = [frozenset(step.event) for step in funnel.steps]
    return {
        place: place - 1 - sets[: place - 1][::-1].index(events)
        for place, events in enumerate(sets, start=1)
        if events in sets[: place - 1]
    }


def in_force(product: Product, figures: Mapping[str, Metric]) -> Iterator[tuple[str, str]]:
    """Every setting that has a value: its place, and the value as it is written in YAML.

    Where the data lie is left out: it is no definition, and `attach` may hold a password. Targets are the figures', and
    of what is an alert no figure depends.
    """
    yield from _leaves("", product.model_dump(by_alias=True, exclude={"data", "attach", "convert", "targets"}))
    yield from _leaves("metrics.", {name: figure.model_dump(exclude={"alerts"}) for name, figure in figures.items()})


def _leaves(above: str, branch: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in branch.items():
        if isinstance(value, Mapping):
            yield from _leaves(f"{above}{key}.", value)
        elif value not in (None, ()):
            yield above + key, _written(value)


def _written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case tuple():
            return f"[{', '.join(map(_written, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_written(each)}' for key, each in value.items())}}}"
        case timedelta():
            return f"{value.days} days" if not value.seconds else f"{value // timedelta(minutes=1)} minutes"
    return str(value)


def named_events(product: Product) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Where product.yml names events, and which."""
    if product.active != "any":
        yield "active", tuple(product.active)
    if product.activation:
        yield "activation.event", product.activation.event
    if product.aarrr.paid.event != "payment":
        yield "aarrr.paid.event", tuple(product.aarrr.paid.event)
    if product.aarrr.referred.event:
        yield "aarrr.referred.event", product.aarrr.referred.event
    yield "reward_events", product.reward_events
    yield "guardrails.opt_out", product.guardrails.opt_out
    yield "guardrails.complaint", product.guardrails.complaint
    for name, funnel in product.funnels.items():
        for place, step in enumerate(funnel.steps, start=1):
            yield f"funnels.{name}.steps.{place}", tuple(event for event in step.event if event != "payment")
    for name, definition in product.retention.items():
        if definition.start not in STARTS:
            yield f"retention.{name}.start", tuple(definition.start)
        if definition.return_ not in RETURNS:
            yield f"retention.{name}.return", tuple(definition.return_)
