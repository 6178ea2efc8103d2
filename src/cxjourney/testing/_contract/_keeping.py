# ruff: noqa: S101 - tests are written with assert
"""What every journal must do for those who look after it, as tests; see ``JournalContract``."""

from abc import ABC, abstractmethod

import attrs
import pytest

from cxjourney.dispatch.journal import (
    Archived,
    Claim,
    Commit,
    CustomerRecord,
    Duty,
    Erasure,
    Journal,
    OutboxItem,
    State,
)
from cxjourney.errors import JournalError, SequenceError
from cxjourney.testing._journals import (
    ODD_IDS,
    a_duty,
    a_journey,
    an_attempt,
    an_intent,
    at,
    left_of,
    only_new,
    write,
)

LEO, MIA = "leo", "mia"


def owing(customer: str, number: int, state: State, engagement: str = "") -> OutboxItem:
    """Return an intent for the duty of a number."""
    one = an_intent(customer, number, engagement, state)
    duty = a_duty(customer, engagement, number)
    return attrs.evolve(one, intent=attrs.evolve(one.intent, obligation=duty.obligation.key))


class BatchContract(ABC):
    """The tests of what is asked and written of many customers at once, and of marks of calls."""

    @abstractmethod
    def make_journal(self) -> Journal:
        """Return an empty journal."""

    def test_what_is_asked_together_is_answered_as_one_by_one(self) -> None:
        """Of customers that are kept and of one that is not, and whatever their ids."""
        journal = self.make_journal()
        everybody = [*ODD_IDS[1:], "nobody"]
        for customer in everybody[:-1]:
            outbox = (an_intent(customer, 1), an_intent(customer, 2, state=State.SENT))
            write(journal, customer, journeys=(a_journey(customer, "car", 3),), outbox=outbox)
        names = [an_intent(one, 2).key for one in everybody], [an_intent(LEO).intent.occasion, "o"]
        asked = [
            (method, args)
            for customer in everybody
            for method, args in (
                ("dossier", (customer,)),
                ("dossier", (customer, ("car", "e3"))),
                ("dossier", (customer, ("car", "e9"))),
                ("knows", (customer, ("car", "e1"))),
                ("knows", (customer, ("", "e1"))),
                ("decided", (customer, *names)),
                ("decided", (customer, (), ())),
                ("audience", ({"d1", "d2"}, 3, customer)),
                ("audience", ((), 3, customer)),
                ("find", (an_intent(customer).key,)),
                ("read", (customer,)),
            )
        ]
        for some in (asked, asked[:1], asked[:2], []):
            one_by_one = [getattr(journal, method)(*args) for method, args in some]
            assert list(journal.together(some)) == one_by_one

    def test_commits_together_are_each_whole_or_refused_alone(self) -> None:
        """One at another revision, one at odds and one of nobody leave the others as they are."""
        journal = self.make_journal()
        write(journal, LEO, journeys=(a_journey(LEO, "car", 2),), outbox=(an_intent(LEO, 1),))
        write(journal, "ole")
        (before,) = journal.read(LEO).journeys
        for turn, late in enumerate((0, 1)):
            people = [f"{name} {turn}" for name in ODD_IDS[1:4]]
            commits = [
                *(
                    Commit(
                        one,
                        0,
                        at(1),
                        (a_journey(one, "car", 3),),
                        outbox=(an_intent(one, 1), an_intent(one, 2, state=State.SENT)),
                        attempts=(an_attempt(an_intent(one, 2)),),
                        owed=(a_duty(one, "car", 1),),
                    )
                    for one in people
                ),
                Commit(MIA, 7, journeys=(a_journey(MIA),)),
                Commit(LEO, 1 + turn + late, at(2), (only_new(a_journey(LEO, "car", 3), 2),)),
                Commit("ole", 0, journeys=(a_journey("ole"),)),
                Commit(f"odd {turn}", 0, outbox=(an_intent("somebody else"),)),
            ]
            answers = list(journal.together([("commit", (one,)) for one in commits]))
            assert answers[:3] == [None] * 3
            wrong, stale, known, odd = answers[3:]
            assert isinstance(known, SequenceError)
            assert (known.expected, known.actual) == (0, 1)
            assert isinstance(wrong, SequenceError)
            assert (wrong.expected, wrong.actual) == (7, 0)
            assert isinstance(odd, JournalError)
            assert (stale is None) != bool(late)
            for one in people:
                found = journal.read(one)
                assert found.journeys == (a_journey(one, "car", 3),)
                assert [item.number for item in found.outbox] == [1, 2]
                assert len(journal.attempts(an_intent(one, 2).key)) == 1
            assert len(journal.overdue(at(99))) == 3 * (turn + 1)
            assert journal.read(MIA).revision == journal.read(f"odd {turn}").revision == 0
        assert journal.read(LEO).revision == 1 + turn
        assert journal.read(LEO).journeys != (before,)

    def test_commits_at_odds_with_what_is_kept_are_refused_alone(self) -> None:
        """The number of another intent is taken; and an erasure is written beside the others."""
        journal = self.make_journal()
        for customer in (LEO, MIA, "ole"):
            write(journal, customer, journeys=(a_journey(customer),), outbox=(an_intent(customer),))
        taken = attrs.evolve(an_intent(LEO, 2), number=1)
        commits = [
            Commit(LEO, 1, outbox=(taken,)),
            Commit(MIA, 1, journeys=(a_journey(MIA, events=2),)),
            Commit("ole", 1, erased={"": left_of("ole")}, erasure=Erasure(at(1), 2)),
        ]
        odd, *rest = journal.together([("commit", (one,)) for one in commits])
        assert isinstance(odd, JournalError)
        assert rest == [None, None]
        assert journal.read(LEO).revision == 1
        assert journal.read(MIA).journeys == (a_journey(MIA, events=2),)
        assert journal.read("ole").journeys == ()

    def _started(self) -> tuple[Journal, Claim, OutboxItem]:
        """Return a journal with a claim, and an intent that is STARTED and whose call is marked."""
        journal = self.make_journal()
        write(journal, LEO, attention_at=at(1), journeys=(a_journey(LEO),))
        (claim,) = journal.claim(at(1), at(2), 1)
        started = attrs.evolve(an_intent(LEO, state=State.STARTED), attempts=3)
        write(journal, LEO, attention_at=at(1), outbox=(started,), marked={started.key: True})
        known = journal.marks([started.key])
        assert known or pytest.skip(
            "it keeps no marks, and so leaves more to a person after a crash"
        )
        return journal, claim, started

    def test_marks_tell_which_hook_was_called(self) -> None:
        """None was before the mark; nobody knows after it; then the next mark tells what came."""
        journal, claim, started = self._started()
        key = started.key
        assert dict(journal.marks([key, "k"])) == {key: None}
        assert journal.mark(claim, key, 3)
        assert dict(journal.marks([key])) == {}
        came = an_attempt(started, 3)
        assert not journal.mark(claim, "k", 1, an_attempt(started, 2))
        assert dict(journal.marks([key])) == {}
        assert not journal.mark(claim, "k", 1, came)
        assert dict(journal.marks([key])) == {key: came}
        write(journal, LEO, attention_at=at(1), outbox=(started,), attempts=(came,))
        assert dict(journal.marks([key])) == {}
        assert not journal.mark(claim, key, 3)

    def test_who_lost_the_claim_may_not_call(self) -> None:
        """Nor for another attempt, or an intent that was put back or erased."""
        journal, claim, started = self._started()
        key = started.key
        assert not journal.mark(Claim(MIA, claim.number), key, 3)
        assert not journal.mark(attrs.evolve(claim, number=claim.number + 1), key, 3)
        assert not journal.mark(claim, key, 2)
        (other,) = journal.claim(at(5), at(6), 1)
        assert not journal.mark(claim, key, 3)
        assert dict(journal.marks([key])) == {key: None}
        back = attrs.evolve(started, state=State.PLANNED, attempts=2)
        write(journal, LEO, attention_at=at(1), outbox=(back,), marked={key: False})
        assert not journal.mark(other, key, 3)
        assert dict(journal.marks([key])) == {}
        write(journal, LEO, attention_at=at(1), outbox=(started,), marked={key: True})
        write(journal, LEO, attention_at=at(1), erased={"": left_of(LEO)})
        assert not journal.mark(other, key, 3, an_attempt(started, 3))
        assert dict(journal.marks([key])) == {}


