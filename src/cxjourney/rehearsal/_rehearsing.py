"""Rehearsing a playbook, before launch or on a real log: dispatch under a clock that jumps."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

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
from cxjourney.channels.policy import Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch._running._watch import SILENT
from cxjourney.errors import InvalidError
from cxjourney.playbook import Playbook
from cxjourney.rehearsal._acting import Clock, Happening, Remembered, Transcript, act_out
from cxjourney.rehearsal._duties_owed import count_duties, find_duties, find_open
from cxjourney.rehearsal._outcome import Rehearsal
from cxjourney.rehearsal._people import MOST, MOST_DAYS, Person, generate_people, so_long
from cxjourney.rehearsal._prices import Prices
from cxjourney.vocabulary import Channel, Event
from cxjourney.vocabulary._checks import (
    check_several,
    check_time,
    check_type,
    check_whole,
    describe,
    told,
)
from cxjourney.vocabulary._terminal import Progress

REHEARSED = "rehearsed"
BELOW_THE_LIMIT = Gift(Decimal(9), personal_note=True)
A_MINUTE_LONG = Video(60)
A_SECOND = timedelta(seconds=1)
HAPPENINGS = "customers, engagements and events, three by three"


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
    every: timedelta | None = None,
    prices: Prices | None = None,
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
        every: how often the dispatcher runs, such as each five minutes, from the start on: then
            what is rehearsed is what a live dispatcher makes at that interval. None runs it
            whenever there is something to do.
        prices: what contacts cost.
        progress: is told how far it is.

    Raises:
        InvalidError: when there is no event up to ``as_of``, or one is not given so.
        NaiveTimeError: when ``as_of`` has no time zone.
        UnknownKindError: when the chart does not know the kind of an event.
        DispatchError: when some customers could not be attended to.
    """
    until = None if as_of is None else check_time(as_of, "rehearsal.as_of")
    check_several("events", events, HAPPENINGS)
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
        every=every,
        prices=prices,
        progress=progress,
    )


def _act(given: object) -> Happening:
    """Return what happened to somebody; the form of ids is checked when it is recorded."""
    match given:
        case (str() as customer, str() as engagement, Event() as event):
            return customer, engagement, event
    raise InvalidError("events", describe(given), HAPPENINGS)


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
    every: timedelta | None = None,
    prices: Prices | None = None,
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
        every: how often the dispatcher runs, such as each five minutes, from the start on: then
            what is rehearsed is what a live dispatcher makes at that interval. None runs it
            whenever there is something to do.
        prices: what contacts cost.
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
        count = check_whole("people", people, 1, MOST)
        people = generate_people(count, seed=seed, start=begin)
    check_several("rehearse.people", people, "how many people, or some of Person")
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
        every=every,
        prices=prices,
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
    every: timedelta | None,
    prices: Prices | None,
    progress: Progress | None,
) -> Rehearsal:
    """Hold a rehearsal: the part that people and logs have in common."""
    check_type("rehearsal.playbook", playbook, Playbook)
    if policy is not None:
        check_type("rehearsal.policy", policy, Policy)
    _check_interval(every)
    if prices is not None:
        check_type("rehearsal.prices", prices, Prices)
    policy = Policy() if policy is None else policy
    persons = {journey: number for number, journey in enumerate(journeys, start=1)}
    clock = Clock(start)
    journal = Transcript(persons, clock, policy.limits.zone)
    dispatcher = Dispatcher(
        journal,
        playbook=playbook,
        policy=policy,
        hooks=RECORDING if hooks is None else hooks,
        clock=clock,
        library=_stand_in_library(playbook) if library is None else library,
        profiles=profiles,
    )
    journal.profiles = Remembered(dispatcher.settings.profiles)
    dispatcher.settings = attrs.evolve(dispatcher.settings, watch=SILENT, profiles=journal.profiles)
    refused = act_out(acts, dispatcher, clock, end, every, progress)
    journal.end()
    kept = ((number, dispatcher.journey(*one)) for one, number in persons.items())
    ended = [(number, journey) for number, journey in kept if journey is not None]
    owed = find_duties(ended)
    items = journal.items()
    intended = (
        (journey, items.get(number, ()), journal.profiles.last(journey.customer).segment)
        for number, journey in ended
    )
    limits = policy.limits
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
        duties=count_duties(owed, end, playbook.chart),
        owed=owed,
        still_open=find_open(intended, end, playbook),
        zone=limits.zone,
        quiet=(limits.quiet_from, limits.quiet_until),
        every=every,
        prices=prices,
    )


def _check_interval(every: object) -> None:
    longest = timedelta(days=MOST_DAYS)
    if every is not None and not (isinstance(every, timedelta) and A_SECOND <= every <= longest):
        found = str(every) if isinstance(every, timedelta) else told(every)
        expected = f"a timedelta from one second to {MOST_DAYS:,} days, or None"
        raise InvalidError("rehearsal.every", found, expected)
