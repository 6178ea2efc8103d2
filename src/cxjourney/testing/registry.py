"""What Hypothesis is told of the library's types, so that ``from_type`` draws sensible ones."""

from hypothesis import strategies as st

from cxjourney.chart import Chart
from cxjourney.events import Event, EventKind
from cxjourney.journey import Journey
from cxjourney.situation import Situation
from cxjourney.testing.events import event_kinds, events
from cxjourney.testing.journeys import charts, journeys, situations
from cxjourney.testing.wishes import evidence, wishes
from cxjourney.wishes.evidence.collected import Evidence
from cxjourney.wishes.kinds import Wish

__all__ = ["register_types"]


def register_types() -> None:
    """Tell Hypothesis how to draw the library's types.

    ``from_type(Event)`` then draws events, and ``builds`` and ``@given(...)`` fill the arguments
    annotated with these types: Event, EventKind, Situation, Journey, Chart, Wish, Evidence.
    Hypothesis calls it by itself, as a plugin; calling it again changes nothing.
    """
    st.register_type_strategy(EventKind, event_kinds())
    st.register_type_strategy(Event, events())
    st.register_type_strategy(Situation, situations())
    st.register_type_strategy(Journey, journeys())
    st.register_type_strategy(Chart, charts())
    st.register_type_strategy(Wish, wishes())
    st.register_type_strategy(Evidence, evidence())
