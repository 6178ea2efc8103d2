# ruff: noqa: S101 - tests are written with assert
"""What every journal must do when dispatchers claim customers."""

import pytest

from cxjourney.errors import SequenceError
from cxjourney.journal.protocol import Journal
from cxjourney.journal.records import Claim, Entry
from cxjourney.testing.journal_entries import ODD_IDS, Contract, a_journey, at, write

__all__ = ["ClaimContract"]

LEO, MIA = "leo", "mia"


class ClaimContract(Contract):
    """Tests of claims, leases and fencing."""

    def _waiting(self, *customers: str) -> Journal:
        """Return a journal in which customers need attention, one hour after the other."""
        journal = self.make_journal()
        for hour, customer in enumerate(customers, start=1):
            write(journal, customer, attention_at=at(hour), journeys=(a_journey(customer),))
        return journal

    def test_customers_are_claimed_once_they_need_attention(self) -> None:
        """Who needs attention now or earlier is claimed, and nobody else."""
        journal = self._waiting(LEO, MIA)
        write(journal, "ole", attention_at=None, journeys=(a_journey("ole"),))
        assert journal.claim(at(0.9), at(9), 10) == ()
        assert journal.claim(at(1), at(9), 10) == (Claim(LEO, 2),)
        assert journal.claim(at(8), at(9), 10) == (Claim(MIA, 2),)
        assert journal.claim(at(8), at(9), 10) == ()

    def test_a_claim_raises_the_revision_and_is_read(self) -> None:
        """The claim's number is the revision, and the dossier tells it until it is let go."""
        journal = self._waiting(LEO)
        (claim,) = journal.claim(at(1), at(9), 10)
        dossier = journal.read(LEO)
        assert (dossier.revision, dossier.claim) == (2, 2) == (claim.number, claim.number)
        write(journal, LEO, attention_at=at(1))
        assert journal.read(LEO).claim == claim.number
        journal.release([claim])
        assert journal.read(LEO).claim is None

    def test_those_who_waited_longest_come_first(self) -> None:
        """They come by their moment, then by the code points of their ids, so many at once."""
        journal = self._waiting(*reversed(ODD_IDS[1:4]))
        for customer in ODD_IDS[:3:-1]:
            write(journal, customer, attention_at=at(3), journeys=(a_journey(customer),))
        write(journal, LEO, attention_at=at(0), journeys=(a_journey(LEO),))
        assert journal.claim(at(5), at(9), 0) == ()
        claimed = [
            one.customer for size in (1, 2, 3, 99) for one in journal.claim(at(5), at(9), size)
        ]
        assert claimed == [LEO, ODD_IDS[3], ODD_IDS[2], ODD_IDS[1], *ODD_IDS[4:]]

    def test_a_claim_ends_with_its_time(self) -> None:
        """Until then nobody else gets the customer; at that moment anybody may."""
        journal = self._waiting(LEO)
        (first,) = journal.claim(at(1), at(2), 10)
        assert journal.claim(at(1.9), at(9), 10) == ()
        (second,) = journal.claim(at(2), at(3), 10)
        assert first.customer == second.customer == LEO
        assert first.number < second.number

    def test_a_lease_can_be_prolonged(self) -> None:
        """An entry may say for how much longer the customer stays claimed; others say nothing."""
        journal = self._waiting(LEO)
        journal.claim(at(1), at(2), 10)
        write(journal, LEO, attention_at=at(1), lease=at(4))
        write(journal, LEO, attention_at=at(1))
        assert journal.claim(at(3.9), at(9), 10) == ()
        assert len(journal.claim(at(4), at(9), 10)) == 1

    def test_a_lease_without_a_claim_is_nothing(self) -> None:
        """Whom nobody holds anybody may claim, whatever an entry says."""
        journal = self._waiting(LEO)
        write(journal, LEO, attention_at=at(1), lease=at(4))
        assert len(journal.claim(at(2), at(9), 10)) == 1

    def test_who_lost_a_claim_cannot_write(self) -> None:
        """The older holder's next commit is refused, and its letting go lets nothing go."""
        journal = self._waiting(LEO)
        (old,) = journal.claim(at(1), at(2), 10)
        (new,) = journal.claim(at(3), at(4), 10)
        with pytest.raises(SequenceError):
            journal.commit(Entry(LEO, old.number))
        journal.release([old])
        assert journal.read(LEO).claim == new.number
        journal.commit(Entry(LEO, new.number, at(3)))
        assert journal.claim(at(3.9), at(9), 10) == ()

    def test_who_read_before_a_claim_cannot_write_after_it(self) -> None:
        """Whoever wants to write beside a holder must read again."""
        journal = self._waiting(LEO)
        before = journal.read(LEO)
        journal.claim(at(1), at(2), 10)
        with pytest.raises(SequenceError) as told:
            journal.commit(Entry(LEO, before.revision))
        assert told.value.actual == before.revision + 1

    def test_who_is_let_go_can_be_claimed_again(self) -> None:
        """Claims are let go one by one; nobody minds those that are gone, or were never made."""
        journal = self._waiting(LEO, MIA)
        leo, mia = journal.claim(at(3), at(9), 10)
        journal.release([leo, leo, Claim("nobody", 4), Claim(MIA, mia.number + 1)])
        journal.release([])
        assert journal.claim(at(3), at(9), 10) == (Claim(LEO, leo.number + 1),)

    def test_an_entry_says_when_attention_is_needed_next(self) -> None:
        """A later moment replaces an earlier one, and none ends it."""
        journal = self._waiting(LEO)
        write(journal, LEO, attention_at=at(5))
        assert journal.claim(at(4), at(9), 10) == ()
        write(journal, LEO, attention_at=at(2))
        write(journal, LEO, attention_at=None)
        assert journal.claim(at(9), at(10), 10) == ()

    def test_the_next_moment_is_told(self) -> None:
        """It is the first at which somebody needs attention and is held by nobody."""
        journal = self._waiting(LEO, MIA)
        assert journal.next_attention() == at(1)
        (leo,) = journal.claim(at(1), at(3), 10)
        assert journal.next_attention() == at(2)
        write(journal, MIA, attention_at=None)
        assert journal.next_attention() == at(3)
        write(journal, LEO, attention_at=at(7))
        assert journal.next_attention() == at(7)
        write(journal, LEO, attention_at=at(2))
        journal.release([leo])
        assert journal.next_attention() == at(2)
        write(journal, LEO, attention_at=None)
        assert journal.next_attention() is None
