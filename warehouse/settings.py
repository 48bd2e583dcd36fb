"""What the build's SQL asks of a product: its settings as query parameters, and the events it names."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from config.metrics import Metric
from config.product import Product, Retention

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


def in_force(product: Product, figures: Mapping[str, Metric]) -> Iterator[tuple[str, str]]:
    """Every setting that has a value: its place, and the value as it is written in YAML.

    Where the data lie is left out: it is no definition, and `attach` may hold a password. Targets are the figures'.
    """
    yield from _leaves("", product.model_dump(by_alias=True, exclude={"data", "attach", "convert", "targets"}))
    yield from _leaves("metrics.", {name: figure.model_dump() for name, figure in figures.items()})


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
    yield "reward_events", product.reward_events
    for name, funnel in product.funnels.items():
        for place, step in enumerate(funnel.steps, start=1):
            yield f"funnels.{name}.steps.{place}", tuple(event for event in step if event != "payment")
    for name, definition in product.retention.items():
        if definition.start not in STARTS:
            yield f"retention.{name}.start", tuple(definition.start)
        if definition.return_ not in RETURNS:
            yield f"retention.{name}.return", tuple(definition.return_)
