"""What becomes of an intent after its hook was called."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Deferred, Failed, HookOutcome, Intent, Sent, Skipped, Unknown
from cxjourney.dispatch import Backoff
from cxjourney.dispatch._driving import heard, raised
from cxjourney.dispatch._settling import settled
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.errors import InvalidError
from cxjourney.testing import times
from cxjourney.vocabulary import Channel, Purpose

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
INTENT = Intent(
    customer="c",
    engagement="",
    play="hello",
    occurrence="1",
    cause="e1",
    cycle=1,
    purpose=Purpose.INFORM,
    channels=(Channel.EMAIL, Channel.POST, Channel.FACE_TO_FACE),
    planned_at=NOW,
    not_before=NOW,
)
STARTED = OutboxItem(INTENT, 1, Channel.EMAIL, State.STARTED, NOW, attempts=1)
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


@given(
    st.sampled_from(INTENT.channels), OUTCOMES, times(), BACKOFFS, st.integers(0, 6), st.booleans()
)
def test_every_outcome_leads_somewhere(
    channel: Channel, said: HookOutcome, now: datetime, backoff: Backoff, failures: int, again: bool
) -> None:
    """What waits has a later moment, or another channel at once; what is closed has none."""
    item = attrs.evolve(STARTED, channel=channel, failures=failures)
    after = settled(item, said, now, backoff, again=again)
    assert after.state is not State.STARTED
    if after.state is State.PLANNED:
        assert after.next_at is not None
        assert after.settled_at is None
        later = INTENT.channels.index(after.channel) > INTENT.channels.index(channel)
        assert after.next_at > now or (after.next_at == now and later)
        assert after.failures < backoff.tries
    else:
        assert after.next_at is None
        assert after.settled_at == now
    assert (
        attrs.evolve(
            after,
            state=item.state,
            next_at=item.next_at,
            failures=item.failures,
            reason="",
            settled_at=None,
            unsure_at=None,
            channel=channel,
        )
        == item
    )
    assert after.unsure_at == (now if isinstance(said, Unknown) else None)


@given(OUTCOMES, times(), BACKOFFS)
def test_what_nobody_knows_is_not_repeated(
    said: HookOutcome, now: datetime, backoff: Backoff
) -> None:
    """Unknown stays a dead letter unless a repetition is harmless, or was asked for."""
    after = settled(STARTED, said, now, backoff, again=False)
    assert (after.state is State.UNKNOWN) == isinstance(said, Unknown)


def test_failures_wait_longer_and_longer_and_then_the_next_channel_takes_over() -> None:
    """One, two, four, eight minutes; then post; what fails for good everywhere is a dead letter."""
    item, waits = STARTED, []
    for _ in range(4):
        item = settled(item, Failed("busy", retryable=True), NOW, Backoff(jitter=0), again=True)
        assert item.next_at is not None
        waits.append((item.next_at - NOW) // timedelta(minutes=1))
    assert waits == [1, 2, 4, 8]
    item = settled(item, Failed("busy", retryable=True), NOW, Backoff(), again=True)
    assert (item.channel, item.next_at, item.failures) == (Channel.POST, NOW, 0)
    item = settled(item, Failed("no_address"), NOW, Backoff(), again=True)
    assert item.channel is Channel.FACE_TO_FACE
    item = settled(item, Failed("nobody_home"), NOW, Backoff(), again=True)
    assert (item.state, item.reason) == (State.FAILED, "nobody_home")


def test_unknown_never_falls_back_to_another_channel() -> None:
    """It may have reached the customer already, so that another channel could be a second time."""
    item = STARTED
    for _ in range(5):
        item = settled(item, Unknown("lost"), NOW, Backoff(), again=True)
    assert (item.state, item.channel) == (State.UNKNOWN, Channel.EMAIL)


@pytest.mark.parametrize("note", ["", " \n"])
def test_a_contact_face_to_face_needs_a_note(note: str) -> None:
    """Without a note of what was unclear nobody knows how it went, and no retry helps (F01)."""
    said = heard(Sent(note=note), Channel.FACE_TO_FACE)
    assert said == Unknown("note_missing")
    assert settled(STARTED, said, NOW, Backoff(), again=True).state is State.UNKNOWN
    assert heard(Sent(note="all clear"), Channel.FACE_TO_FACE) == Sent(note="all clear")
    assert heard(Sent(), Channel.EMAIL) == Sent()


@pytest.mark.parametrize("said", [None, True, "sent", Sent, 202, {"status": "sent"}])
def test_a_hook_that_says_something_else_leaves_it_unknown(said: object) -> None:
    """What is no outcome proves nothing, least of all that it was sent."""
    assert heard(said, Channel.EMAIL) == Unknown("no_outcome")


def test_of_an_exception_only_the_class_is_kept() -> None:
    """Its text may quote the customer."""
    assert raised(ValueError("Rich Bastard")) == Unknown("raised_ValueError")
    long = type("E" * 500, (Exception,), {})
    assert isinstance(raised(long()), Unknown)


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
