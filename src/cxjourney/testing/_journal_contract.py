# ruff: noqa: S101 - tests are written with assert
"""What every journal must do, as tests: for people who write their own.

Derive a class for pytest from ``JournalContract`` and say how to make an empty journal::

    class TestMyJournal(JournalContract):
        def make_journal(self) -> Journal:
            return MyJournal()

``journal_machine`` makes a stateful test of Hypothesis, which drives a journal and
``MemoryJournal`` alike and compares them. An ``AsyncJournal`` is tested through ``awaited``.
"""

from contextlib import suppress
from typing import Any

import attrs
import pytest

from cxjourney.dispatch.journal import (
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    Erasure,
    Journal,
    State,
    Stretch,
)
from cxjourney.errors import SequenceError
from cxjourney.testing._contract._erasing import ErasingContract
from cxjourney.testing._contract._keeping import KeepingContract
from cxjourney.testing._contract._moving import MovingContract
from cxjourney.testing._journals import (
    ODD_IDS,
    a_journey,
    an_attempt,
    an_intent,
    at,
    left_of,
    only_new,
    write,
)

LEO, MIA = "leo", "mia"


class JournalContract(KeepingContract, ErasingContract, MovingContract):
    """The tests that every journal must pass; ``make_journal`` gives an empty one for each."""

    def test_of_nobody_nothing_is_kept(self) -> None:
        """An empty journal has an empty answer to everything."""
        journal = self.make_journal()
        assert journal.read(LEO) == CustomerRecord(LEO)
        assert journal.find("k") is None
        assert tuple(journal.attempts("k")) == ()
        assert tuple(journal.customers()) == ()
        assert tuple(journal.tombstones()) == ()
        assert tuple(journal.outbox(set(State))) == ()
        assert tuple(journal.outbox(())) == tuple(journal.still_owed()) == ()
        assert tuple(journal.overdue(at(9))) == ()
        assert journal.audience({"d1"}, 9) == {"d1": 0}
        assert journal.audience((), 9) == {}
        assert journal.next_attention() is None

    def test_what_was_written_is_read(self) -> None:
        """Journeys, intents and outcomes come back as they were given."""
        journal = self.make_journal()
        journeys = (a_journey(LEO, "car", 3), a_journey(LEO, "house", 2))
        outbox = (an_intent(LEO, 1), an_intent(LEO, 2, state=State.SENT))
        attempts = (an_attempt(outbox[1]), an_attempt(outbox[1], 2))
        write(journal, LEO, journeys=journeys, outbox=outbox, attempts=attempts)
        assert journal.read(LEO) == CustomerRecord(LEO, 1, journeys, outbox)
        assert journal.find(outbox[1].key) == outbox[1]
        assert tuple(journal.attempts(outbox[1].key)) == attempts
        assert tuple(journal.attempts(outbox[0].key)) == ()

    def test_a_journey_without_history_is_kept(self) -> None:
        """Data whose events are null stays so."""
        journal = self.make_journal()
        one = a_journey(LEO, events=0)
        bare = attrs.evolve(one, data={**one.data, "events": None})
        write(journal, LEO, journeys=(bare,))
        assert journal.read(LEO).journeys == (bare,)

    def test_events_are_added(self) -> None:
        """A journey that went on is read with all its events and steps."""
        journal = self.make_journal()
        for events, steps in ((2, 1), (2, 2), (5, 4), (5, 5)):
            record = a_journey(LEO, "car", events, steps=steps)
            write(journal, LEO, journeys=(record,))
            assert journal.read(LEO).journeys == (record,)

    def test_new_events_are_enough(self) -> None:
        """Whoever knows what is kept writes only what came after it."""
        journal = self.make_journal()
        write(journal, LEO, journeys=(a_journey(LEO, "car", 2),))
        whole = a_journey(LEO, "car", 5)
        write(journal, LEO, journeys=(only_new(whole, 2),))
        assert journal.read(LEO).journeys == (whole,)

    def test_a_dossier_tells_where_things_stand(self) -> None:
        """It has no events, no steps and no closed intents, and says whether an event is kept."""
        journal = self.make_journal()
        journeys = (a_journey(LEO, "car", 3), a_journey(LEO, "house", 2))
        outbox = tuple(an_intent(LEO, n, state=one) for n, one in enumerate(State, start=2))
        write(journal, LEO, journeys=journeys, outbox=outbox)
        stand = tuple(only_new(one, 3) for one in journeys)
        still = tuple(one for one in outbox if one.state.is_open)
        dossier = Dossier(LEO, 1, stand, still, None, outbox[-1].number)
        assert journal.dossier(LEO) == dossier
        assert journal.dossier(LEO, ("house", "e3")) == dossier
        assert journal.dossier(LEO, ("car", "e3")) == attrs.evolve(dossier, knows=True)
        assert journal.knows(LEO, ("car", "e3"))
        assert not journal.knows(LEO, ("house", "e3"))
        assert not journal.knows(MIA, ("car", "e3"))
        write(journal, LEO, erased={"": left_of(LEO)})
        assert journal.dossier(LEO) == Dossier(LEO, 2, stand)
        bare = attrs.evolve(stand[0], data={**stand[0].data, "events": None}, snapshot=None)
        write(journal, MIA, journeys=(bare,))
        assert journal.dossier(MIA).journeys == (bare,)

    def test_a_stretch_begins_at_the_last_checkpoint(self) -> None:
        """It is the last one before a moment; one that holds no more is not told."""
        journal = self.make_journal()
        whole = a_journey(LEO, "car", 6)
        events = whole.data["events"]

        def goes_on(known: int, events: int, **more: Any) -> None:  # noqa: ANN401 - of a record
            record = only_new(a_journey(LEO, "car", events), known)
            write(journal, LEO, journeys=(attrs.evolve(record, **more),))

        goes_on(0, 3, checkpoint=(at(2), {"stood": "2"}))
        goes_on(3, 5, checkpoint=(at(4), {"stood": "4"}))
        assert journal.since(LEO, "car", at(5)) == Stretch(2, {"stood": "4"}, (events[4],))
        assert journal.since(LEO, "car", at(4)) == Stretch(2, {"stood": "2"}, (*events[2:5],))
        assert journal.since(LEO, "car", at(2)) == journal.since(LEO, "", at(5)) == Stretch(2)
        assert journal.since(MIA, "car", at(5)) == Stretch(0)
        goes_on(5, 6, late=at(4), checkpoint=(at(2), {"stood": "again"}))
        assert journal.since(LEO, "car", at(9)) == Stretch(3, {"stood": "again"}, (*events[2:],))
        record = attrs.evolve(whole, checkpoint=(at(5), {"stood": "5"}))
        some = [Commit(LEO, 3, journeys=(attrs.evolve(record, late=at(1)),)), Commit(MIA, 0)]
        assert [*journal.together([("commit", (one,)) for one in some])] == [None, None]
        assert journal.since(LEO, "car", at(9)) == Stretch(4, {"stood": "5"}, (events[5],))
        assert journal.since(LEO, "car", at(5)) == Stretch(4)
        write(journal, LEO, journeys=(whole,), rewritten=frozenset({"car"}))
        assert journal.since(LEO, "car", at(9)) == Stretch(5)

    def test_what_was_decided_is_told(self) -> None:
        """By key or by what it is for, of one customer alone, whether it is closed or not."""
        journal = self.make_journal()
        outbox = (an_intent(LEO, 1), an_intent(LEO, 2, state=State.SENT))
        write(journal, LEO, outbox=outbox)
        keys, occasions = [one.key for one in outbox], [one.intent.occasion for one in outbox]
        assert journal.decided(LEO, [*keys, "k"], [*occasions, "o"]) == {*keys, *occasions}
        assert journal.decided(LEO, keys[:1], occasions[1:]) == {keys[0], occasions[1]}
        assert journal.decided(LEO, (), ()) == journal.decided(MIA, keys, occasions) == set()

    def test_events_are_told_from_a_moment_on(self) -> None:
        """They come in order of time, of all journeys."""
        journal = self.make_journal()
        car, house = a_journey(LEO, "car", 3), a_journey(LEO, "house", 4)
        write(journal, LEO, journeys=(house, car))
        told = [
            (one.engagement, event["id"]) for one in (car, house) for event in one.data["events"]
        ]
        found = [(name, event["id"]) for name, event in journal.events(LEO, at(2))]
        assert found == sorted(told[1:3] + told[4:], key=lambda one: (one[1], one[0]))
        assert journal.events(LEO, at(4)) == (("house", house.data["events"][3]),)
        assert journal.events(LEO, at(4.1)) == journal.events(MIA, at(0)) == ()

    def test_rewritten_events_replace(self) -> None:
        """Of a journey that was migrated nothing old is left, and the others stay."""
        journal = self.make_journal()
        other = a_journey(LEO, "car", 2)
        write(journal, LEO, journeys=(other, a_journey(LEO, "house", 4)))
        migrated = a_journey(LEO, "house", 2, "new")
        rewritten = frozenset({"house", "boat"})
        write(journal, LEO, journeys=(migrated,), rewritten=rewritten)
        assert journal.read(LEO).journeys == (other, migrated)
        longer = a_journey(LEO, "house", 3, "new")
        write(journal, LEO, journeys=(longer,))
        assert journal.read(LEO).journeys == (other, longer)

    def test_intents_stand_in_order_and_change(self) -> None:
        """The outbox is read by number, each intent as it was last written."""
        journal = self.make_journal()
        second, tenth = an_intent(LEO, 2), an_intent(LEO, 10)
        write(journal, LEO, outbox=(tenth, second))
        sent = attrs.evolve(tenth, state=State.SENT, settled_at=at(3), next_at=None)
        write(journal, LEO, outbox=(sent,))
        assert journal.read(LEO).outbox == (second, sent)
        assert journal.find(tenth.key) == sent

    def test_only_the_first_of_two_writers_writes(self) -> None:
        """Whoever read an older revision is told both numbers, and nothing is written."""
        journal = self.make_journal()
        one, other = a_journey(LEO, events=1), a_journey(LEO, events=2)
        for expected in (0, 1, 2):
            journal.commit(Commit(LEO, expected, journeys=(one,)))
            before = journal.read(LEO)
            for wrong in {0, expected, expected + 2} - {expected + 1}:
                late = Commit(
                    LEO,
                    wrong,
                    at(1),
                    (other,),
                    outbox=(an_intent(LEO),),
                    attempts=(an_attempt(an_intent(LEO)),),
                    erased={"": left_of(LEO)},
                    erasure=Erasure(at(1), wrong + 1),
                )
                with pytest.raises(SequenceError) as told:
                    journal.commit(late)
                assert (told.value.expected, told.value.actual) == (wrong, expected + 1)
                assert journal.read(LEO) == before
        assert tuple(journal.tombstones()) == ()
        assert journal.next_attention() is None

    def test_nobody_has_a_revision_but_nought(self) -> None:
        """A commit for somebody unknown at a later revision is refused."""
        journal = self.make_journal()
        with pytest.raises(SequenceError) as told:
            journal.commit(Commit(LEO, 3, journeys=(a_journey(LEO),)))
        assert (told.value.expected, told.value.actual) == (3, 0)
        assert tuple(journal.customers()) == ()

    def test_customers_do_not_mix(self) -> None:
        """What is written of one customer changes nothing of another."""
        journal = self.make_journal()
        write(journal, LEO, journeys=(a_journey(LEO),), outbox=(an_intent(LEO),))
        write(journal, MIA, journeys=(a_journey(MIA),), outbox=(an_intent(MIA),))
        before = journal.read(MIA)
        write(journal, LEO, journeys=(a_journey(LEO, events=2),), erased={"": left_of(LEO)})
        assert journal.read(MIA) == before

    def test_nothing_is_shared_with_callers(self) -> None:
        """Changing what was given, or what was got, changes nothing that is kept."""
        journal = self.make_journal()
        given, tombstone = a_journey(LEO, events=2), left_of(LEO, "car")
        fresh, left = a_journey(LEO, events=2), left_of(LEO, "car")
        write(journal, LEO, journeys=(given,), erased={"car": tombstone})
        for data in (given.data, journal.read(LEO).journeys[0].data):
            data["events"][0]["payload"].clear()
            data["events"].pop()
        for one in (tombstone, journal.tombstones()[0]):
            one.journey["counts"].clear()
            intents: Any = one.intents
            with suppress(AttributeError):  # it may be of a kind that nobody can change
                intents.clear()
        assert journal.read(LEO).journeys == (fresh,)
        assert tuple(journal.tombstones()) == (left,)

    def test_the_audience_counts_customers(self) -> None:
        """Each customer counts once for a digest, while an intent reaches, did, or may have."""
        journal = self.make_journal()
        for number, state in enumerate(State, start=1):
            one = an_intent(LEO, number, state=state, digest=state.name)
            write(journal, LEO, outbox=(one, an_intent(LEO, number + 10, digest="all")))
        write(journal, MIA, outbox=(an_intent(MIA, digest="all"), an_intent(MIA, 2, digest=None)))
        counted = journal.audience([*(one.name for one in State), "all", "none"], 9)
        assert counted == {one.name: int(one.reaches) for one in State} | {"all": 2, "none": 0}
        assert journal.audience({"all", "none"}, 1) == {"all": 1, "none": 0}
        assert journal.audience({"all", "none"}, 9, LEO) == {"all": 1, "none": 0}
        write(journal, MIA, outbox=(an_intent(MIA, state=State.DENIED, digest="all"),))
        assert journal.audience({"all"}, 9) == {"all": 1}
        write(journal, MIA, outbox=(an_intent(MIA, digest="none"),))
        assert journal.audience({"all", "none"}, 9) == {"all": 1, "none": 1}

    def test_customers_are_listed_by_code_point(self) -> None:
        """Whatever the texts in ids, pages of them follow each other in one order."""
        journal = self.make_journal()
        for one in reversed(ODD_IDS[1:]):
            write(journal, one, journeys=(a_journey(one, ODD_IDS[3]),))
        found = list(journal.customers(limit=4))
        while page := journal.customers(after=found[-1], limit=4):
            found += page
        assert found == sorted(ODD_IDS[1:]) == list(ODD_IDS[1:])

    def test_odd_ids_are_kept(self) -> None:
        """NUL, halves of surrogate pairs and the like come back as they were."""
        journal = self.make_journal()
        for customer in ODD_IDS[1:]:
            journeys = tuple(a_journey(customer, engagement) for engagement in ODD_IDS)
            named = enumerate(ODD_IDS, start=1)
            outbox = tuple(an_intent(customer, n, name, digest=name or None) for n, name in named)
            write(journal, customer, journeys=journeys, outbox=outbox)
            assert journal.read(customer) == CustomerRecord(customer, 1, journeys, outbox)
        everybody = len(ODD_IDS) - 1
        assert journal.audience(ODD_IDS[1:], 99) == dict.fromkeys(ODD_IDS[1:], everybody)

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

    def test_those_of_a_smaller_rank_come_first(self) -> None:
        """However long the others have waited; a rank may change with each commit."""
        journal = self.make_journal()
        for hour, customer in enumerate((LEO, MIA, "ole"), start=1):
            given = {"attention_at": at(hour), "rank": hour % 3}
            write(journal, customer, journeys=(a_journey(customer),), **given)
        assert journal.next_attention() == at(1)
        assert [one.customer for one in journal.claim(at(2), at(9), 1)] == [LEO]
        assert journal.next_attention() == at(2)
        assert [one.customer for one in journal.claim(at(3), at(9), 9)] == ["ole", MIA]
        write(journal, MIA, attention_at=at(3), rank=-5)
        assert [one.customer for one in journal.claim(at(9), at(10), 9)] == [MIA, "ole", LEO]

    def test_those_for_whom_something_waits_are_looked_at_again(self) -> None:
        """One of them, or all, and all once by each basis; whose turn comes sooner keeps it."""
        journal = self.make_journal()
        for hour, customer in enumerate((LEO, MIA, "ole"), start=5):
            state = State.PLANNED if customer == "ole" else State.WAITING
            outbox = (an_intent(customer, state=state),)
            write(journal, customer, attention_at=at(hour), outbox=outbox)
        assert journal.ask_again(at(1), customer="ole") == 0
        assert journal.ask_again(at(4), customer=MIA) == 1
        assert journal.next_attention() == at(4)
        asked = [journal.ask_again(at(hour), basis="first") for hour in (3, 2)]
        assert asked == [2, 0]
        assert journal.ask_again(at(9), basis="second") == 0
        assert journal.next_attention() == at(3)
        claimed = [one.customer for one in journal.claim(at(3), at(9), 9)]
        assert claimed == [LEO, MIA]

    def test_a_claim_raises_the_revision_and_is_read(self) -> None:
        """The claim's number is the revision, and the record tells it until it is let go."""
        journal = self._waiting(LEO)
        (claim,) = journal.claim(at(1), at(9), 10)
        record = journal.read(LEO)
        assert (record.revision, record.claim) == (2, 2) == (claim.number, claim.number)
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
        """A commit may say for how much longer the customer stays claimed; others say nothing."""
        journal = self._waiting(LEO)
        journal.claim(at(1), at(2), 10)
        write(journal, LEO, attention_at=at(1), lease=at(4))
        write(journal, LEO, attention_at=at(1))
        assert journal.claim(at(3.9), at(9), 10) == ()
        assert len(journal.claim(at(4), at(9), 10)) == 1

    def test_a_lease_without_a_claim_is_nothing(self) -> None:
        """Whom nobody holds anybody may claim, whatever a commit says."""
        journal = self._waiting(LEO)
        write(journal, LEO, attention_at=at(1), lease=at(4))
        assert len(journal.claim(at(2), at(9), 10)) == 1

    def test_who_lost_a_claim_cannot_write(self) -> None:
        """The older holder's next commit is refused, and its letting go lets nothing go."""
        journal = self._waiting(LEO)
        (old,) = journal.claim(at(1), at(2), 10)
        (new,) = journal.claim(at(3), at(4), 10)
        with pytest.raises(SequenceError):
            journal.commit(Commit(LEO, old.number))
        journal.release([old])
        assert journal.read(LEO).claim == new.number
        journal.commit(Commit(LEO, new.number, at(3)))
        assert journal.claim(at(3.9), at(9), 10) == ()

    def test_who_read_before_a_claim_cannot_write_after_it(self) -> None:
        """Whoever wants to write beside a holder must read again."""
        journal = self._waiting(LEO)
        before = journal.read(LEO)
        journal.claim(at(1), at(2), 10)
        with pytest.raises(SequenceError) as told:
            journal.commit(Commit(LEO, before.revision))
        assert told.value.actual == before.revision + 1

    def test_who_is_let_go_can_be_claimed_again(self) -> None:
        """Claims are let go one by one; nobody minds those that are gone, or were never made."""
        journal = self._waiting(LEO, MIA)
        leo, mia = journal.claim(at(3), at(9), 10)
        journal.release([leo, leo, Claim("nobody", 4), Claim(MIA, mia.number + 1)])
        journal.release([])
        assert journal.claim(at(3), at(9), 10) == (Claim(LEO, leo.number + 1),)

    def test_a_commit_says_when_attention_is_needed_next(self) -> None:
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
