"""Rehearsing a playbook, before launch or on a real log: dispatch under a clock that jumps."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import attrs

from cxjourney.channels import (
    Approval,
    Content,
    Gift,
    Hook,
    HookContext,
    HookSet,
    Library,
    Profile,
    Profiles,
    Sent,
    Video,
    digest_of,
)
from cxjourney.channels._content import nobody
from cxjourney.channels.policy import Policy, Ruling, Verdict
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import Commit, MemoryJournal, OutboxItem, State
from cxjourney.errors import InvalidError, RefusedError
from cxjourney.playbook import Playbook
from cxjourney.rehearsal._outcome import Line, LineKind, Rehearsal, duty_rows, endings, missed
from cxjourney.rehearsal._people import Person, generate_people, so_long
from cxjourney.vocabulary import Channel, Event
from cxjourney.vocabulary._checks import check_time, describe
from cxjourney.vocabulary._terminal import Progress

ENDS: Mapping[State, LineKind] = {
    State.SENT: LineKind.SENT,
    State.SKIPPED: LineKind.SKIPPED,
    State.DENIED: LineKind.DENIED,
    State.FAILED: LineKind.FAILED,
    State.UNKNOWN: LineKind.UNKNOWN,
}
BY_HOOK = "deferred_by_hook"
RULED = frozenset({LineKind.DENIED, LineKind.DEFERRED, LineKind.WAITING})
"""The kinds of lines for which a rule of the policy can be the reason."""


Saying = tuple[Channel, str, Ruling]
"""What the policy said of an intent: of which channel, by which rule, and what."""


@attrs.define
class Transcript:
    """The lines of a rehearsal, as they come.

    Attributes:
        persons: the number of each journey, by customer and engagement.
        lines: the lines.
    """

    persons: Mapping[tuple[str, str], int]
    lines: list[Line] = attrs.field(factory=list)
    _known: dict[str, OutboxItem] = attrs.field(factory=dict)
    _said: dict[str, dict[Saying, Verdict]] = attrs.field(factory=dict)

    def take(self, item: OutboxItem, now: datetime) -> None:
        """Take note of how an intent stands now."""
        before = self._known.get(item.key)
        self._known[item.key] = item
        said = self._said.setdefault(item.key, {})
        for channel, verdict in item.said:
            said[channel, verdict.rule, verdict.ruling] = verdict
        kind = _kind(before, item)
        if kind is not None:
            # An intent that failed may wait for its next channel already; it failed on the last.
            channel = before.channel if before and kind is LineKind.RETRIED else item.channel
            self.lines.append(self._line(item, kind, channel, now))

    def waiting(self, journal: MemoryJournal, now: datetime) -> Iterator[Line]:
        """Yield a line for each intent that waits still."""
        waits = [state for state in State if state.waits]
        for item in journal.outbox(waits, limit=max(1, len(self._known))):
            yield self._line(item, LineKind.WAITING, item.channel, now)

    def _line(self, item: OutboxItem, kind: LineKind, channel: Channel, now: datetime) -> Line:
        """Return what is to say of an intent."""
        intent = item.intent
        verdict = _ruling_verdict(item) if kind in RULED else None
        return Line(
            at=now,
            person=self.persons[intent.customer, intent.engagement],
            customer=intent.customer,
            engagement=intent.engagement,
            kind=kind,
            play=intent.play,
            purpose=intent.purpose,
            channel=channel,
            wanted=intent.channels[0],
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
        )


def _ruling_verdict(item: OutboxItem) -> Verdict | None:
    """Return the verdict that is the reason why an intent stands where it stands, or None."""
    spoken = (verdict for channel, verdict in item.said if channel is item.channel)
    return next((verdict for verdict in spoken if verdict.rule == item.reason), None)


def _kind(before: OutboxItem | None, item: OutboxItem) -> LineKind | None:
    """Return what an intent's new state says to a reader, or None where it says nothing new."""
    if item.state in ENDS:
        return ENDS[item.state]
    if item.state is State.STARTED or item.next_at is None:
        return None
    if before is not None and before.state is State.STARTED:
        return LineKind.DEFERRED if item.reason == BY_HOOK else LineKind.RETRIED
    put_off = item.reason != "" and item.next_at > item.intent.not_before
    return LineKind.DEFERRED if put_off else None