class KeepingContract(BatchContract):
    """The tests of what is told of all customers at once, and of the archive."""

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

    def test_the_parts_of_a_snapshot_are_written_and_taken_out_each_by_itself(self) -> None:
        """What a commit does not name stays; a journey that is rewritten has what it names."""
        journal, one = self.make_journal(), a_journey(LEO, "car")
        write(journal, LEO, journeys=(attrs.evolve(one, runs={1: "a", 2: "b", 3: "c"}),))
        changed = attrs.evolve(only_new(one, 1), runs={2: None, 3: "d", 2**40: "e", 9: None})
        write(journal, LEO, journeys=(changed,))
        for kept in (journal.read(LEO), journal.dossier(LEO)):
            assert kept.journeys[0].runs == {1: "a", 3: "d", 2**40: "e"}
        told = Commit(LEO, 2, None, (attrs.evolve(only_new(one, 1), runs={3: None}),))
        assert list(journal.together([("commit", (told,))])) == [None]
        assert journal.dossier(LEO).journeys[0].runs == {1: "a", 2**40: "e"}
        again = attrs.evolve(one, runs={4: "f"})
        write(journal, LEO, journeys=(again,), rewritten=frozenset({"car"}))
        assert journal.read(LEO).journeys[0].runs == {4: "f"}

    def test_many_quiet_intents_may_be_left_out_where_an_event_is_asked_about(self) -> None:
        """What is left out is told in short; where no event is asked about nothing is left out."""
        journal = self.make_journal()
        many = [an_intent(LEO, number, "car") for number in range(1, 101)]
        many[1] = attrs.evolve(many[1], state=State.STARTED)
        many[2] = attrs.evolve(many[2], state=State.UNKNOWN, unsure_at=at(3))
        many[3] = attrs.evolve(many[3], state=State.WAITING, next_at=at(900))
        many[4] = attrs.evolve(many[4], intent=attrs.evolve(many[4].intent, due=None))
        write(journal, LEO, journeys=(a_journey(LEO, "car"),), outbox=tuple(many))
        whole, told = journal.dossier(LEO), journal.dossier(LEO, ("car", "e1"))
        assert whole.outbox == tuple(many)
        assert whole.rest is None
        (together,) = journal.together([("dossier", (LEO, ("car", "e1")))])
        assert together == told
        left_out = () if told.rest is None else (told.rest,)
        assert told.outbox == tuple(many[1:3] if left_out else many)
        moments = [one.next_at for one in many[:1] + many[3:] if one.next_at is not None]
        for rest in left_out:
            assert rest.next_at == min(moments)
            assert rest.is_held
            assert rest.due(at(1000)) == {("welcome", False), ("welcome", True)}
            assert rest.due(at(0)) == set()
        closed = [attrs.evolve(one, state=State.SENT, next_at=None) for one in many[5:]]
        write(journal, LEO, outbox=tuple(closed))
        few = journal.dossier(LEO, ("car", "e1"))
        assert few.outbox == tuple(many[:5])
        assert few.rest is None

    def test_what_was_closed_long_ago_goes_into_the_archive(self) -> None:
        """All that is asked is answered as before, but for the outbox, which has the rest."""
        journal = self.make_journal()
        outbox = tuple(an_intent(LEO, n, state=one) for n, one in enumerate([*State, *State], 1))
        attempts = tuple(an_attempt(one, n) for one in outbox[::3] for n in (1, 2))
        car = a_journey(LEO, "car", 5)
        write(journal, LEO, journeys=(car,), outbox=outbox, attempts=attempts)
        write(journal, MIA, outbox=(an_intent(MIA, 1, state=State.SENT),))
        told = _told(journal, outbox)
        heard: list[Archived] = []
        done = journal.archive(at(4), progress=heard.append)
        old = [one for one in outbox[:3] if one.state.is_closed]
        old += [an_intent(MIA, 1, state=State.SENT)]
        assert (done.intents, done.steps, done.busy, done.place) == (2, 3, 0, None)
        assert heard[-1] == done
        assert _told(journal, outbox) == told
        assert list(journal.archived()) == old
        assert list(journal.archived(after=(LEO, 3), limit=1)) == old[1:]
        assert list(journal.outbox([*State])) == [one for one in outbox if one not in old]
        assert journal.archive(at(4)) == Archived(place=None)
        again = journal.archive(at(99))
        assert (again.intents, again.attempts, again.steps) == (5, 4, 2)
        assert _told(journal, outbox) == told
        assert not any(one.state.is_closed for one in journal.outbox([*State]))
        write(journal, LEO, journeys=(a_journey(LEO, "car", 6),))
        assert journal.read(LEO).journeys == (a_journey(LEO, "car", 6),)

    def test_what_is_owed_stays_out_of_the_archive(self) -> None:
        """What was denied or skipped goes there once its duty is met, or where there was none."""
        journal = self.make_journal()
        outbox = (
            owing(LEO, 1, State.DENIED),
            owing(LEO, 2, State.SKIPPED),
            owing(LEO, 3, State.SENT),
        )
        owed = tuple(a_duty(LEO, "", n) for n in (1, 2, 3))
        write(journal, LEO, journeys=(a_journey(LEO),), owed=owed, outbox=outbox)
        assert journal.archive(at(99)).intents == 1
        assert tuple(journal.archived()) == outbox[2:]
        assert tuple(journal.still_owed()) == outbox[:2]
        write(journal, LEO, settled=frozenset({("", owed[0].obligation.key)}))
        assert journal.archive(at(99)).intents == 1
        assert tuple(journal.archived()) == (outbox[0], outbox[2])

    def test_what_is_reopened_leaves_the_archive(self) -> None:
        """With all that came of its attempts; what comes of the next one follows them."""
        journal = self.make_journal()
        one, other = (an_intent(LEO, n, state=State.SENT) for n in (1, 2))
        before = (an_attempt(one, 1), an_attempt(one, 2))
        write(journal, LEO, outbox=(one, other), attempts=before)
        assert journal.archive(at(99)) == Archived(2, 2, place=None)
        again = attrs.evolve(one, state=State.PLANNED, digest="d2", settled_at=None)
        reopened = frozenset({one.key})
        write(journal, LEO, outbox=(again,), attempts=(an_attempt(one, 3),), reopened=reopened)
        assert journal.read(LEO).outbox == (again, other)
        assert tuple(journal.outbox([*State])) == (again,)
        assert tuple(journal.archived()) == (other,)
        assert tuple(journal.attempts(one.key)) == (*before, an_attempt(one, 3))
        assert journal.audience(["d1", "d2"], 9) == {"d1": 1, "d2": 1}

    def test_the_archive_is_erased_too(self) -> None:
        """What is archived of a journey goes with it, and of one who is rewritten the steps."""
        journal = self.make_journal()
        gone, mine = an_intent(LEO, 1, "house", State.SENT), an_intent(LEO, 2, "car", State.SENT)
        journeys = (a_journey(LEO, "car", 2), a_journey(LEO, "house", 2))
        attempts = (an_attempt(gone), an_attempt(mine))
        write(journal, LEO, journeys=journeys, outbox=(gone, mine), attempts=attempts)
        assert journal.archive(at(99)) == Archived(2, 2, 4, place=None)
        new = a_journey(LEO, "car", 1, "new")
        rewritten = frozenset({"car"})
        write(journal, LEO, journeys=(new,), rewritten=rewritten, erased={"house": left_of(LEO)})
        assert journal.read(LEO) == CustomerRecord(LEO, 2, (new,), (mine,))
        assert journal.find(gone.key) is None
        assert tuple(journal.attempts(gone.key)) == ()
        assert tuple(journal.archived()) == (mine,)
        assert not journal.decided(LEO, [gone.key], [])


def _told(journal: Journal, outbox: tuple[OutboxItem, ...]) -> list[object]:
    """Return what is told of a customer who has these intents."""
    keys, occasions = ([*{get(one) for one in outbox}] for get in (_key, _occasion))
    return [
        journal.read(LEO),
        journal.dossier(LEO, ("car", "e1")),
        journal.knows(LEO, ("car", "e1")),
        journal.events(LEO, at(0)),
        journal.decided(LEO, keys, []),
        journal.decided(LEO, [], occasions),
        journal.audience(["d1"], 9),
        journal.audience(["d1"], 1, MIA),
        [(journal.find(one), tuple(journal.attempts(one))) for one in keys],
    ]


def _key(one: OutboxItem) -> str:
    return one.key


def _occasion(one: OutboxItem) -> str:
    return one.intent.occasion
