# ruff: noqa: S101 - tests are written with assert
"""What every journal must do for those who look after it, as tests; see ``JournalContract``."""

from abc import ABC, abstractmethod

import attrs

from cxjourney.dispatch.journal import Duty, Journal, OutboxItem, State
from cxjourney.testing._journals import (
    ODD_IDS,
    a_duty,
    a_journey,
    an_intent,
    at,
    left_of,
    write,
)

LEO, MIA = "leo", "mia"


def owing(customer: str, number: int, state: State, engagement: str = "") -> OutboxItem:
    """Return an intent for the duty of a number."""
    one = an_intent(customer, number, engagement, state)
    duty = a_duty(customer, engagement, number)
    return attrs.evolve(one, intent=attrs.evolve(one.intent, obligation=duty.obligation.key))


class KeepingContract(ABC):
    """The tests of what is told of all customers at once, and of the archive."""

    @abstractmethod
    def make_journal(self) -> Journal:
        """Return an empty journal."""

    def test_what_is_overdue_is_told_of_all_customers(self) -> None:
        """Due longest first, page by page; what is due at the moment itself is not late yet."""
        journal = self.make_journal()
        kept: list[Duty] = []
        for place, customer in enumerate(ODD_IDS[1:]):
            for engagement in ("car", ODD_IDS[3]):
                owed = tuple(a_duty(customer, engagement, n, 1 + (place + n) % 3) for n in (1, 2))
                write(journal, customer, journeys=(a_journey(customer, engagement),), owed=owed)
                kept += owed
        kept.sort(key=lambda one: one.place)
        late = [one for one in kept if one.obligation.due < at(3)]
        pages = list(journal.overdue(at(3), limit=5))
        while page := journal.overdue(at(3), after=pages[-1], limit=5):
            pages += page
        assert pages == late
        assert 0 < len(late) < len(kept)
        assert tuple(journal.overdue(at(9), limit=0)) == ()

    def test_what_is_settled_is_owed_no_more(self) -> None:
        """Nor what was erased; what is due at another time now is owed once; the rest stays."""
        journal = self.make_journal()
        car, house = a_journey(LEO, "car"), a_journey(LEO, "house")
        first, second, other = a_duty(LEO, "car"), a_duty(LEO, "car", 2), a_duty(LEO, "house", 1, 4)
        write(journal, LEO, journeys=(car, house), owed=(first, second, other))
        later = a_duty(LEO, "car", 2, 7)
        settled = frozenset({("car", first.obligation.key), ("house", "k"), ("boat", "k")})
        write(journal, LEO, journeys=(car,), owed=(later,), settled=settled)
        assert tuple(journal.overdue(at(9))) == (other, later)
        write(journal, LEO, erased={"house": left_of(LEO, "house")})
        assert tuple(journal.overdue(at(9))) == (later,)
        write(journal, LEO, journeys=(car,), rewritten=frozenset({"car"}), owed=(first,))
        assert tuple(journal.overdue(at(9))) == (first,)
        write(journal, LEO, settled=frozenset({("car", first.obligation.key)}))
        assert tuple(journal.overdue(at(9))) == ()

    def test_what_was_not_sent_is_told_while_it_is_owed(self) -> None:
        """Denied, skipped and failed intents, by customer and number, until their duty is met."""
        journal = self.make_journal()
        for customer in (MIA, LEO):
            outbox = [owing(customer, n, one, "car") for n, one in enumerate(State, start=1)]
            owed = tuple(a_duty(customer, "car", one.number) for one in outbox[1:])
            write(journal, customer, journeys=(a_journey(customer, "car"),), owed=owed)
            write(journal, customer, outbox=(*outbox, an_intent(customer, 20, "", State.DENIED)))
        unmet = [
            owing(customer, n, one, "car")
            for customer in (LEO, MIA)
            for n, one in enumerate(State, start=1)
            if one.is_unmet
        ]
        pages = list(journal.still_owed(limit=4))
        assert pages == unmet[:4]
        place = pages[-1].intent.customer, pages[-1].number
        assert [*pages, *journal.still_owed(after=place, limit=4)] == unmet
        met = unmet[0].intent.obligation or ""
        write(journal, LEO, settled=frozenset({("car", met)}))
        assert list(journal.still_owed()) == unmet[1:]
        sent = attrs.evolve(unmet[1], state=State.SENT)
        write(journal, LEO, outbox=(sent,))
        assert list(journal.still_owed()) == unmet[2:]

    def test_the_outbox_is_listed_by_customer_and_number(self) -> None:
        """States are chosen, and pages follow each other by the code points of the ids."""
        journal = self.make_journal()
        ids = ODD_IDS[1:]
        kept = [an_intent(one, number, state=State.FAILED) for one in ids for number in (2, 10)]
        for one in reversed(kept):
            write(journal, one.intent.customer, outbox=(one,))
        write(journal, LEO, outbox=(an_intent(LEO),))
        pages: list[OutboxItem] = []
        after = None
        while page := journal.outbox({State.FAILED, State.UNKNOWN}, after=after, limit=3):
            pages += page
            after = page[-1].intent.customer, page[-1].number
        assert pages == kept
        assert tuple(journal.outbox([State.PLANNED])) == (an_intent(LEO),)
