# ruff: noqa: S101 - tests are written with assert
"""What every journal must do about erasures, handles and customers in trouble, as tests."""

from abc import ABC, abstractmethod

import attrs
import pytest

from cxjourney.dispatch.journal import (
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    Erasure,
    Journal,
    JourneyRecord,
    State,
    Trouble,
)
from cxjourney.errors import JournalError, SequenceError
from cxjourney.testing._journals import (
    ODD_IDS,
    a_journey,
    an_attempt,
    an_intent,
    at,
    left_of,
    write,
)
from cxjourney.vocabulary import Channel, Purpose

LEO, MIA = "leo", "mia"
NO_MORE = ((Channel.EMAIL, Purpose.SELL), (Channel.TEXT, Purpose.REMIND))


class ErasingContract(ABC):
    """The tests about erasures, handles and customers in trouble; see ``JournalContract``."""

    @abstractmethod
    def make_journal(self) -> Journal:
        """Return an empty journal; whoever tests one of their own says how."""

    def test_an_erased_journey_goes_with_all_that_is_its_own(self) -> None:
        """Its events, intents and outcomes go; the customer's other journey stays."""
        journal = self.make_journal()
        mine, gone = an_intent(LEO, 1, "car"), an_intent(LEO, 2, "house", State.SENT)
        car = a_journey(LEO, "car")
        write(
            journal,
            LEO,
            journeys=(car, a_journey(LEO, "house", 3)),
            outbox=(mine, gone),
            attempts=(an_attempt(mine), an_attempt(gone)),
        )
        write(journal, LEO, erased={"house": left_of(LEO, "house", 3)})
        assert journal.read(LEO) == CustomerRecord(LEO, 2, (car,), (mine,))
        assert tuple(journal.tombstones()) == (left_of(LEO, "house", 3),)
        assert journal.find(gone.key) is None
        assert tuple(journal.attempts(gone.key)) == ()
        assert tuple(journal.attempts(mine.key)) == (an_attempt(mine),)
        assert journal.audience({"d1"}, 9) == {"d1": 1}

    def test_an_erased_journey_wins_over_what_is_written_with_it(self) -> None:
        """A commit that writes a journey and erases it leaves its tombstone alone."""
        journal = self.make_journal()
        one = an_intent(LEO, 1, "car")
        write(journal, LEO, journeys=(a_journey(LEO, "car"),))
        write(
            journal,
            LEO,
            attention_at=at(1),
            journeys=(a_journey(LEO, "car", 2),),
            outbox=(one,),
            attempts=(an_attempt(one),),
            erased={"car": left_of(LEO, "car")},
        )
        assert journal.read(LEO) == CustomerRecord(LEO, 2)
        assert journal.find(one.key) is None
        assert journal.next_attention() is None

    def test_a_customer_all_of_whose_journeys_were_erased_is_forgotten(self) -> None:
        """Nothing tells whose they were; whoever comes again begins anew."""
        journal = self.make_journal()
        for customer in (LEO, MIA):
            write(journal, customer, attention_at=at(1), journeys=(a_journey(customer),))
        (claim,) = journal.claim(at(2), at(3), 1)
        write(journal, LEO, attention_at=at(1), erased={"": left_of(LEO)})
        write(journal, MIA, attention_at=at(1), erased={"": left_of(MIA, events=2)})
        assert tuple(journal.tombstones()) == (left_of(LEO), left_of(MIA, events=2))
        assert tuple(journal.customers()) == ()
        journal.release([claim])
        ended = {one: journal.read(one).revision for one in (LEO, MIA)}
        assert ended == {one: 3 if one == claim.customer else 2 for one in (LEO, MIA)}
        assert journal.claim(at(9), at(10), 9) == ()
        begun = write(journal, LEO, journeys=(a_journey(LEO),))
        assert begun == ended[LEO] + 1
        assert journal.read(LEO) == CustomerRecord(LEO, begun, (a_journey(LEO),))

    def test_no_revision_comes_twice(self) -> None:
        """Whoever comes after an erasure begins where the erased one ended, again and again."""
        journal, seen = self.make_journal(), set[int]()
        for life in range(3):
            revision = journal.read(LEO).revision
            assert revision not in seen
            for wrong in seen:
                with pytest.raises(SequenceError) as told:
                    journal.commit(Commit(LEO, wrong, journeys=(a_journey(LEO),)))
                assert (told.value.expected, told.value.actual) == (wrong, revision)
            seen |= {revision, write(journal, LEO, attention_at=at(1), journeys=(a_journey(LEO),))}
            (claim,) = journal.claim(at(life + 1), at(life + 1.5), 9)
            seen.add(claim.number)
            ended = write(journal, LEO, erased={"": left_of(LEO)})
            assert tuple(journal.customers()) == ()
            assert journal.read(LEO) == CustomerRecord(LEO, ended)
            journal.release([claim])
            assert ended not in seen

    def test_an_erasure_outlives_the_customer(self) -> None:
        """Its time, its number and what was withdrawn are told, and nothing else is left."""
        journal = self.make_journal()
        assert journal.dossier(LEO, ("", "e1")).erasure is None
        write(journal, LEO, journeys=(a_journey(LEO),))
        gone = Erasure(at(5), 2, NO_MORE)
        write(journal, LEO, erased={"": left_of(LEO)}, erasure=gone)
        for event in (None, ("", "e1"), ("car", "e1")):
            assert journal.dossier(LEO, event) == Dossier(LEO, 2, erasure=gone)
            assert journal.dossier(MIA, event) == Dossier(MIA)
        journey = attrs.evolve(a_journey(LEO), born=2)
        write(journal, LEO, journeys=(journey,))
        assert journal.dossier(LEO).erasure == journal.dossier(LEO, ("", "e1")).erasure == gone
        assert journal.read(LEO).journeys == (journey,)
        assert [one.born for one in journal.dossier(LEO).journeys] == [gone.number]
        write(journal, LEO, erased={"": left_of(LEO)}, erasure=Erasure(at(3), 4))
        assert journal.dossier(LEO).erasure == Erasure(at(5), 4)

    def test_the_erasure_of_one_engagement_is_told_of_that_one(self) -> None:
        """Of the customer's others nothing was erased, until all of them are."""
        journal = self.make_journal()
        write(journal, LEO, journeys=(a_journey(LEO, "car"), a_journey(LEO, "house")))
        gone = Erasure(at(5), 2)
        write(journal, LEO, erased={"car": left_of(LEO, "car")}, erasure=gone)
        assert journal.dossier(LEO, ("car", "e1")).erasure == gone
        assert journal.dossier(LEO, ("house", "e1")).erasure is None
        assert journal.dossier(LEO).erasure is None
        write(journal, LEO, journeys=(attrs.evolve(a_journey(LEO, "car"), born=2),))
        later = Erasure(at(4), 4, NO_MORE)
        every = {name: left_of(LEO, name) for name in ("car", "house")}
        write(journal, LEO, erased=every, erasure=later)
        assert journal.dossier(LEO).erasure == journal.dossier(LEO, ("house", "e")).erasure == later
        assert journal.dossier(LEO, ("car", "e1")).erasure == Erasure(at(5), 4, NO_MORE)

    def test_an_erasure_has_its_number(self) -> None:
        """Journeys are not erased without one, and it stands for an erasure alone."""
        journal = self.make_journal()
        write(journal, LEO, journeys=(a_journey(LEO),))
        left = {"": left_of(LEO)}
        for wrong in (
            Commit(LEO, 1, erased=left),
            Commit(LEO, 1, erased=left, erasure=Erasure(at(1), 1)),
            Commit(LEO, 1, erasure=Erasure(at(1), 2)),
        ):
            with pytest.raises(JournalError, match="erasure"):
                journal.commit(wrong)
        assert journal.read(LEO) == CustomerRecord(LEO, 1, (a_journey(LEO),))

    def test_what_need_not_be_read_is_told(self) -> None:
        """The revision, the claim, and which journeys there are."""
        journal = self.make_journal()
        assert journal.bare(LEO) == CustomerRecord(LEO)
        both = (a_journey(LEO, "car"), a_journey(LEO, "house"))
        write(journal, LEO, attention_at=at(1), journeys=both, outbox=(an_intent(LEO),))
        (claim,) = journal.claim(at(1), at(2), 9)
        named = (JourneyRecord("car", {}), JourneyRecord("house", {}))
        assert journal.bare(LEO) == CustomerRecord(LEO, 2, named, (), claim.number)
        write(journal, LEO, erased={one.engagement: left_of(LEO) for one in both})
        assert journal.bare(LEO) == CustomerRecord(LEO, 3)

    def test_handles_and_seals_tell_nobody_who_it_is(self) -> None:
        """They are the same each time, differ from customer to customer, and can be looked up."""
        journal = self.make_journal()
        people = ODD_IDS[1:]
        for hour, one in enumerate(people):
            write(journal, one, attention_at=at(hour), journeys=(a_journey(one),))
        handles = {one: journal.read(one).handle for one in people}
        assert len({*handles.values()}) == len(people)
        assert handles == {one: journal.bare(one).handle for one in people}
        assert handles == {one.customer: one.handle for one in journal.claim(at(99), at(100), 99)}
        assert {one: journal.whose(handle) for one, handle in handles.items()} == {
            one: one for one in people
        }
        assert journal.whose("0") is None
        seals = {one: journal.dossier(one).seals for one in people}
        assert seals == {one: journal.dossier(one, ("", "e1")).seals for one in people}
        assert len({seal for some in seals.values() for seal in some}) >= len(people)
        told = {seal for some in seals.values() for seal in some} | {*handles.values()}
        assert all(one not in told and one.encode("utf-8", "replace") not in told for one in people)

    def test_whoever_is_put_off_is_not_claimed_and_is_listed(self) -> None:
        """Failures are counted until the claim is let go; an older claim changes nothing."""
        journal = self.make_journal()
        for one in (LEO, MIA):
            write(journal, one, attention_at=at(0), journeys=(a_journey(one),))
        assert journal.troubles() == ()
        leo, mia = journal.claim(at(1), at(2), 9)
        assert (leo.failures, mia.failures) == (0, 0)
        journal.put_off(leo, at(4), "KeyError")
        journal.put_off(mia, at(3), "DecodeError")
        journal.put_off(Claim(MIA, mia.number - 1), at(9), "OSError")
        journal.put_off(Claim("nobody", 1), at(9), "OSError")
        told = (
            Trouble(LEO, leo.handle, 1, "KeyError", at(4)),
            Trouble(MIA, mia.handle, 1, "DecodeError", at(3)),
        )
        assert journal.troubles() == told
        assert journal.troubles(after=LEO) == told[1:]
        assert journal.troubles(limit=1) == told[:1]
        assert journal.next_attention() == at(3)
        assert journal.claim(at(2.9), at(9), 9) == ()
        (again,) = journal.claim(at(3), at(5), 9)
        assert (again.customer, again.failures) == (MIA, 1)
        journal.put_off(again, at(8), "KeyError")
        assert journal.troubles(after=LEO) == (Trouble(MIA, mia.handle, 2, "KeyError", at(8)),)
        (leo,) = journal.claim(at(4), at(5), 9)
        journal.release([leo])
        assert [one.customer for one in journal.troubles()] == [MIA]
        write(journal, MIA, erased={"": left_of(MIA)})
        assert journal.troubles() == ()

    def test_whose_intents_are_left_the_customer_goes_with_the_last_journey(self) -> None:
        """Whatever else stands there, nothing of it is kept."""
        journal = self.make_journal()
        stray = an_intent(LEO, 1, "boat", State.SENT)
        write(
            journal,
            LEO,
            journeys=(a_journey(LEO),),
            outbox=(stray,),
            attempts=(an_attempt(stray),),
        )
        write(journal, LEO, erased={"": left_of(LEO)})
        assert journal.read(LEO) == CustomerRecord(LEO, 2)
        assert journal.find(stray.key) is None
        assert tuple(journal.attempts(stray.key)) == ()
