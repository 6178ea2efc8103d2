"""Values drawn for tests that look at many of them together, and what can be seen of a journey."""

from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st

from cxjourney.journey import Journey

Drawn = TypeVar("Drawn")
SEEN = [
    name
    for name in dir(Journey)
    if not (name.startswith("_") or name == "keeps_history" or callable(getattr(Journey, name)))
]
"""Every value of a journey that is public."""


def observe(journey: Journey) -> dict[str, object]:
    """Return all that can be seen of a journey but the order in which events and time arrived."""
    seen = {name: getattr(journey, name) for name in SEEN}
    history = tuple(step._replace(refold=None, elapsed=()) for step in journey.history)
    return {**seen, "next_due": journey.next_due(), "history": history}


def sample(strategy: st.SearchStrategy[Drawn], size: int = 200) -> list[Drawn]:
    """Draw so many values, the same ones each time."""
    drawn: list[Drawn] = []

    @settings(
        max_examples=size,
        derandomize=True,
        database=None,
        phases=[Stage.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Drawn) -> None:
        drawn.append(value)

    collect()
    return drawn
