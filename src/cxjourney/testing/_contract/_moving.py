# ruff: noqa: S101 - tests are written with assert
"""What every journal must do when ids change, or two people turn out to be one, as tests."""

from abc import ABC, abstractmethod
from typing import Any

import attrs
import pytest

from cxjourney.dispatch.journal import Commit, Erasure, Journal, State, Transfer
from cxjourney.errors import JournalError, SequenceError
from cxjourney.testing._journals import (
    ODD_IDS,
    a_duty,
    a_journey,
    a_move,
    an_attempt,
    an_intent,
    at,
    left_of,
    write,
)

LEO, MIA, OLE = "leo", "mia", "ole"


def moved(journal: Journal, source: str, target: str) -> Transfer:
    """Transfer all that is kept of a customer, and return what was told."""
    told = a_move(journal.dossier(source), journal.dossier(target), at(7))
    assert told is not None
    journal.move(told)
    return told


class MovingContract(ABC):
    """The tests about renamed and merged customers; see ``JournalContract``."""

    @abstractmethod
    def make_journal(self) -> Journal:
        """Return an empty journal; whoever tests one of their own says how."""

    def _of_two(self) -> Journal:
        """Return a journal with two customers, of whom the second goes to the first."""
        journal = self.make_journal()
        for customer, closed in ((LEO, 2), (MIA, 3)):
            items = tuple(
                an_intent(customer, n, "car", State.SENT if n == closed else State.PLANNED)
                for n in range(1, closed + 1)
            )
            write(
                journal,
                customer,
                journeys=(a_journey(customer, "car", 3),),
                outbox=items,
                attempts=tuple(an_attempt(one) for one in items),
                owed=(a_duty(customer, "car"),),
            )
        return journal

    def test_all_goes_and_is_found_under_both_ids(self) -> None:
        """Events, steps, intents in order, attempts, duties; keys stay."""
        journal = self._of_two()
        keys = [one.key for one in journal.read(MIA).outbox]
        told = moved(journal, MIA, LEO)
        assert tuple(journal.customers()) == (LEO,)
        record = journal.read(LEO)
        assert attrs.evolve(journal.read(MIA), named={}) == record
        assert [one.engagement for one in record.journeys] == ["car", "car+"]
        events = a_journey(MIA, "car", 3).data["events"]
        assert record.journeys[1].data["events"] == events
        assert record.journeys[1].steps == a_journey(MIA, "car", 3).steps
        assert record.journeys[1].snapshot == told.journeys[0].snapshot
        assert [one.number for one in record.outbox] == [1, 2, 3, 4, 5]
        assert [one.key for one in record.outbox[2:]] == keys
        own = {(one.intent.customer, one.intent.engagement) for one in record.outbox[2:]}
        assert own == {(LEO, "car+")}
        assert [len(journal.attempts(key)) for key in keys] == [1, 1, 1]
        duties = [(one.customer, one.engagement) for one in journal.overdue(at(99))]
        assert duties == [(LEO, "car"), (LEO, "car+")]
        assert journal.next_attention() == at(7)

    def test_a_dossier_under_the_older_id_tells_the_new_names(self) -> None:
        """And whether an event is kept, by the name that the engagement had."""
        journal = self._of_two()
        moved(journal, MIA, LEO)
        asked = journal.dossier(MIA, ("car", "e3"))
        assert (asked.customer, asked.named, asked.knows) == (LEO, {"car": "car+"}, True)
        assert not journal.dossier(MIA, ("car", "e4")).knows
        assert journal.dossier(LEO).named == {}
        assert attrs.evolve(journal.dossier(MIA), named={}) == journal.dossier(LEO)
        assert attrs.evolve(journal.bare(MIA), named={}) == journal.bare(LEO)
        together = journal.together([("dossier", (one, ("car", "e3"))) for one in (MIA, LEO, OLE)])
        assert [*together] == [journal.dossier(one, ("car", "e3")) for one in (MIA, LEO, OLE)]

    def test_revisions_and_claims_are_nobodys(self) -> None:
        """The revision is higher than both were; who held a claim has lost it, for its time."""
        journal = self._of_two()
        for customer in (LEO, MIA):
            write(journal, customer, attention_at=at(1))
        claims = journal.claim(at(1), at(3), 2)
        before = [journal.read(one).revision for one in (LEO, MIA)]
        moved(journal, MIA, LEO)
        record = journal.read(LEO)
        assert record.revision == max(before) + 1
        assert record.claim not in {one.number for one in claims}
        journal.release(claims)
        assert journal.claim(at(2), at(9), 9) == ()
        (claim,) = journal.claim(at(8), at(9), 9)
        assert claim.customer == LEO
        for customer, revision in zip((LEO, MIA), before, strict=True):
            with pytest.raises(SequenceError):
                journal.commit(Commit(customer, revision, attention_at=at(1)))

    def test_nobody_begins_under_an_id_that_goes_on_working(self) -> None:
        """Alone or among others; who was read before is told."""
        journal = self._of_two()
        moved(journal, MIA, LEO)
        commit = Commit(MIA, 0, journeys=(a_journey(MIA),))
        with pytest.raises(SequenceError):
            journal.commit(commit)
        other = Commit(OLE, 0, journeys=(a_journey(OLE),))
        answers = journal.together([("commit", (one,)) for one in (commit, other)])
        assert isinstance(answers[0], SequenceError)
        assert answers[1] is None
        assert tuple(journal.customers()) == (LEO, OLE)

    def test_a_new_id_and_back(self) -> None:
        """A new name takes all along; the first may come back, and the other goes on working."""
        journal = self._of_two()
        handle = journal.read(MIA).handle
        moved(journal, MIA, OLE)
        assert tuple(journal.customers()) == (LEO, OLE)
        assert (journal.whose(handle), journal.read(MIA).customer) == (OLE, OLE)
        here = journal.dossier(OLE)
        names = {one.engagement: one.engagement for one in here.journeys}
        journal.move(Transfer(OLE, here.revision, MIA, None, names, here.journeys, at(8)))
        assert tuple(journal.customers()) == (LEO, MIA)
        assert (journal.whose(handle), journal.read(OLE).customer) == (MIA, MIA)

    def test_names_are_followed_through(self) -> None:
        """Whoever goes on with others is found under every id."""
        journal = self._of_two()
        write(journal, OLE, journeys=(a_journey(OLE, "car+", 2),))
        moved(journal, MIA, LEO)
        moved(journal, LEO, OLE)
        assert journal.dossier(MIA).named == {"car": "car++", "car+": "car++"}
        assert journal.dossier(MIA, ("car", "e3")).knows
        assert journal.read(LEO).customer == OLE

    def test_on_a_wrong_revision_nothing_moves(self) -> None:
        """Of either; and neither does what contradicts what is kept."""
        journal = self._of_two()
        write(journal, OLE, journeys=(a_journey(OLE),))
        moved(journal, OLE, "ole 2")
        told = a_move(journal.dossier(MIA), journal.dossier(LEO), at(7))
        assert told is not None
        before = [journal.read(one) for one in (LEO, MIA)]
        late: tuple[dict[str, Any], ...] = (
            {"expected": told.expected + 1},
            {"target_expected": 9},
            {"target_expected": None},
            {"target": "nobody"},
            {"source": "nobody"},
        )
        odd: tuple[dict[str, Any], ...] = (
            {"named": {}},
            {"named": {"house": "car+"}},
            {"named": {"car": "car"}, "journeys": (a_journey(MIA, "car"),)},
            {"target": MIA},
            {"target": OLE, "target_expected": None},
        )
        for wrong in late:
            with pytest.raises(SequenceError):
                journal.move(attrs.evolve(told, **wrong))
        for wrong in odd:
            with pytest.raises(JournalError):
                journal.move(attrs.evolve(told, **wrong))
        assert [journal.read(one) for one in (LEO, MIA)] == before

    def test_the_archive_and_the_audience_go_along(self) -> None:
        """What was put away is told under the new id, and one who is two counts once."""
        journal = self._of_two()
        assert journal.audience({"d1"}, 9) == {"d1": 2}
        journal.archive(at(50))
        moved(journal, MIA, LEO)
        archived = [(one.intent.customer, one.number) for one in journal.archived()]
        assert archived == [(LEO, 2), (LEO, 5)]
        assert journal.audience({"d1"}, 9) == {"d1": 1}
        keys = [one.key for one in journal.read(LEO).outbox]
        assert journal.decided(LEO, keys, ()) == frozenset(keys)

    def test_with_the_last_journey_every_id_is_erased(self) -> None:
        """Whoever comes under one of them begins where the erased one ended."""
        journal = self._of_two()
        moved(journal, MIA, LEO)
        left = {name: left_of(LEO, name, 3) for name in ("car", "car+")}
        number = journal.read(LEO).revision + 1
        gone = Erasure(at(4), number)
        write(journal, LEO, erased={"car+": left["car+"]}, erasure=gone)
        assert journal.dossier(MIA, ("car", "x")).erasure == gone
        assert journal.dossier(LEO, ("car", "x")).erasure is None
        later = Erasure(at(5), number + 1)
        write(journal, LEO, erased={"car": left["car"]}, erasure=later)
        assert tuple(journal.customers()) == ()
        for one in (LEO, MIA):
            assert journal.dossier(one).erasure == later
            assert (journal.read(one).customer, journal.read(one).revision) == (one, number + 1)
            write(journal, one, journeys=(a_journey(one),))
        assert tuple(journal.customers()) == (LEO, MIA)

    def test_an_erasure_under_the_older_id_is_remembered(self) -> None:
        """Whoever was erased, came back and was merged is told of it under that id."""
        journal = self._of_two()
        write(journal, OLE, journeys=(a_journey(OLE),))
        write(journal, OLE, erased={"": left_of(OLE)}, erasure=Erasure(at(1), 2))
        write(journal, OLE, journeys=(a_journey(OLE),))
        moved(journal, OLE, LEO)
        found = journal.dossier(OLE).erasure
        assert found is not None
        assert found.at == at(1)
        assert journal.dossier(LEO).erasure is None

    def test_odd_ids_are_moved_as_they_are(self) -> None:
        """Whatever a text may hold."""
        journal = self.make_journal()
        for one in ODD_IDS[1:]:
            write(
                journal, one, journeys=(a_journey(one, one, 2),), outbox=(an_intent(one, 1, one),)
            )
        for one in ODD_IDS[1:]:
            moved(journal, one, f"{one}2")
        for one in ODD_IDS[1:]:
            record = journal.read(one)
            assert record.customer == f"{one}2"
            assert [item.intent.customer for item in record.outbox] == [f"{one}2"]