class WatchedJournal(MemoryJournal):
    """A journal in memory that shows a transcript all that is written of intents."""

    def __init__(self, transcript: Transcript, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._transcript, self._clock = transcript, clock

    def commit(self, commit: Commit) -> None:
        """Write a commit, and take note of it."""
        super().commit(commit)
        for item in commit.outbox:
            self._transcript.take(item, self._clock())


REHEARSED = "rehearsed"
BELOW_THE_LIMIT = Gift(Decimal(9), personal_note=True)
A_MINUTE_LONG = Video(60)


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


class Happening(NamedTuple):
    """One event of a rehearsal, and whose it is.

    Attributes:
        customer: the customer's id.
        engagement: the engagement's id, or empty.
        event: what happens.
    """

    customer: str
    engagement: str
    event: Event


def act_out(
    acts: Iterable[Happening],
    dispatcher: Dispatcher,
    clock: Clock,
    end: datetime,
    progress: Progress | None,
) -> int:
    """Let events happen and time pass up to ``end``; return how many events were refused.

    The clock jumps to the next event, or to the next moment at which dispatch has something to
    do; later events are left out. What happens at one instant goes by the rank of its kind.
    """
    start, refused = clock.now, 0
    days = max(1, (end - start).days)
    for act in sorted(acts, key=lambda one: (one.event.at, one.event.kind.rank)):
        at = act.event.at
        if at > end:
            break
        _pass_time(dispatcher, clock, at)
        clock.now = at
        try:
            dispatcher.record(*act)
        except RefusedError:
            refused += 1
        if progress is not None:
            progress("rehearsing", (at - start).days, days)
    _pass_time(dispatcher, clock, end + datetime.resolution)
    clock.now = end
    if progress is not None:
        progress("rehearsing", days, days)
    return refused


def _pass_time(dispatcher: Dispatcher, clock: Clock, until: datetime) -> None:
    """Do all that is due before a moment, each at its own."""
    while (at := dispatcher.next_attention()) is not None and at < until:
        clock.now = max(clock.now, at)
        dispatcher.run()


def recording_hooks() -> HookSet[Hook]:
    """Return hooks that send nothing, and say at once that they did."""
    hooks: HookSet[Hook] = HookSet()
    for channel in Channel:
        hooks = hooks.on(channel, _sent, idempotent=True)
    return hooks


def _sent(context: HookContext) -> Sent:
    note = REHEARSED if context.channel is Channel.FACE_TO_FACE else ""
    return Sent(receipt=REHEARSED, note=note)


def stand_in_library(playbook: Playbook) -> Library:
    """Return a content, approved by two, for every text and channel that a playbook names."""
    named = {
        (play.content, channel)
        for play in playbook.plays
        if play.content is not None
        for channel in play.channels
    }
    ordered = sorted(named, key=lambda one: (one[0], one[1].value))
    return Library(_stand_in(content, channel) for content, channel in ordered)


def _stand_in(content: str, channel: Channel) -> Content:
    digest = digest_of(f"{REHEARSED} {channel.value} {content}")
    return Content(
        content,
        channel,
        author=REHEARSED,
        digest=digest,
        approvals=(Approval("first", digest), Approval("second", digest)),
        gift=BELOW_THE_LIMIT if channel is Channel.GIFT else None,
        video=A_MINUTE_LONG if channel is Channel.VIDEO else None,
    )


def what_if(
    events: Iterable[tuple[str, str, Event]],
    playbook: Playbook,
    *,
    as_of: datetime | None = None,
    policy: Policy | None = None,
    profiles: Profiles = nobody,
    library: Library | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Replay what really happened through a playbook, and return what it would have sent.

    It is a rehearsal whose people are those of the log, and whose clock is set by the log. Nothing
    is sent. What customers would have done had they been sent it, no log can tell.

    Args:
        events: what happened, as customer, engagement and event, in any order.
        playbook: what is asked about.
        as_of: when it ends, an aware time; later events are left out. None ends with the last
            event.
        policy: what may be sent; the standard policy when None.
        profiles: looks up what the company's files say of a customer.
        library: what may be said; when None, approved texts stand in for all that the playbook
            names, and the report says so.
        progress: is told how far it is.

    Raises:
        InvalidError: when there is no event up to ``as_of``, or one is not given so.
        NaiveTimeError: when ``as_of`` has no time zone.
        UnknownKindError: when the chart does not know the kind of an event.
        DispatchError: when some customers could not be attended to.
    """
    until = None if as_of is None else check_time(as_of, "rehearsal.as_of")
    happened = [_act(one) for one in events]
    acts = [act for act in happened if until is None or act.event.at <= until]
    if not acts:
        raise InvalidError("events", "none up to as_of", "at least one")
    return hold(
        playbook,
        acts,
        list(dict.fromkeys((act.customer, act.engagement) for act in acts)),
        start=min(act.event.at for act in acts),
        end=until or max(act.event.at for act in acts),
        seed=None,
        hooks=None,
        policy=policy,
        library=library,
        profiles=profiles,
        progress=progress,
    )


def _act(given: object) -> Happening:
    """Return what happened to somebody; the form of ids is checked when it is recorded."""
    match given:
        case (str() as customer, str() as engagement, Event() as event):
            return Happening(customer, engagement, event)
    expected = "customers, engagements and events, three by three"
    raise InvalidError("events", describe(given), expected)


def rehearse(
    playbook: Playbook,
    hooks: HookSet[Hook] | None = None,
    people: int | Iterable[Person] = 20,
    days: float | timedelta = 100,
    seed: int = 0,
    *,
    start: datetime,
    policy: Policy | None = None,
    library: Library | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Walk people through days with a playbook, and return who would get what.

    It runs the code that would run after launch, under a clock that jumps from event to event, on
    a journal in memory. Nothing is sent, unless hooks of your own send it. The same people or seed
    give the same report every time.

    Args:
        playbook: what is rehearsed.
        hooks: what carries intents out; when None they are recorded as sent at once. What hooks
            of your own fail at stands in the report.
        people: who walks through it, or how many to make up with ``generate_people``.
        days: for how long.
        seed: which people are made up.
        start: when it starts.
        policy: what may be sent; the standard policy when None.
        library: what may be said; when None, approved texts stand in for all that the playbook
            names, and the report says so.
        progress: is told how far it is.

    Raises:
        InvalidError: when a number is not of its form, a journey is there twice, or a customer
            has two profiles.
        NaiveTimeError: when ``start`` has no time zone.
        MalformedEventError: when what happens to a person has not the form of its kind.
        DispatchError: when some customers could not be attended to.
    """
    begin = check_time(start, "rehearsal.start")
    cast, made_by = _cast(people, seed, begin)
    profiles = _profiles(cast)
    return hold(
        playbook,
        _acts(cast, begin),
        [(person.customer, person.engagement) for person in cast],
        start=begin,
        end=begin + so_long(days, "days"),
        seed=made_by,
        hooks=hooks,
        policy=policy,
        library=library,
        profiles=profiles.__getitem__,
        progress=progress,
    )


def _cast(
    people: int | Iterable[Person], seed: int, start: datetime
) -> tuple[tuple[Person, ...], int | None]:
    """Return the people, and the seed where they are made up."""
    if isinstance(people, int):
        return generate_people(people, seed=seed, start=start), seed
    return tuple(people), None


def _acts(cast: Iterable[Person], start: datetime) -> Iterator[Happening]:
    for person in cast:
        for event in person.events(start):
            yield Happening(person.customer, person.engagement, event)


def _profiles(cast: Iterable[Person]) -> Mapping[str, Profile]:
    profiles: dict[str, Profile] = {}
    journeys: set[tuple[str, str]] = set()
    for person in cast:
        journey = person.customer, person.engagement
        if journey in journeys:
            raise InvalidError("people", "a journey twice", "one person a journey")
        journeys.add(journey)
        if profiles.setdefault(person.customer, person.profile) != person.profile:
            raise InvalidError("people", "a customer with two profiles", "one profile each")
    return profiles


def hold(
    playbook: Playbook,
    acts: Iterable[Happening],
    journeys: Sequence[tuple[str, str]],
    *,
    start: datetime,
    end: datetime,
    seed: int | None,
    hooks: HookSet[Hook] | None,
    policy: Policy | None,
    library: Library | None,
    profiles: Profiles,
    progress: Progress | None,
) -> Rehearsal:
    """Hold a rehearsal: the part that people and logs have in common."""
    transcript = Transcript({journey: number for number, journey in enumerate(journeys, start=1)})
    clock = Clock(start)
    journal = WatchedJournal(transcript, clock)
    dispatcher = Dispatcher(
        journal,
        playbook=playbook,
        policy=Policy() if policy is None else policy,
        hooks=recording_hooks() if hooks is None else hooks,
        clock=clock,
        library=stand_in_library(playbook) if library is None else library,
        profiles=profiles,
    )
    refused = act_out(acts, dispatcher, clock, end, progress)
    kept = [(number, dispatcher.journey(*one)) for one, number in transcript.persons.items()]
    ended = list(endings((number, journey) for number, journey in kept if journey is not None))
    return Rehearsal(
        playbook=f"{playbook.key} {playbook.version}",
        plays=tuple(dict.fromkeys(play.id for play in playbook.plays)),
        chart=playbook.chart.ref,
        start=start,
        end=end,
        seed=seed,
        journeys=tuple(journeys),
        stand_ins=library is None,
        refused=refused,
        lines=(*transcript.lines, *transcript.waiting(journal, end)),
        duties=duty_rows(ended, end, playbook.chart),
        missed=missed(ended, end),
    )
