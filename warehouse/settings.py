"""What the build's SQL asks of a product: its settings as query parameters, and the events it names."""

from collections.abc import Iterable
from datetime import date

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
        "dimensions": list(product.dimensions),
        "unknown": [UNKNOWN] * len(product.dimensions),
        "active_events": None if product.active == "any" else list(product.active),
        "activation_events": list(activation.event) if activation else None,
        "activation_times": activation.times if activation else None,
        "activation_days": activation.within_days if activation else None,
        "reward_events": list(product.reward_events),
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
