"""Acting a rehearsal out: a clock that jumps, a journal that takes notes, events in their order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias

import attrs

from cxjourney.channels import Profile, Profiles
from cxjourney.channels._content import nobody
from cxjourney.channels.policy import Ruling, Verdict
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch._judging._asking import LEFT
from cxjourney.dispatch.journal import Commit, MemoryJournal, OutboxItem, State
from cxjourney.errors import RefusedError
from cxjourney.rehearsal._lines import Line, LineKind
from cxjourney.vocabulary import Channel, Event, Phase, Place, Standing
from cxjourney.vocabulary._terminal import Progress

BY_HOOK = "deferred_by_hook"
RULED = frozenset({LineKind.DENIED, LineKind.DEFERRED, LineKind.WAITING})
"""The kinds of lines for which a rule of the policy can be the reason."""

NAMED: Mapping[str, Place] = {**Standing.__members__, **Phase.__members__}
"""The places by their names."""

Saying: TypeAlias = tuple[Channel, str, Ruling]
"""What the policy said of an intent: of which channel, by which rule, and what."""


UNKNOWN = Profile()


@attrs.define
class Clock:
    """A clock that stands still until it is set.

    Attributes:
        now: what it shows.
    """

    now: datetime

    def __call__(self) -> datetime:
        """Return the time that it shows."""
        return self.now


class Remembered:
    """The profiles that a dispatcher looked up, as they were the last time.

    Args:
        profiles: looks one up.
    """

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._known: dict[str, Profile] = {}

    def __call__(self, customer: str) -> Profile:
        """Look a profile up, and remember it."""
        found = self._known[customer] = self._profiles(customer)
        return found

    def last(self, customer: str) -> Profile:
        """Return the profile of a customer as it was the last time, or an empty one."""
        return self._known.get(customer, UNKNOWN)


class Transcript(MemoryJournal):
    """A journal in memory that keeps a line of each thing that becomes of an intent.

    Args:
        persons: the number of each journey, by customer and engagement.
        clock: the clock of the rehearsal.
        zone: the company's time zone, for customers whose own is not known.
    """

    def __init__(self, persons: Mapping[tuple[str, str], int], clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.profiles = Remembered(nobody)
        self._persons, self._clock, self._zone = persons, clock, zone
        self._known: dict[str, OutboxItem] = {}
        self._stands: dict[tuple[str, str], Place] = {}
        self._said: defaultdict[str, dict[Saying, Verdict]] = defaultdict(dict)

    def commit(self, commit: Commit) -> None:
        """Write a commit, and take note of what it says of intents."""
        super().commit(commit)
        for item in commit.outbox:
            before = self._known.get(item.key)
            self._known[item.key] = item
            for channel, verdict in item.said:
                self._said[item.key][channel, verdict.rule, verdict.ruling] = verdict
            kind = _kind(before, item)
            if kind is not None:
                # An intent that failed may wait for its next channel already; it failed on the
                # last.
                channel = before.channel if before and kind is LineKind.RETRIED else item.channel
                self.lines.append(self._line(item, kind, channel))
        for journey in commit.journeys:
            if journey.steps:
                place = NAMED[journey.steps[-1].place]
                self._stands[commit.customer, journey.engagement] = place

    def end(self) -> None:
        """Add a line for each intent that waits still, where none said so."""
        waits = [state for state in State if state.waits and state is not State.WAITING]
        for item in self.outbox(waits, limit=max(1, len(self._known))):
            self.lines.append(self._line(item, LineKind.WAITING, item.channel))

    def items(self) -> Mapping[int, Sequence[OutboxItem]]:
        """Return the intents of each journey as they stand, by its number."""
        found: defaultdict[int, list[OutboxItem]] = defaultdict(list)
        for item in self._known.values():
            found[self._persons[item.intent.customer, item.intent.engagement]].append(item)
        return found

    def _line(self, item: OutboxItem, kind: LineKind, channel: Channel) -> Line:
        intent = item.intent
        zone = self.profiles.last(intent.customer).zone or self._zone
        verdict = _ruling_verdict(item) if kind in RULED else None
        return Line(
            at=self._clock.now,
            person=self._persons[intent.customer, intent.engagement],
            customer=intent.customer,
            engagement=intent.engagement,
            kind=kind,
            play=intent.play,
            purpose=intent.purpose,
            channel=channel,
            wanted=intent.channels[0],
            local=self._clock.now.astimezone(zone),
            content=intent.content,
            rule=verdict.rule if verdict else None,
            reason=verdict.reason if verdict else item.reason,
            until=item.next_at,
            attempt=item.attempts,
            due=intent.due,
            place=intent.place,
            said=tuple((saying[0], one) for saying, one in self._said[item.key].items()),
            internal=intent.internal,
            key=item.key,
            obligation=intent.obligation,
            stands=self._stands.get((intent.customer, intent.engagement), Standing.NEW),
        )


def _ruling_verdict(item: OutboxItem) -> Verdict | None:
    """Return the verdict that is the reason why an intent stands where it stands, or None."""
    spoken = (verdict for channel, verdict in item.said if channel is item.channel)
    return next((verdict for verdict in spoken if verdict.rule == item.reason), None)


def _kind(before: OutboxItem | None, item: OutboxItem) -> LineKind | None:
    """Return what an intent's new state says to a reader, or None where it says nothing new."""
    if item.state is State.WAITING:
        known = before is not None and (before.state, before.reason) == (item.state, item.reason)
        return None if known else LineKind.WAITING
    if not item.state.waits:
        return LineKind[item.state.name]
    if item.state is State.STARTED or item.next_at is None:
        return None
    if before is not None and before.state is State.STARTED:
        return LineKind.DEFERRED if item.reason == BY_HOOK else LineKind.RETRIED
    if before is not None and item.reason in LEFT and item.reason == before.reason:
        return None  # it was said once that nobody here can do it
    put_off = item.reason != "" and item.next_at > item.intent.not_before
    return LineKind.DEFERRED if put_off else None


