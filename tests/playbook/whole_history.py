"""Planning as it was at first: by the whole history, each time anew. It is slow, and plain.

It shares nothing with the library's planning but the rows of a playbook. What it says an intent
is, as ``told`` tells of one, is all of it but how long it lasts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cxjourney.channels import Intent
from cxjourney.channels._intent import intent_key  # of what was never planned
from cxjourney.journey import Journey, Obligation, Step
from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook, Wished
from cxjourney.vocabulary import Standing

Told = tuple[str, str, str, str, int, datetime, str | None, str | None]
"""Key, row, occurrence, cause, cycle, moment, obligation and wish of an intent."""
Held = set[tuple[str, ...]]


def told(intent: Intent) -> Told:
    """Return what an intent is."""
    return (
        intent.key,
        intent.play,
        intent.occurrence,
        intent.cause,
        intent.cycle,
        intent.planned_at,
        intent.obligation,
        intent.wish,
    )


def called_for(playbook: Playbook, journey: Journey, segment: str | None) -> list[Told]:
    """Return all that a journey's history calls for, in journey order."""
    if journey.standing is Standing.ERASED:
        return []
    plays = [one for one in playbook.rows_for(segment) if one.channels]
    history = journey.history
    stays = dict(_stays(history))
    found: list[Told] = []
    for index, step in enumerate(history):
        if index in stays:
            found += _entered(playbook, plays, journey, step, stays[index])
        for owed in step.opened:
            on = Opened(owed.rule)
            rows = [one for one in plays if one.on == on]
            found += [_owed(row, journey, owed, owed.opened_at) for row in rows]
    return found


def soon_due(
    playbook: Playbook, journey: Journey, now: datetime, segment: str | None
) -> list[Told]:
    """Return what is called for because something owed is nearly due by a moment."""
    found: list[Told] = []
    for owed in journey.owed:
        for row in playbook.rows_for(segment):
            if row.channels and isinstance(row.on, NearlyDue) and row.on.rule == owed.rule:
                at = max(owed.opened_at, owed.due - row.on.before)
                if at <= now:
                    found.append(_owed(row, journey, owed, at))
    return found


def undecided(playbook: Playbook, called: Iterable[Told], decided: Iterable[Intent]) -> list[Told]:
    """Return what was not decided before, under the row's id or an older one, each once."""
    keys, occasions = Held(), Held()
    for one in decided:
        keys.add((one.play, one.occurrence))
        occasions.add((one.play, one.cause, one.wish or ""))
    new: list[Told] = []
    for call in called:
        _, play, occurrence, cause, _, _, _, wish = call
        ids = (play, *playbook.formerly(play))
        if not any((id, occurrence) in keys or (id, cause, wish or "") in occasions for id in ids):
            new.append(call)
            keys.add((play, occurrence))
            occasions.add((play, cause, wish or ""))
    return new


def same_stay(journey: Journey, intent: Intent) -> bool:
    """Say whether a journey is still where it was when it called for an intent of a place."""
    stays = list(_stays(journey.history))
    if not stays:
        return intent.cycle == journey.cycle
    index, stay = stays[-1]
    named = stay if intent.wish is None else f"{stay}:{intent.wish}"
    return named == intent.occurrence or journey.history[index].event.id == intent.cause


def _stays(history: Sequence[Step]) -> Iterator[tuple[int, str]]:
    """Yield at which steps a stay began, and its name: cycle, place, and which entry it was."""
    entered: Counter[tuple[int, str]] = Counter()
    for index, step in enumerate(history):
        place = step.after.place
        if any(move.target is place is not move.source for move in step.moves):
            entered[step.cycle, place.name] += 1
            yield index, f"{step.cycle}:{place.name}:{entered[step.cycle, place.name]}"


def _entered(
    playbook: Playbook, plays: Sequence[Play], journey: Journey, step: Step, stay: str
) -> Iterator[Told]:
    place = step.after.place
    for row in plays:
        if row.on == Entered(place):
            yield _told(row, journey, step, stay, None)
    for row in plays:
        for wish, kind in playbook.wishes:
            if row.on == Wished(kind) and wish.phase is place:
                yield _told(row, journey, step, f"{stay}:{wish.about}", wish.about)


def _told(row: Play, journey: Journey, step: Step, occurrence: str, wish: str | None) -> Told:
    key = intent_key(journey.customer, journey.engagement, row.id, occurrence)
    event = step.event
    return key, row.id, occurrence, event.id, step.cycle, event.at, None, wish


def _owed(row: Play, journey: Journey, owed: Obligation, at: datetime) -> Told:
    key = intent_key(journey.customer, journey.engagement, row.id, owed.key)
    return key, row.id, owed.key, owed.event, owed.cycle, at, owed.key, None
