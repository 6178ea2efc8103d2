"""A journey opened where it stands: a journal keeps that too, so that no event is folded again."""

from typing import Any

from cxjourney.chart import Chart
from cxjourney.journey._journey import Journey
from cxjourney.journey._late import Log
from cxjourney.journey._migration import Arrival, Stored
from cxjourney.journey._stored import WRITTEN, encode, event_form, kinds_of
from cxjourney.vocabulary import Event


def standing_form(journey: Journey) -> dict[str, Any]:
    """Return where a journey stands as plain values that JSON can hold, without its events."""
    return encode(
        Stored(
            chart=journey.chart.ref,
            customer=journey.customer,
            engagement=journey.engagement,
            seq=journey.seq,
            as_of=journey.as_of,
            events=None,
            course=journey._course,  # noqa: SLF001 - all but the events, which nobody else asks for
            counts=None,
        )
    )


def opened_where_it_stands(data: dict[str, Any], chart: Chart | None) -> Journey:
    """Return a journey that goes on from where ``standing_form`` says that it stands.

    Its history has the steps from here on. Nothing may be recorded on it that ``is_late``, nor
    what was recorded before.

    Args:
        data: what ``standing_form`` gave.
        chart: the chart that it follows; that which the data names when None.

    Raises:
        DecodeError: when the data is of any other form, or of another chart.
    """
    journey = Journey.from_dict(data, chart=chart)
    journey._log = Log()  # noqa: SLF001 - as of a journey that keeps its history
    return journey


def is_late(journey: Journey, event: Event) -> bool:
    """Say whether an event comes before one that the journey has."""
    return not journey._course.precedes(event)  # noqa: SLF001 - as in standing_form


class EventForms:
    """The forms in which the events of a chart are stored, each with its number."""

    def __init__(self, chart: Chart) -> None:
        self._form = event_form(kinds_of(chart))

    def read(self, data: object) -> Arrival:
        """Return an event that was stored, and its number.

        Raises:
            DecodeError: when the data is of any other form.
        """
        event, seq, _ = self._form.decode(data, "event")
        return event, seq


def write_event(event: Event, seq: int) -> dict[str, Any]:
    """Return an event and its number as plain values that JSON can hold."""
    plain: dict[str, Any] = WRITTEN.write((event, seq))
    return plain
