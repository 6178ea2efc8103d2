"""Rehearsing a playbook, before launch or on a real log: dispatch under a clock that jumps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

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
    Registered,
    Sent,
    Video,
    digest_of,
)
from cxjourney.channels._content import nobody
from cxjourney.channels.policy import Policy, Ruling, Verdict
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch._judging._asking import LEFT
from cxjourney.dispatch._running._watch import SILENT
from cxjourney.dispatch.journal import Commit, MemoryJournal, OutboxItem, State
from cxjourney.errors import InvalidError, RefusedError
from cxjourney.playbook import Playbook
from cxjourney.rehearsal._outcome import Line, LineKind, Rehearsal, find_duties
from cxjourney.rehearsal._people import Person, generate_people, so_long
from cxjourney.vocabulary import Channel, Event
from cxjourney.vocabulary._checks import check_time, check_type, describe
from cxjourney.vocabulary._terminal import Progress

BY_HOOK = "deferred_by_hook"
RULED = frozenset({LineKind.DENIED, LineKind.DEFERRED, LineKind.WAITING})
"""The kinds of lines for which a rule of the policy can be the reason."""

Saying: TypeAlias = tuple[Channel, str, Ruling]
"""What the policy said of an intent: of which channel, by which rule, and what."""


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


class Transcript(MemoryJournal):
    """A journal in memory that keeps a line of each thing that becomes of an intent.

    Args:
        persons: the number of each journey, by customer and engagement.
        clock: the clock of the rehearsal.
    """

    def __init__(self, persons: Mapping[tuple[str, str], int], clock: Clock) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._persons, self._clock = persons, clock
        self._known: dict[str, OutboxItem] = {}
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

    def end(self) -> None:
        """Add a line for each intent that waits still, where none said so."""
        waits = [state for state in State if state.waits and state is not State.WAITING]
        for item in self.outbox(waits, limit=max(1, len(self._known))):
            self.lines.append(self._line(item, LineKind.WAITING, item.channel))

    def _line(self, item: OutboxItem, kind: LineKind, channel: Channel) -> Line:
        intent = item.intent
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


REHEARSED = "rehearsed"
BELOW_THE_LIMIT = Gift(Decimal(9), personal_note=True)
A_MINUTE_LONG = Video(60)

Happening: TypeAlias = tuple[str, str, Event]
"""One event of a rehearsal, after the customer and the engagement that it belongs to."""


def _act_out(
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
    for act in sorted(acts, key=lambda one: (one[2].at, one[2].kind.rank)):
        at = act[2].at
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


def _sent(context: HookContext) -> Sent:
    note = REHEARSED if context.channel is Channel.FACE_TO_FACE else ""
    return Sent(receipt=REHEARSED, note=note)


RECORDING: HookSet[Hook] = HookSet(
    Registered(channel, _sent, idempotent=True, timeout=None) for channel in Channel
)
"""Hooks that send nothing, and say at once that they did."""


def _stand_in_library(playbook: Playbook) -> Library:
    """Return a content, approved by two, for every text and channel that a playbook names."""
    named = [(play.content, play.channels) for play in playbook.plays if play.content is not None]
    used = dict.fromkeys((content, channel) for content, through in named for channel in through)
    return Library(_stand_in(*one) for one in used)


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
    acts = [act for act in map(_act, events) if until is None or act[2].at <= until]
    if not acts:
        raise InvalidError("events", "none up to as_of", "at least one")
    return _hold(
        playbook,
        acts,
        list(dict.fromkeys(act[:2] for act in acts)),
        start=min(act[2].at for act in acts),
        end=until or max(act[2].at for act in acts),
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
            return customer, engagement, event
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
    made_up = isinstance(people, int)
    if isinstance(people, int):
        people = generate_people(people, seed=seed, start=begin)
    cast = tuple(people)
    for person in cast:
        check_type("rehearse.people", person, Person, "how many people, or some of Person")
    profiles = _profiles(cast)
    journeys = [(person.customer, person.engagement) for person in cast]
    return _hold(
        playbook,
        (
            (*whose, event)
            for whose, person in zip(journeys, cast, strict=True)
            for event in person.events(begin)
        ),
        journeys,
        start=begin,
        end=begin + so_long(days, "days"),
        seed=seed if made_up else None,
        hooks=hooks,
        policy=policy,
        library=library,
        profiles=profiles.__getitem__,
        progress=progress,
    )


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


def _hold(
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
    persons = {journey: number for number, journey in enumerate(journeys, start=1)}
    clock = Clock(start)
    journal = Transcript(persons, clock)
    dispatcher = Dispatcher(
        journal,
        playbook=playbook,
        policy=Policy() if policy is None else policy,
        hooks=RECORDING if hooks is None else hooks,
        clock=clock,
        library=_stand_in_library(playbook) if library is None else library,
        profiles=profiles,
    )
    dispatcher.settings = attrs.evolve(dispatcher.settings, watch=SILENT)
    refused = _act_out(acts, dispatcher, clock, end, progress)
    journal.end()
    kept = ((number, dispatcher.journey(*one)) for one, number in persons.items())
    ended = ((number, journey) for number, journey in kept if journey is not None)
    duties, missed = find_duties(ended, end, playbook.chart)
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
        lines=tuple(journal.lines),
        duties=duties,
        missed=missed,
    )
