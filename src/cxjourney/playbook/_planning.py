"""Planning: which intents a journey calls for by the playbook, and which are moot by now.

Everything here is pure. What was decided once is told again by the same key, or by the same row,
event and wish; so a journey that is folded anew sends nothing twice.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import Enum, unique

from cxjourney.channels import Intent
from cxjourney.channels._intent import intent_key
from cxjourney.journey import Journey, Obligation, Step
from cxjourney.playbook._playbook import Playbook, Rows
from cxjourney.playbook._plays import Entered, NearlyDue, Opened, Play, Wished
from cxjourney.vocabulary import Standing
from cxjourney.vocabulary._checks import LATEST_YEAR, check_time, unchecked
from cxjourney.vocabulary._phases import Place

LATEST = datetime(LATEST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)


@unique
class Moot(Enum):
    """Why an intent is no longer to be sent; the value is what ``moot`` returns.

    ERASED: the customer is forgotten. ROW_GONE: the playbook has no such row any more, or the row
    does nothing now. NOT_CALLED: the row answers to something else now. NOT_OWED: the obligation
    was met or dropped, or never was. LOST, CYCLE_OVER, PLACE_LEFT: the customer left the place for
    which it was meant. STALE: it is too late.
    """

    ERASED = "erased"
    ROW_GONE = "row_gone"
    NOT_CALLED = "not_called"
    NOT_OWED = "not_owed"
    LOST = "lost"
    CYCLE_OVER = "cycle_over"
    PLACE_LEFT = "place_left"
    STALE = "stale"


def calls(playbook: Playbook, journey: Journey, segment: str | None) -> tuple[Intent, ...]:
    """Return every intent that a journey's history calls for, in journey order.

    They do not depend on what was decided before, nor on the time; see ``Decided`` and ``moot``.
    A journey that was erased, or keeps no history, calls for nothing.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        segment: the customer's segment; None for the rows of everybody.
    """
    return _called(playbook.resolved(segment), journey, journey.history)


def calls_since(
    playbook: Playbook, journey: Journey, before: Sequence[Step], segment: str | None
) -> tuple[tuple[Intent, ...], frozenset[str]]:
    """Return what a journey calls for that it did not call for before, and the keys of the reverse.

    Where steps were only added, these alone are looked at; a late fact makes all steps anew.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        before: its history before.
        segment: the customer's segment; None for the rows of everybody.
    """
    rows, history, known = playbook.resolved(segment), journey.history, len(before)
    if not before or (len(history) >= known and history[known - 1] is before[-1]):
        return _called(rows, journey, history, known), frozenset()
    was = {one.key for one in _called(rows, journey, before)}
    found = {one.key: one for one in _called(rows, journey, history)}
    new = tuple(one for key, one in found.items() if key not in was)
    return new, frozenset(was - found.keys())


def nearly_due(
    playbook: Playbook, journey: Journey, now: datetime, segment: str | None
) -> tuple[Intent, ...]:
    """Return the intents for what is still owed and nearly due by ``now``, decided or not.

    Args:
        playbook: what calls for which intents.
        journey: the journey, which was told the time.
        now: the moment.
        segment: the customer's segment; None for the rows of everybody.

    Raises:
        NaiveTimeError: when ``now`` has no time zone.
    """
    now = check_time(now, "playbook.now")
    return tuple(
        _for_obligation(play, journey, owed, at)
        for play, owed, at in _nearly(playbook.resolved(segment), journey)
        if at <= now
    )


def wake_at(
    playbook: Playbook, journey: Journey, segment: str | None, decided: "Decided"
) -> datetime | None:
    """Return when the clock next makes something true or calls for an intent, or None.

    That is ``Journey.next_due``, or the next moment at which something owed is nearly due. It may
    lie in the past: then there is something to do now.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        segment: the customer's segment; None for the rows of everybody.
        decided: the intents that were decided already, for which nobody has to wake.
    """
    rows = playbook.resolved(segment)
    moments = [
        at
        for play, one, at in _nearly(rows, journey)
        if not decided.has(rows.names[play.id], journey, one.key, one.event)
    ]
    due = journey.next_due()
    return min(moments if due is None else [*moments, due], default=None)


class Decided:
    """A customer's intents that were decided already; ``in`` says whether another was.

    It was where one with its key was, or one of its row for the same event and wish.

    Args:
        intents: the intents.
        playbook: the playbook, which knows the ids that a row had before.
    """

    def __init__(self, intents: Iterable[Intent], playbook: Playbook) -> None:
        known, self._playbook = tuple(intents), playbook
        # What a key is made of says the same as the key.
        self._times = {(one.customer, one.engagement, one.play, one.occurrence) for one in known}
        self._occasions = {(one.engagement, one.play, one.cause, one.wish) for one in known}

    def add(self, one: Intent) -> None:
        """Take note that an intent was decided."""
        self._times.add((one.customer, one.engagement, one.play, one.occurrence))
        self._occasions.add((one.engagement, one.play, one.cause, one.wish))

    def __contains__(self, call: Intent) -> bool:
        names = (call.play, *self._playbook.formerly(call.play))
        return self.has(names, call, call.occurrence, call.cause, call.wish)

    def has(
        self,
        names: Iterable[str],
        of: Intent | Journey,
        occurrence: str,
        cause: str,
        wish: str | None = None,
    ) -> bool:
        """Say whether a row was decided already, under one of its names, for an occasion."""
        for name in names:
            occasion, time = (of.engagement, name, cause, wish), (of.engagement, name, occurrence)
            if occasion in self._occasions or (of.customer, *time) in self._times:
                return True
        return False


def moot(
    intent: Intent, journey: Journey, now: datetime, playbook: Playbook, segment: str | None
) -> str | None:
    """Return why a planned intent is no longer to be sent, as the value of a ``Moot``; else None.

    What is owed stays owed whatever the customer's place: a question is answered after the
    customer was lost, too.

    Args:
        intent: what was planned.
        journey: the journey that it was planned for.
        now: the moment.
        playbook: the playbook as it is now.
        segment: the customer's segment as it is now.

    Raises:
        NaiveTimeError: when ``now`` has no time zone.
    """
    now = check_time(now, "playbook.now")
    if journey.standing is Standing.ERASED:
        return Moot.ERASED.value
    play = playbook.find(intent.play, segment)
    if play is None or not play.channels:
        return Moot.ROW_GONE.value
    owes = intent.obligation is not None
    why = _unowed(intent, journey, play) if owes else _unplaced(intent, journey, play, playbook)
    if why is None and intent.expires is not None and now > intent.expires:
        why = Moot.STALE
    return why and why.value


def owed_for(intent: Intent, journey: Journey) -> Obligation | None:
    """Return the obligation for which an intent was planned if it is still owed, or None.

    What one event opened by one rule is the same duty in whichever cycle a late fact puts it.
    """
    duty = (intent.obligation or "").partition(":")[2]
    return next((one for one in journey.owed if f"{one.rule}:{one.event}" == duty), None)


def _called(
    rows: Rows, journey: Journey, history: Sequence[Step], since: int = 0
) -> tuple[Intent, ...]:
    """Return what the steps of a history call for, but for the first ones up to ``since``."""
    if journey.standing is Standing.ERASED:
        return ()
    found: list[Intent] = []
    stays = _stays(history)
    for index in range(since, len(history)):
        step = history[index]
        if index in stays:
            at, cause, place = step.event.at, step.event.id, step.after.place
            for play, wish in rows.entered.get(place, ()):
                name = _occurrence(stays[index], wish)
                found.append(
                    _intent(play, journey, at, name, cause, step.cycle, place=place, wish=wish)
                )
        for one in step.opened:
            plays = rows.opened.get(one.rule, ())
            found += [_for_obligation(play, journey, one, one.opened_at) for play in plays]
    return tuple(found)


def _stays(history: Sequence[Step]) -> dict[int, str]:
    """Return which stays at places a history's steps began: each by its place in its cycle.

    A place that was only passed through within one step is not a stay.
    """
    entered: Counter[str] = Counter()
    stays: dict[int, str] = {}
    for index, step in enumerate(history):
        if not step.decision.moves:
            continue
        place = step.after.place
        if any(move.target is place is not move.source for move in step.moves):
            name = f"{step.cycle}:{place.name}"
            entered[name] += 1
            stays[index] = f"{name}:{entered[name]}"
    return stays


def _occurrence(stay: str, wish: str | None) -> str:
    return stay if wish is None else f"{stay}:{wish}"


def _for_obligation(play: Play, journey: Journey, owed: Obligation, at: datetime) -> Intent:
    return _intent(play, journey, at, owed.key, owed.event, owed.cycle, owed=owed)


def _nearly(rows: Rows, journey: Journey) -> list[tuple[Play, Obligation, datetime]]:
    """Return the rows for things owed that are nearly due, and from when, whenever that is."""
    return [
        (play, one, one.opened_at if at_once else _storable(one.due - on.before))
        for one in journey.owed
        for play, on in rows.nearly.get(one.rule, ())
        for at_once in (one.due - one.opened_at <= on.before,)
    ]


def _intent(
    play: Play,
    journey: Journey,
    at: datetime,
    occurrence: str,
    cause: str,
    cycle: int,
    *,
    place: Place | None = None,
    wish: str | None = None,
    owed: Obligation | None = None,
) -> Intent:
    return unchecked(
        Intent,
        customer=journey.customer,
        engagement=journey.engagement,
        play=play.id,
        occurrence=occurrence,
        cause=cause,
        cycle=cycle,
        purpose=play.purpose,
        channels=play.channels,
        planned_at=at,
        not_before=_storable(at + play.after),
        content=play.content,
        due=None if owed is None else _storable(owed.due),
        expires=_storable(at + play.after + play.lasts),
        obligation=None if owed is None else owed.key,
        place=place,
        wish=wish,
        tells=None if play.tells is None else play.tells.name,
        internal=play.internal,
        key=intent_key(journey.customer, journey.engagement, play.id, occurrence),
    )


def _storable(at: datetime) -> datetime:
    """Return a time, or the last one that can be stored where the time is later."""
    return at if at.year <= LATEST_YEAR else LATEST


def _unowed(intent: Intent, journey: Journey, play: Play) -> Moot | None:
    """Say why an intent behind which an obligation stands is moot."""
    owed = owed_for(intent, journey)
    if owed is None:
        return Moot.NOT_OWED
    answers = isinstance(play.on, Opened | NearlyDue) and play.on.rule == owed.rule
    return None if answers else Moot.NOT_CALLED


def _unplaced(intent: Intent, journey: Journey, play: Play, playbook: Playbook) -> Moot | None:
    """Say why an intent that belongs to a stay at a place is moot."""
    if not _answers(play, intent, playbook):
        return Moot.NOT_CALLED
    if journey.place is intent.place and _same_stay(intent, journey):
        return None
    if journey.standing is Standing.LOST:
        return Moot.LOST
    return Moot.PLACE_LEFT if journey.cycle == intent.cycle else Moot.CYCLE_OVER


def _answers(play: Play, intent: Intent, playbook: Playbook) -> bool:
    match play.on:
        case Entered(place):
            return intent.wish is None and place is intent.place
        case Wished(kind):
            return any(
                (wish.about, wish.phase, found) == (intent.wish, intent.place, kind)
                for wish, found in playbook.wishes
            )
        case _:
            return False


def _same_stay(intent: Intent, journey: Journey) -> bool:
    """Say whether the journey's present stay is the one that called for the intent."""
    history = journey.history
    stays = _stays(history)
    if not stays:
        return intent.cycle == journey.cycle
    last = max(stays)
    same = _occurrence(stays[last], intent.wish) == intent.occurrence
    return same or history[last].event.id == intent.cause
