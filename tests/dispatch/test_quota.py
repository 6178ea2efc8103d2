"""How much one customer may come to: what goes beyond is refused, and nothing is recorded."""

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cxjourney.channels import Failed
from cxjourney.dispatch import Dispatcher, Quota
from cxjourney.dispatch.journal import MemoryJournal
from cxjourney.errors import InvalidError, QuotaError
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose, Touchpoint
from tests.dispatch.stores import Empty
from tests.dispatch.world import LIBRARY, POLICY, Carrier, World, hooks, playbook

K, SITE = EventKind, Touchpoint.WEB_SITE
ALL = {"channel": Channel.EMAIL, "purpose": Purpose.SELL}


def refused(
    company: Dispatcher, kind: EventKind, id: str, engagement: str = "", **told: Any
) -> str:
    """Record what is too much; nothing is written. Return what the error says."""
    before = company.journal.read("c")
    event = Event(kind, company.settings.clock(), id, told)
    with pytest.raises(QuotaError) as found:
        company.record("c", engagement, event)
    assert company.journal.read("c") == before
    return str(found.value)


def taken(company: Dispatcher, kind: EventKind, id: str, engagement: str = "", **told: Any) -> None:
    """Record what is not too much."""
    company.record("c", engagement, Event(kind, company.settings.clock(), id, told))


@pytest.mark.no_cover
def test_a_customer_has_so_many_events(empty: Empty) -> None:
    """Over all journeys; the same event again, an order and a withdrawn consent still come in."""
    company = World(journal=empty()).dispatcher(quota=Quota(events=3))
    taken(company, K.CONTACTED, "1", "a")
    taken(company, K.TOUCHED, "2", "b", touchpoint=SITE)
    taken(company, K.TOUCHED, "2b", "b", touchpoint=SITE)
    assert refused(company, K.TOUCHED, "3", "b", touchpoint=SITE) == (
        "record.event: one more beside 3; expected at most 3 for one customer (Quota.events)"
    )
    taken(company, K.TOUCHED, "2", "b", touchpoint=SITE)
    taken(company, K.CONSENT_WITHDRAWN, "4", "b", **ALL)
    assert refused(company, K.CONSENT_GIVEN, "5", "b", **ALL).startswith(
        "record.event: one more beside 4"
    )
    taken(company, K.ERASED, "6", "b")  # what was withdrawn is noted on the other journey
    taken(company, K.TOUCHED, "7", "a", touchpoint=SITE)


def test_a_customer_has_so_many_engagements() -> None:
    """What belongs to one of them is recorded all the same."""
    company = World().dispatcher(quota=Quota(engagements=2))
    taken(company, K.CONTACTED, "1", "a")
    taken(company, K.CONTACTED, "1", "b")
    told = refused(company, K.CONTACTED, "1", "c")
    assert told.startswith("record.engagement: one more beside 2; expected at most 2 for one")
    assert told.endswith("(Quota.engagements)")
    taken(company, K.PURCHASED, "2", "b")


def test_so_many_obligations_are_open_at_once() -> None:
    """Over all journeys; what meets one, or opens none, is taken, and then there is room again."""
    company = World().dispatcher(quota=Quota(open_duties=3))
    for number, engagement in enumerate("aab"):
        taken(company, K.ASKED, f"q{number}", engagement, question="?")
    told = refused(company, K.ASKED, "more", "a", question="?")
    assert told.startswith("record.event: 4 open obligations; expected at most 3")
    taken(company, K.TOUCHED, "visit", "a", touchpoint=SITE)
    taken(company, K.ASKED, "q0", "a", question="?")
    taken(company, K.ANSWERED, "done", "b", obligation="1:answer:q2")
    taken(company, K.ASKED, "more", "a", question="?")


def test_what_hooks_bring_about_is_never_refused() -> None:
    """The journey is told of what was sent, whatever the quota."""
    world = World()
    company = world.dispatcher(quota=Quota(events=1, open_duties=1))
    taken(company, K.ASKED, "q", question="?")
    company.run()
    journey = company.journey("c")
    assert journey is not None
    assert (journey.seq, journey.owed) == (2, ())