Happening: TypeAlias = tuple[str, str, Event]
"""One event of a rehearsal, after the customer and the engagement that it belongs to."""


class Polling:
    """When a dispatcher runs: at fixed intervals, or whenever there is something to do.

    Args:
        start: when it runs first.
        every: how long after each run it runs again; None for whenever there is something to do.
    """

    def __init__(self, start: datetime, every: timedelta | None) -> None:
        self._start, self._every, self._next = start.astimezone(UTC), every, 0

    def when(self, now: datetime, at: datetime) -> datetime:
        """Return when it first runs from now on, with something to do from a moment on."""
        sooner = max(now, at)
        if self._every is None:
            return sooner
        runs = max(self._next, -((self._start - sooner) // self._every))
        return self._start + runs * self._every

    def ran(self, at: datetime) -> None:
        """Take note that it ran."""
        if self._every is not None:
            self._next = (at - self._start) // self._every + 1


def act_out(
    acts: Iterable[Happening],
    dispatcher: Dispatcher,
    clock: Clock,
    end: datetime,
    every: timedelta | None,
    progress: Progress | None,
) -> int:
    """Let events happen and time pass up to ``end``; return how many events were refused.

    The clock jumps to the next event, or to the next run that has something to do; later events are
    left out. What happens at one instant goes by the rank of its kind, and before a run.
    """
    start, refused = clock.now, 0
    days, polling = max(1, (end - start).days), Polling(start, every)
    for act in sorted(acts, key=lambda one: (one[2].at, one[2].kind.rank)):
        at = act[2].at
        if at > end:
            break
        _pass_time(dispatcher, clock, at, polling)
        clock.now = at
        try:
            dispatcher.record(*act)
        except RefusedError:
            refused += 1
        if progress is not None:
            progress("rehearsing", (at - start).days, days)
    _pass_time(dispatcher, clock, end + datetime.resolution, polling)
    clock.now = end
    if progress is not None:
        progress("rehearsing", days, days)
    return refused


def _pass_time(dispatcher: Dispatcher, clock: Clock, until: datetime, polling: Polling) -> None:
    """Do all that is due before a moment, each at its own or at the run after it."""
    while (at := dispatcher.next_attention()) is not None:
        run = polling.when(clock.now, at)
        if run >= until:
            return
        clock.now = run
        dispatcher.run()
        polling.ran(run)
