"""Wishes and evidence on them, drawn for tests; none of it needs numpy."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cxjourney.vocabulary import Phase
from cxjourney.wishes import Evidence, Moments, Outcomes, Tally, Wish

FACTS = st.sampled_from([None, True, False])
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
COUNTS = st.integers(0, 1_000)
TALLIES = st.builds(Tally, COUNTS, COUNTS)
MOMENTS = st.lists(st.floats(-1e6, 1e6), max_size=8).map(Moments.of)


def wishes() -> SearchStrategy[Wish]:
    """Draw wishes about anything, of which facts may be known or not."""
    phases = st.none() | st.sampled_from(Phase)
    return st.builds(Wish, NAMES, phases, FACTS, FACTS)


def evidence(wish: SearchStrategy[Wish] | None = None) -> SearchStrategy[Evidence]:
    """Draw evidence with binary or numeric outcomes, on both sides, one side or none.

    Args:
        wish: what the evidence is on; any wish where it is None.
    """
    binary = st.builds(Outcomes, st.none() | TALLIES, st.none() | TALLIES)
    numeric = st.builds(Outcomes, st.none() | MOMENTS, st.none() | MOMENTS)
    return st.builds(Evidence, wishes() if wish is None else wish, NAMES, TALLIES, binary | numeric)
