"""What becomes of an intent after its hook was called."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import (
    Deferred,
    Failed,
    HookContext,
    HookOutcome,
    HookSet,
    Sent,
    Skipped,
    Unknown,
)
from cxjourney.dispatch import Backoff
from cxjourney.dispatch.journal import Attempt, Commit, MemoryJournal, OutboxItem, State
from cxjourney.errors import InvalidError
from cxjourney.playbook import Entered, Play
from cxjourney.testing import times
from cxjourney.vocabulary import Channel, EventKind, Phase, Purpose
from tests.dispatch.world import MONDAY as NOW
from tests.dispatch.world import Carrier, World, hooks, playbook

CHANNELS = (Channel.EMAIL, Channel.POST, Channel.FACE_TO_FACE)
HELLO = playbook(Play("hello", Entered(Phase.ASSESS), Purpose.INFORM, CHANNELS, "welcome"))


class Noted(MemoryJournal):
    """A journal that notes how an intent stood after a hook was called, and what was heard."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[tuple[OutboxItem, Attempt]] = []

    def commit(self, commit: Commit) -> None:
        """Write a commit."""
        super().commit(commit)
        self.noted += zip(commit.outbox, commit.attempts, strict=False)


@attrs.define
class Contact:
    """A contact that is to be made; what hooks say of it follows one after the other."""

    again: bool = True
    backoff: Backoff = attrs.field(factory=Backoff)
    world: World = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.world = World(journal=Noted(), options={"playbook": HELLO, "backoff": self.backoff})
        self.world.happens(EventKind.CONTACTED)

    @property
    def item(self) -> OutboxItem:
        """The intent as it stands."""
        return self.world.items()["hello"]

    def stands(self, **fields: Any) -> OutboxItem:
        """Let the intent stand otherwise, as after an attempt."""
        item, journal = attrs.evolve(self.item, attempts=1, **fields), self.world.journal
        journal.commit(Commit("c", journal.read("c").revision, item.next_at, outbox=(item,)))
        return item

    def hears(self, said: Any) -> tuple[OutboxItem, HookOutcome]:
        """Let its hook say or raise something; return how it then stands, and what was heard."""

        def says(_: HookContext) -> HookOutcome:
            if isinstance(said, Exception):
                raise said
            outcome: HookOutcome = said
            return outcome

        world, channel = self.world, self.item.channel
        one = [one for one in hooks(Carrier(says), idempotent=self.again) if one.channel is channel]
        world.dispatcher(hooks=HookSet(one)).run(1)
        assert isinstance(world.journal, Noted)
        item, attempt = world.journal.noted.pop(0)
        return item, attempt.outcome


REASONS = st.text(min_size=1, max_size=20)
OUTCOMES: st.SearchStrategy[HookOutcome] = st.one_of(
    st.builds(Sent, st.text(max_size=20), st.text(max_size=20)),
    st.builds(Skipped, REASONS),
    st.builds(Deferred, times()),
    st.builds(Failed, REASONS, st.booleans()),
    st.builds(Unknown, REASONS),
)
BACKOFFS = st.builds(
    Backoff,
    st.timedeltas(timedelta(seconds=1), timedelta(days=1)),
    st.integers(1, 5),
    st.just(timedelta(days=2)),
    st.integers(1, 6),
    st.floats(0, 1),
)
FAILURES, ATTEMPTS = st.integers(1, 100), st.integers(1, 10**6)
KEYS = st.text("0123456789abcdef", min_size=32, max_size=32)


@pytest.mark.no_cover
@given(
    st.sampled_from(CHANNELS),
    OUTCOMES,
    st.integers(0, 7200),
    BACKOFFS,
    st.integers(0, 6),
    st.booleans(),
)
def test_every_outcome_leads_somewhere(
    channel: Channel,
    said: HookOutcome,
    seconds: int,
    backoff: Backoff,
    failures: int,
    again: bool,
) -> None:
    """What waits has a later moment, or another channel at once; what is closed has none.

    Unknown stays a dead letter unless a repetition is harmless.
    """
    contact = Contact(again, backoff)
    before = contact.stands(channel=channel, failures=failures)
    now = contact.world.clock.at = NOW + timedelta(seconds=seconds)
    after, heard = contact.hears(said)
    assert after.state is not State.STARTED
    if after.state is State.PLANNED:
        assert after.next_at is not None
        assert after.settled_at is None
        later = CHANNELS.index(after.channel) > CHANNELS.index(channel)
        assert after.next_at > now or (after.next_at == now and later)
        assert after.failures < backoff.tries
    else:
        assert after.next_at is None
        assert after.settled_at == now
    assert (after.intent, after.number, after.attempts) == (before.intent, before.number, 2)
    assert after.unsure_at == (now if isinstance(heard, Unknown) else None)
    assert again or (after.state is State.UNKNOWN) == isinstance(heard, Unknown)


