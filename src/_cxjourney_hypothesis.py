"""The plugin of Hypothesis: outside of the package, so that it loads nothing of cxjourney."""

from typing import Any

from hypothesis.strategies._internal.types import _global_extra_lookup

__all__ = ["register_types"]


def register_types() -> None:
    """Tell Hypothesis how to draw the library's types, once one is asked for.

    ``from_type(Journey)`` then draws journeys; ``builds`` and ``@given(...)`` fill the arguments
    annotated with public types of cxjourney. Hypothesis calls it by itself, as a plugin; calling it
    again changes nothing.
    """
    _global_extra_lookup["cxjourney"] = _strategy


def _strategy(thing: Any) -> Any:  # noqa: ANN401 - a type, and a strategy of Hypothesis or None
    """Return a strategy for a type of cxjourney, None where there is none."""
    if not str(getattr(thing, "__module__", "")).startswith("cxjourney."):
        return None
    from cxjourney.testing._types import strategy_of  # noqa: PLC0415 - when first asked for

    return strategy_of(thing)
