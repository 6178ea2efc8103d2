"""Random lives: what is sent does not depend on when ids change, or two turn out to be one."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.dispatch.journal import Journal, MemoryJournal
from cxjourney.errors import RefusedError
from cxjourney.vocabulary import Event, EventKind
from tests.dispatch.stores import Empty
from tests.dispatch.world import World

K = EventKind
IDS = "abc"
KINDS = {K.CONTACTED: {}, K.PURCHASED: {}, K.ASKED: {"question": "?"}, K.RESULT_ACHIEVED: {}}
Act = tuple[str, int, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["tell", "tell", "tell", "late", "again", "retract", "run", "join"])
        | st.sampled_from(["rename", "erase", "tell", "join"]),
        st.integers(0, 11),
        st.integers(0, 11),
    ),
    max_size=14,
)


class Life:
    """One world in which the same things happen, with ids that change or without.

    Attributes:
        changing: whether ids change.
    """

    def __init__(self, journal: Journal, *, changing: bool) -> None:
        self.world = World(journal=journal)
        self.changing = changing
        self.now = {one: one for one in IDS}
        self.names: dict[str, set[str]] = {one: {one} for one in IDS}
        self.told: list[tuple[str, str, Event]] = []

    def _ids(self, one: str) -> list[str]:
        """Return every id under which a person goes."""
        return sorted(set[str]().union(*(self.names[n] for n in self.people(one))))

    def people(self, one: str) -> list[str]:
        """Return those who are the same person."""
        return [other for other in IDS if self.now[other] == self.now[one]]

    def record(self, one: str, engagement: str, event: Event, which: int = 0) -> None:
        """Record an event, under an id of the journey's that goes on working."""
        ids = sorted(self.names[one]) if self.changing else [one]
        under = ids[which % len(ids)]
        try:
            self.world.dispatcher().record(under, engagement, event)
        except RefusedError:
            assert event.kind is K.RETRACTED

    def act(self, act: str, first: int, second: int) -> None:
        """Let something happen."""
        self.world.clock.pass_by(minutes=7)
        one, now = IDS[first % 3], self.world.clock()
        if act in {"tell", "late"}:
            kind = [*KINDS][second % 4]
            at = now - timedelta(minutes=11 * second) if act == "late" else now
            event = Event(kind, at, f"{one}{len(self.told)}", KINDS[kind])
            # Each has engagements of its own, for of one person those of one name are one.
            self.told.append((one, f"{one} car" if first > 5 else one, event))
            self.record(*self.told[-1], second)
        elif act in {"again", "retract"} and self.told:
            whose, engagement, event = self.told[first % len(self.told)]
            if act == "retract":
                said = {"event": event.id, "actor": "ann", "reason": "wrong"}
                event = Event(K.RETRACTED, now, f"back {event.id} {now}", said)
            self.record(whose, engagement, event, second)
        elif act == "run":
            self.world.dispatcher().run()
        elif act == "erase":
            self.erase(one)
        else:
            self.change(act, one, IDS[second % 3])

    def erase(self, one: str) -> None:
        """Forget a person, under every id."""
        kept = {*self.world.journal.customers()}
        for other in [one] if self.changing else self.people(one):
            ids = self._ids(other) if self.changing else [other]
            if kept.intersection([*ids, self.now[other]]):
                self.world.dispatcher().erase(ids[-1], at=self.world.clock())
        for other in self.people(one):
            self.now[other], self.names[other] = other, {other}

    def change(self, act: str, one: str, other: str) -> None:
        """Join two who are one, or let one go under another id."""
        kept = {*self.world.journal.customers()}
        dispatcher = self.world.dispatcher()
        if act == "join" and self.now[one] != self.now[other]:
            known = kept if self.changing else self.kept_now
            if {self.now[one], self.now[other]} <= known:
                if self.changing:
                    dispatcher.merge(self._ids(one)[0], self._ids(other)[-1])
                before = self.now[one]
                for each in IDS:
                    if self.now[each] == before:
                        self.now[each] = self.now[other]
        if act == "rename":
            new = f"{one} at {len(self.told)} {self.world.clock().isoformat()}"
            known = kept if self.changing else self.kept_now
            if self.now[one] in known:
                if self.changing:
                    dispatcher.rename(self._ids(one)[0], new)
                for each in self.people(one):
                    self.now[each] = new

    kept_now: set[str]
    """In the world without changes: under which ids those would be kept."""

    def sent(self) -> Counter[tuple[str, str, str]]:
        """Return what was sent, for what."""
        return Counter(
            (one.intent.play, one.intent.occurrence, one.intent.cause)
            for one in self.world.carrier.contexts
        )


def lives(empty: Empty, acts: list[Act]) -> None:
    """Live twice, with ids that change and without, and compare what was sent."""
    changing, plain = Life(empty(), changing=True), Life(MemoryJournal(), changing=False)
    for act in [*acts, ("run", 0, 0)]:
        plain.kept_now = {*changing.world.journal.customers()}
        plain.act(*act)
        changing.act(*act)
        assert changing.now == plain.now
    assert changing.sent() == plain.sent()
    keys = Counter(one.key for one in changing.world.carrier.contexts)
    assert all(count == 1 for count in keys.values())
    journal = changing.world.journal
    for one in IDS:
        for name in changing.names[one]:
            record, dossier = journal.read(name), journal.dossier(name)
            assert dossier.customer == record.customer
            if changing.now[one] in journal.customers():
                assert record.customer == changing.now[one]


@pytest.mark.no_cover
@settings(max_examples=max(3, settings().max_examples // 4))
@given(ACTS)
def test_what_is_sent_does_not_depend_on_changes_of_ids(acts: list[Act]) -> None:
    """Merges, renames, retractions, erasures and late events in any order."""
    lives(MemoryJournal, acts)


@pytest.mark.slow
@given(ACTS)
def test_a_database_says_the_same(in_sqlite: Empty, acts: list[Act]) -> None:
    """On SQLite as in memory."""
    lives(in_sqlite, acts)
