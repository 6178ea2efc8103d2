"""Rehearsing a playbook before launch: who would get what, and what would go wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from cxjourney.channels.content import Library
from cxjourney.channels.hooks import Hook, HookSet
from cxjourney.channels.policy.engine import Policy
from cxjourney.channels.profile import Profile, Profiles
from cxjourney.dispatch.sync import Dispatcher
from cxjourney.errors import InvalidError
from cxjourney.playbook.book import Playbook
from cxjourney.progress import Progress
from cxjourney.rehearsal.crowd import generate_people
from cxjourney.rehearsal.duties import duty_rows, endings, missed
from cxjourney.rehearsal.people import Person, so_long
from cxjourney.rehearsal.report import Rehearsal
from cxjourney.rehearsal.stage import Act, Clock, act_out, recording_hooks, stand_in_library
from cxjourney.rehearsal.transcript import Transcript, WatchedJournal
from cxjourney.vocabulary._checks import check_time

__all__ = ["hold", "rehearse"]


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


def _acts(cast: Iterable[Person], start: datetime) -> Iterator[Act]:
    for person in cast:
        for event in person.events(start):
            yield Act(person.customer, person.engagement, event)


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
    acts: Iterable[Act],
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