def test_failures_wait_longer_and_longer_and_then_the_next_channel_takes_over() -> None:
    """One, two, four, eight minutes; then post; what fails for good everywhere is a dead letter."""
    contact, waits = Contact(backoff=Backoff(jitter=0)), []
    busy = Failed("busy", retryable=True)
    for _ in range(4):
        item, _ = contact.hears(busy)
        assert item.next_at is not None
        waits.append((item.next_at - contact.world.clock.at) // timedelta(minutes=1))
        contact.world.clock.at = item.next_at
    assert waits == [1, 2, 4, 8]
    item, _ = contact.hears(busy)
    assert (item.channel, item.failures) == (Channel.POST, 0)
    assert item.next_at == contact.world.clock.at
    contact.stands(state=State.PLANNED, channel=Channel.POST, next_at=contact.world.clock.at)
    item, _ = contact.hears(Failed("no_address"))
    assert item.channel is Channel.FACE_TO_FACE
    contact.stands(state=State.PLANNED, channel=item.channel, next_at=contact.world.clock.at)
    item, _ = contact.hears(Failed("nobody_home"))
    assert (item.state, item.reason) == (State.FAILED, "nobody_home")


def test_unknown_never_falls_back_to_another_channel() -> None:
    """It may have reached the customer already, so that another channel could be a second time."""
    contact = Contact()
    for _ in range(5):
        item, _ = contact.hears(Unknown("lost"))
        contact.world.clock.at = item.next_at or contact.world.clock.at
    assert (item.state, item.channel) == (State.UNKNOWN, Channel.EMAIL)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("channel", "said", "known"),
    [
        (Channel.FACE_TO_FACE, Sent(note=""), Unknown("note_missing")),
        (Channel.FACE_TO_FACE, Sent(note=" \n"), Unknown("note_missing")),
        (Channel.FACE_TO_FACE, Sent(note="all clear"), Sent(note="all clear")),
        (Channel.EMAIL, Sent(), Sent()),
        (Channel.EMAIL, None, Unknown("no_outcome")),
        (Channel.EMAIL, True, Unknown("no_outcome")),
        (Channel.EMAIL, "sent", Unknown("no_outcome")),
        (Channel.EMAIL, Sent, Unknown("no_outcome")),
        (Channel.EMAIL, ValueError("Rich Bastard"), Unknown("raised_ValueError")),
        (Channel.EMAIL, type("E" * 500, (Exception,), {})(), Unknown(f"raised_{'E' * 193}")),
    ],
)
def test_what_is_heard_proves_what_it_says_and_no_more(
    channel: Channel, said: object, known: HookOutcome
) -> None:
    """Without a note nobody knows how a contact face to face went, and no retry helps (F01).

    What is no outcome proves nothing; of an exception only the class is kept, for its text may
    quote the customer.
    """
    contact = Contact()
    contact.stands(channel=channel)
    item, heard = contact.hears(said)
    assert heard == known
    if heard == Unknown("note_missing"):
        assert item.state is State.UNKNOWN


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first", timedelta()),
        ("first", 60),
        ("ceiling", timedelta(seconds=1)),
        ("factor", 0),
        ("tries", 0),
        ("jitter", -0.1),
        ("jitter", 1.5),
        ("jitter", float("nan")),
        ("jitter", True),
        ("jitter", "half"),
    ],
)
def test_a_backoff_that_makes_no_sense_is_refused(field: str, value: Any) -> None:
    """Waits are above zero and do not shrink, and there is at least one try."""
    with pytest.raises(InvalidError) as caught:
        Backoff(**{field: value})
    assert caught.value.field == field


def test_a_wait_has_a_ceiling() -> None:
    """However many failures there were, and however they grow."""
    assert Backoff(tries=10**6).longest(10**6) == timedelta(days=1)
    assert Backoff(factor=1).longest(10**6) == timedelta(minutes=1)


@given(BACKOFFS, FAILURES, KEYS, ATTEMPTS)
def test_a_wait_keeps_its_bounds_and_is_the_same_each_time(
    backoff: Backoff, failures: int, key: str, attempt: int
) -> None:
    """It is above zero, at most the longest, and shorter by the jitter's share at most."""
    wait, longest = backoff.wait(failures, key, attempt), backoff.longest(failures)
    soonest = max(longest * (1 - backoff.jitter), timedelta.resolution)
    assert soonest <= wait <= longest
    assert wait == backoff.wait(failures, key, attempt)
    assert attrs.evolve(backoff, jitter=0.0).wait(failures, key, attempt) == longest


@pytest.mark.no_cover
@given(KEYS, ATTEMPTS)
def test_waits_are_spread(key: str, attempt: int) -> None:
    """What fails together many times is tried again at many moments, over all of the jitter."""
    waits = [Backoff().wait(1, key, attempt + later) for later in range(200)]
    tenths = {int((wait / timedelta(minutes=1) - 0.5) * 20) for wait in waits}
    assert len(set(waits)) > 190
    assert len(tenths) >= 9


def test_a_wait_is_the_same_on_every_machine() -> None:
    """It depends on no seed, no order and no time, but on the key and the attempt alone."""
    waits = [Backoff().wait(1, "0" * 32, attempt) for attempt in (1, 2)]
    assert [wait // timedelta(milliseconds=1) for wait in waits] == [32_222, 40_022]
