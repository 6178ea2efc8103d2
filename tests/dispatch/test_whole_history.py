"""Deciding from where things stand gives what deciding from the whole history gives."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.channels import HookContext, HookOutcome, HookSet, Profile, Sent
from cxjourney.chart import Chart, ObligationRule, derive, standard_chart
from cxjourney.dispatch import Dispatcher, _opening  # checkpoints are told by no face
from cxjourney.dispatch.journal import Commit, CustomerRecord, Dossier, MemoryJournal, Secret
from cxjourney.dispatch.journal._secrecy._secret import sealed_key  # of what was never planned
from cxjourney.errors import CxJourneyError
from cxjourney.journey import Journey, Obligation
from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook, Wished
from cxjourney.testing import event_sequences
from cxjourney.vocabulary import (
    Channel,
    Event,
    EventKind,
    Field,
    Nature,
    Phase,
    Purpose,
    Standing,
    Touchpoint,
)
from cxjourney.wishes import Wish, WishKind
from tests.dispatch.stores import SECRET
from tests.dispatch.world import MONDAY, POLICY, Clock
from tests.playbook.whole_history import Told, called_for, told, undecided

K = EventKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + 9999 * DAY
SHOP = {"touchpoint": Touchpoint.SHOP}
PERSON = (Channel.FACE_TO_FACE,)
MENDED = EventKind("mended", Nature.COMPANY, rank=75, fields=(Field("part", str),))


@cache
def own_chart() -> Chart:
    """Return a chart with a kind, windows and an obligation of its own."""
    return derive(
        standard_chart(),
        "whole-history",
        kinds=[MENDED],
        silence={Phase.AFFIRM: 5 * HOUR, Phase.ACTIVATE: 3 * DAY},
        obligations=[
            ObligationRule("oil_it", "default", on=(MENDED,), due=2 * DAY, met_by=(K.TOUCHED,))
        ],
    )


def busy(chart: Chart) -> Playbook:
    """Return a playbook with a row for everything, some of which tell the journey something."""
    tells = {"answer": K.ANSWERED, "acknowledge": K.REASSURED, "hand_over": K.FULFILLED}
    rows = [
        *(Play(f"in_{one.name}", Entered(one), Purpose.INFORM, PERSON) for one in Phase),
        Play("in_LOST", Entered(Standing.LOST), Purpose.ANSWER, PERSON),
        Play("wish", Wished(WishKind.CONSCIOUS), Purpose.INFORM, PERSON),
    ]
    for one in chart.obligations:
        told_of = tells.get(one.id)
        rows.append(Play(f"o_{one.id}", Opened(one.id), Purpose.ANSWER, PERSON, tells=told_of))
        rows.append(Play(f"n_{one.id}", NearlyDue(one.id, DAY), Purpose.REMIND, PERSON))
    wishes = [(Wish("a call", Phase.AFFIRM), WishKind.CONSCIOUS)]
    return Playbook("busy", 1, rows, tuple(wishes), chart=chart)


STANDARD = busy(standard_chart())


@cache
def own() -> Playbook:
    """Return the playbook of the chart of one's own, made where a test needs it."""
    return busy(own_chart())


class Forgetful(MemoryJournal):
    """A journal that never says where a journey stands, so that its whole history is read."""

    def dossier(self, customer: str, event: tuple[str, str] | None = None) -> Dossier:
        """As ``Journal.dossier``."""
        found = super().dossier(customer, event)
        bare = tuple(attrs.evolve(one, snapshot=None) for one in found.journeys)
        return attrs.evolve(found, journeys=bare)


class Archivist(MemoryJournal):
    """A journal that archives all that it can after every write."""

    def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""
        super().commit(commit)
        self.archive(LATER)


