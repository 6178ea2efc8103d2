"""The plugin of Hypothesis, which calls it while it is imported itself: strategies load late."""

from typing import Any


def register_types() -> None:
    """Tell Hypothesis how to draw the library's types, once one is asked for.

    ``from_type(Journey)`` then draws journeys; ``builds`` and ``@given(...)`` fill the arguments
    annotated with public types of cxjourney. Calling it again changes nothing.
    """
    from hypothesis.strategies._internal import types  # noqa: PLC0415 - it is being imported

    # The table of late look-ups is private to Hypothesis; 6.100 and 6.170 have it.
    late = getattr(types, "_global_extra_lookup", None)
    if late is None:
        from cxjourney.testing._types import register_all  # noqa: PLC0415 - loads every room

        register_all()
    else:
        late["cxjourney"] = _strategy


def _strategy(thing: Any) -> Any:  # noqa: ANN401 - a type, and a strategy of Hypothesis or None
    """Return a strategy for a type of cxjourney, None where there is none."""
    if not str(getattr(thing, "__module__", "")).startswith("cxjourney."):
        return None
    from cxjourney.testing._types import strategy_of  # noqa: PLC0415 - when first asked for

    return strategy_of(thing)
