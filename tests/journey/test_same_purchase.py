"""Purchases of one instant are one purchase where a purchase tells of the one before."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cxjourney.chart import Effect, Feedback, RepeatPurchase, standard_chart
from cxjourney.journey import Journey
from cxjourney.vocabulary import Event, EventKind, Phase

AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(days=3)
BOUGHT = EventKind.PURCHASED


def journey_of(*times: datetime, repeat: RepeatPurchase = RepeatPurchase.EXPERIENCE) -> Journey:
    """Return a journey with purchases at these times, in this order of arrival."""
    chart = standard_chart(feedback=Feedback.OPTIONAL, repeat_purchase=repeat)
    journey = Journey("c", chart=chart)
    for number, at in enumerate(times):
        journey.record(Event(BOUGHT, at, f"{number}", {"amount": Decimal(number)}))
    return journey


def test_two_lines_of_an_invoice_are_no_return() -> None:
    """The second line is noted with its amount; nothing else becomes of it."""
    journey = journey_of(AT, AT, AT)
    assert journey.phase is Phase.AFFIRM
    effects = [step.effect for step in journey.history]
    assert effects == [Effect.MOVED, Effect.NOTED, Effect.NOTED]
    assert [step.event.payload["amount"] for step in journey.history] == [0, 1, 2]


def test_a_later_purchase_is_a_return() -> None:
    """What comes at another time tells of the earlier purchase; a late line changes nothing."""
    assert journey_of(AT, LATER).phase is Phase.ADOPT
    assert journey_of(AT, LATER, AT, LATER).phase is Phase.ADOPT
    assert journey_of(LATER, AT).phase is Phase.ADOPT
