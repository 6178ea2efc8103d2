"""Values drawn for tests that look at many of them together."""

from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st

Drawn = TypeVar("Drawn")


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