@pytest.mark.parametrize("text", ["a" * 90, "õ" * 45, "\ud800" * 30])
def test_a_payload_has_so_many_bytes(text: str) -> None:
    """Texts count in UTF-8; halves of characters too, and the names of the fields."""
    event = Event(K.ASKED, World().clock(), "q", {"question": text})
    Quota(payload_bytes=98).check_event(event)
    with pytest.raises(QuotaError, match=r"asked\.payload: 98 bytes; expected at most 97 "):
        Quota(payload_bytes=97).check_event(event)


def test_the_longest_text_of_any_script_fits_by_default() -> None:
    """A fact is not refused because its customer writes much."""
    longest = Event(K.ASKED, World().clock(), "q", {"question": "\U0001f600" * 10_000})
    Quota().check_event(longest)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0))
@example(Decimal("1E+999999999"))
@example(Decimal("1E-999999"))
@example(Decimal("0E-999999"))
@example(Decimal(0))
@example(Decimal("9" * 30))
@example(Decimal("1" + "0" * 31))
@example(Decimal("0." + "1" * 31))
def test_an_amount_is_one_that_people_write(amount: Decimal) -> None:
    """What is taken is written out in a short line, and keeps all of its digits in sums."""
    event = Event(K.PURCHASED, World().clock(), "p", {"amount": amount, "currency": "EUR"})
    if len(amount.as_tuple().digits) > 30 or abs(amount.adjusted()) > 30:
        with pytest.raises(QuotaError, match=r"purchased\.payload\.amount"):
            Quota().check_event(event)
    else:
        Quota().check_event(event)
        assert len(f"{amount:f}") <= 65


def test_a_repeat_purchase_with_a_huge_amount_is_refused_by_name() -> None:
    """The error names the field and the figure of the quota, and not the amount."""
    company = World().dispatcher()
    told = refused(company, K.PURCHASED, "1", amount=Decimal("12345E+99"), currency="EUR")
    assert told == (
        "purchased.payload.amount: an amount 103 places from the point; "
        "expected at most 30 for one customer (Quota.exponent)"
    )
    told = refused(company, K.PURCHASED, "1", amount=Decimal("1" * 31), currency="EUR")
    assert "an amount of 31 digits" in told


@pytest.mark.parametrize("figure", [field.name for field in attrs.fields(Quota)])
def test_a_figure_is_a_whole_number_from_one_up(figure: str) -> None:
    """A journey of more events than can be stored is not allowed either."""
    for wrong in (0, -1, 1.5, "many", None):
        with pytest.raises(InvalidError, match=rf"Quota\.{figure}"):
            Quota(**{figure: wrong})  # type: ignore[arg-type]
    with pytest.raises(InvalidError, match=r"Quota\.events"):
        Quota(events=1_000_001)
    with pytest.raises(InvalidError, match=r"Dispatcher\.quota"):
        World().dispatcher(quota=7)


@pytest.mark.no_cover
def test_a_form_that_anybody_may_fill_in_makes_nobody_dear() -> None:
    """A thousand questions of one customer: all further ones are refused, and cheaply."""
    world = World(Carrier(lambda _: Failed("off")))
    company = Dispatcher(
        MemoryJournal(),
        playbook=playbook(),
        policy=POLICY,
        hooks=hooks(world.carrier),
        clock=world.clock,
        library=LIBRARY,
        quota=Quota(open_duties=50),
    )
    asked = (Event(K.ASKED, world.clock(), f"q{n}", {"question": "?"}) for n in range(200))
    refusals = 0
    for event in asked:
        try:
            company.record("guest", "", event)
        except QuotaError:
            refusals += 1
    journey = company.journey("guest")
    assert journey is not None
    assert (refusals, len(journey.owed)) == (150, 50)