@pytest.fixture(autouse=True, scope="module")
def _many_checkpoints() -> Iterator[None]:
    """Let a checkpoint be made after each second event, so that short lives have some."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_opening, "SPACING", 2)
        yield


@attrs.define
class Company:
    """A dispatcher, and what its hooks were told."""

    playbook: Playbook
    journal: MemoryJournal = attrs.field(factory=MemoryJournal)
    clock: Clock = attrs.field(factory=Clock)
    contexts: list[HookContext] = attrs.field(factory=list)
    dispatcher: Dispatcher = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.dispatcher = Dispatcher(
            self.journal,
            playbook=self.playbook,
            policy=POLICY,
            hooks=HookSet().on(Channel.FACE_TO_FACE, self.carry, idempotent=True),
            clock=self.clock,
            profiles=lambda _: Profile(),
        )

    def carry(self, context: HookContext) -> HookOutcome:
        """Do what is to be done."""
        self.contexts.append(context)
        return Sent(note="nothing was unclear")

    def happens(self, event: Event, engagement: str = "") -> Mapping[str, object] | str:
        """Record an event; tell what became of it, or the class of the error."""
        try:
            return self.dispatcher.record("anna", engagement, event).to_dict()
        except CxJourneyError as error:
            return type(error).__name__

    def owed(self) -> set[tuple[str, Obligation]]:
        """Return what is owed on her journeys, told by their whole history."""
        kept = [one.engagement for one in self.journal.dossier("anna").journeys]
        journeys = {name: self.dispatcher.journey("anna", name) for name in kept}
        return {(name, duty) for name, one in journeys.items() if one for duty in one.owed}

    def journey(self) -> Journey:
        """Return the journey with all of its history."""
        return self.dispatcher.journey("anna") or Journey("anna", chart=self.playbook.chart)


def without_decided(record: CustomerRecord) -> CustomerRecord:
    """Return a record without what snapshots say of reminders, for rows may have newer names."""
    bare = [
        attrs.evolve(one, snapshot={**(one.snapshot or {}), "reminded": None})
        for one in record.journeys
    ]
    return attrs.evolve(record, journeys=tuple(bare))


def sealed(call: Told, born: int) -> Told:
    """Return what is called for with the key that the journal gives it."""
    key = sealed_key(Secret(SECRET).seals("anna")[0], "anna", born, "", call[1], call[2])
    return key, *call[1:]


@st.composite
def lives(draw: st.DrawFn) -> tuple[Playbook, list[Event]]:
    """Draw events of every kind, late ones and repeated ones among them, for some playbook."""
    playbook = draw(st.sampled_from([STANDARD, own()]))
    chart, size = playbook.chart, draw(st.sampled_from([6, 12, 25]))
    return playbook, draw(event_sequences(chart, max_size=size, late=True, repeats=True))


@pytest.mark.no_cover
@given(lives())
def test_each_event_calls_for_what_the_whole_history_newly_calls_for(
    life: tuple[Playbook, list[Event]],
) -> None:
    """The same intents under the same keys, for late events and repeated ones too."""
    playbook, events = life
    company = Company(playbook)
    for event in events:
        company.clock.at = max(company.clock.at, event.at)
        before, journey = company.journey(), company.journey()
        dossier = company.journal.dossier("anna")
        erasure, begins = dossier.erasure, not dossier.journeys
        decided = [one.intent for one in company.journal.read("anna").outbox]
        was = called_for(playbook, before, None)
        with suppress(CxJourneyError):
            recorded = company.dispatcher.record("anna", "", event)
            if recorded.erased:
                assert erasure is not None
                assert event.at <= erasure.at
                assert company.journey().to_dict() == before.to_dict()
                continue
            if event.kind is not K.ERASED and begins and erasure is not None:
                for channel, purpose in erasure.withdrawn:
                    names = ("ALL" if one is None else one.name for one in (channel, purpose))
                    name = ":".join(("kept", *names))
                    said = {"channel": channel, "purpose": purpose}
                    journey.record(Event(K.CONSENT_WITHDRAWN, erasure.at, name, said))
            journey.record(event)
            if journey.standing is Standing.ERASED:
                assert not company.journal.customers()
                continue
            assert (
                recorded.step == journey.history[-1]
                or recorded.step.refold is not None
                or (event.id in {step.event.id for step in before.history})
            )
            born = 0 if erasure is None else erasure.number
            was, now = (
                [sealed(call, born) for call in called]
                for called in (was, called_for(playbook, journey, None))
            )
            new = [one for one in now if one[0] not in {key for key, *_ in was}]
            planned = [told(one.intent) for one in recorded.planned]
            assert planned == undecided(playbook, new, decided)
            gone = {key for key, *_ in was} - {key for key, *_ in now}
            lost = {one.key for one in recorded.not_called_for}
            assert lost == gone & {one.key for one in decided}
            assert company.journey().to_dict() == journey.to_dict()


@pytest.mark.no_cover
@settings(max_examples=max(2, settings().max_examples // 2))
@given(lives(), st.lists(st.tuples(st.sampled_from("abb"), st.integers(0, 9)), max_size=40))
def test_it_makes_no_difference_how_much_is_read(
    life: tuple[Playbook, list[Event]], turns: list[tuple[str, int]]
) -> None:
    """Whoever reads the whole history each time writes the same, and tells hooks the same.

    Nor does it make a difference when what is archived.
    """
    playbook, events = life
    companies = [Company(playbook), Company(playbook, Forgetful()), Company(playbook, Archivist())]
    for event, (engagement, hours) in zip(events, [*turns, *[("b", 1)] * 99], strict=False):
        for one in companies:
            one.clock.at = max(one.clock.at, event.at)
        told = [one.happens(event, engagement) for one in companies]
        assert told[0] == told[1] == told[2]
        if hours % 3 == 0:
            for one in companies:
                one.clock.at += hours * hours * HOUR
            run = [one.dispatcher.run() for one in companies]
            assert run[0] == run[1] == run[2]
        kept = [without_decided(one.journal.read("anna")) for one in companies]
        assert kept[0] == kept[1] == kept[2]
        for one in companies:
            duties = [(duty.engagement, duty.obligation) for duty in one.journal.overdue(LATER)]
            assert len(duties) == len({*duties})
            assert {*duties} == companies[0].owed()
        assert len({one.dispatcher.next_attention() for one in companies}) == 1
        assert companies[0].contexts == companies[1].contexts == companies[2].contexts


class Hurried(MemoryJournal):
    """A journal in which somebody else writes just before all is read, some times."""

    times: int = 1

    def read(self, customer: str) -> CustomerRecord:
        """As ``Journal.read``."""
        if self.times and self.dossier(customer).revision:
            self.times -= 1
            self.commit(Commit(customer, self.dossier(customer).revision))
        return super().read(customer)


class HurriedForgetful(Hurried, Forgetful):
    """The same of one that never says where a journey stands."""


@pytest.mark.parametrize("journal", [Hurried, HurriedForgetful])
def test_who_reads_all_reads_it_as_of_one_moment(journal: type[Hurried]) -> None:
    """Where somebody writes in between, all of it is read once more."""
    kept = journal()
    company = Company(STANDARD, kept)
    company.clock.at += DAY
    for hours in (5, 6, 7, 8, 9, 0):
        company.happens(Event(K.TOUCHED, MONDAY + hours * HOUR, f"{hours}", SHOP))
        kept.times = 2
    assert company.journey().seq == 6
    assert [step.event.id for step in company.journey().history] == [*"056789"]
    assert company.dispatcher.erase("anna", at=MONDAY + DAY) == 1
    assert company.dispatcher.journey("anna") is None


def test_a_journey_of_another_chart_goes_on_along_its_own() -> None:
    """Without a migration it is opened where it stands, if its chart is known here."""
    company = Company(own())
    company.happens(Event(K.PURCHASED, MONDAY, "bought"))
    other = Company(STANDARD, company.journal)
    other.clock.at = MONDAY + DAY
    other.happens(Event(MENDED, MONDAY + HOUR, "mended", {"part": "leg"}))
    assert other.journey().chart.ref == own_chart().ref
    assert [one.rule for one in other.journey().owed][-1:] == ["oil_it"]
    (kept,) = company.journal.read("anna").journeys
    before = Company(STANDARD)
    before.happens(Event(K.PURCHASED, MONDAY, "bought"))
    (old,) = before.journal.read("anna").journeys
    data = {**old.data, "chart": {"key": standard_chart().key, "version": 1}}
    revision = before.journal.read("anna").revision
    before.journal.commit(Commit("anna", revision, journeys=(attrs.evolve(old, data=data),)))
    before.happens(Event(K.ASKED, MONDAY, "asked", {"question": "?"}))
    assert before.journey().chart.ref == standard_chart().ref
    assert before.journey().phase is Phase.AFFIRM
    gone = {**kept.data, "chart": {"key": "gone", "version": 1}}
    revision = company.journal.read("anna").revision
    company.journal.commit(Commit("anna", revision, journeys=(attrs.evolve(kept, data=gone),)))
    assert other.happens(Event(K.ASKED, MONDAY + DAY, "asked", {"question": "?"})) == "DecodeError"


def test_what_was_called_for_and_never_decided_is_not_missed() -> None:
    """A row that is new calls for nothing of the past, and so for nothing that ends with it."""
    old = Company(Playbook("old", 1, (), chart=standard_chart()))
    old.happens(Event(K.CONTACTED, MONDAY - DAY, "came"))
    old.happens(Event(K.PURCHASED, MONDAY, "bought"))
    new = Company(STANDARD, old.journal)
    recorded = new.dispatcher.record("anna", "", Event(K.DELIVERED, MONDAY - HOUR, "early"))
    assert recorded.not_called_for == ()
    assert "in_ACTIVATE" in {one.intent.play for one in recorded.planned}


def test_a_rule_that_the_chart_lost_is_folded_away() -> None:
    """Where something is owed by a rule that went, the events are read again."""
    company = Company(own())
    company.clock.at = MONDAY + HOUR
    company.happens(Event(MENDED, MONDAY, "mended", {"part": "leg"}))
    for number in range(4):
        company.happens(Event(K.ASKED, MONDAY + HOUR, f"q{number}", {"question": "?"}))
    left = tuple(one for one in own_chart().obligations if one.id != "oil_it")
    changed = Company(busy(attrs.evolve(own_chart(), obligations=left)), company.journal)
    changed.clock.at = MONDAY + DAY
    changed.happens(Event(K.USED_AGAIN, MONDAY + DAY, "used"))
    assert {one.rule for one in changed.journey().owed} == {"answer"}
    assert len(changed.journey().history) == 6
