"""Planning: which intents a journey calls for by the playbook, and which are moot by now.

Everything here is pure. What was decided once is told again by the same key, or by the same row,
event and wish; so a journey that is folded anew sends nothing twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import Enum, unique

import attrs

from cxjourney.channels.intent import Intent, intent_key
from cxjourney.journey import Journey
from cxjourney.obligations import Obligation
from cxjourney.payload import LATEST_YEAR, check_time
from cxjourney.phases import Place, Standing
from cxjourney.playbook.book import Playbook, Rows
from cxjourney.playbook.play import Play
from cxjourney.playbook.triggers import Entered, NearlyDue, Opened, Wished
from cxjourney.step import Step

__all__ = ["Moot", "already_decided", "calls", "moot", "nearly_due", "owed_for", "wake_at"]

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


@attrs.frozen
class Stay:
    """A stay at a place: from which step on, and which one in its cycle.

    A place that was only passed through within one step is none.
    """

    step: Step
    occurrence: str


def calls(playbook: Playbook, journey: Journey, segment: str | None) -> tuple[Intent, ...]:
    """Return every intent that a journey's history calls for, in journey order.

    They do not depend on what was decided before, nor on the time; see ``already_decided`` and
    ``moot``. A journey that was erased, or keeps no history, calls for nothing.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        segment: the customer's segment; None for the rows of everybody.
    """
    rows, found = playbook.resolved(segment), list[Intent]()
    for step, stay in _told(journey):
        found += () if stay is None else _for_stay(rows, journey, stay)
        for one in step.opened:
            plays = rows.opened.get(one.rule, ())
            found += [_for_obligation(play, journey, one, one.opened_at) for play in plays]
    return tuple(found)


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
    now = check_time(now, "playbook", "now")
    coming = _nearly(playbook.resolved(segment), journey)
    return tuple(intent for intent in coming if intent.planned_at <= now)


def wake_at(
    playbook: Playbook,
    journey: Journey,
    segment: str | None,
    decided: Iterable[Intent] | None = None,
) -> datetime | None:
    """Return when the clock next makes something true or calls for an intent, or None.

    That is ``Journey.next_due``, or the next moment at which something owed is nearly due. It may
    lie in the past: then there is something to do now.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        segment: the customer's segment; None for the rows of everybody.
        decided: the intents that were decided already, for which nobody has to wake. Without
            them, all that was nearly due by the journey's ``clock`` counts as decided.
    """
    coming = tuple(_nearly(playbook.resolved(segment), journey))
    clock = journey.clock
    if decided is None:
        moments = [one.planned_at for one in coming if clock is None or one.planned_at > clock]
    else:
        known = tuple(decided)
        moments = [one.planned_at for one in coming if not already_decided(one, known, playbook)]
    due = journey.next_due()
    return min(moments if due is None else [*moments, due], default=None)


def already_decided(
    call: Intent, decided: Iterable[Intent], playbook: Playbook | None = None
) -> bool:
    """Say whether an intent was decided before: by its key, or by its row, event and wish.

    Args:
        call: what the playbook calls for.
        decided: the customer's intents that were decided already.
        playbook: the playbook, which knows the ids that a row had before; without it no row counts
            as renamed.
    """
    former = () if playbook is None else playbook.formerly(call.play)
    names = (call.play, *former)
    occasion = call.engagement, call.cause, call.wish
    keys = {intent_key(call.customer, call.engagement, name, call.occurrence) for name in names}
    return any(
        one.key in keys or (one.play in names and (one.engagement, one.cause, one.wish) == occasion)
        for one in decided
    )


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
    now = check_time(now, "playbook", "now")
    if journey.standing is Standing.ERASED:
        return Moot.ERASED.value
    play = playbook.find(intent.play, segment)
    if play is None or not play.channels:
        return Moot.ROW_GONE.value
    owes = intent.obligation is not None
    why = _unowed(intent, journey, play) if owes else _unplaced(intent, journey, play, playbook)
    if why is None and intent.lapses_at is not None and now > intent.lapses_at:
        why = Moot.STALE
    return None if why is None else why.value


def owed_for(intent: Intent, journey: Journey) -> Obligation | None:
    """Return what is still owed of that for which an intent was planned, or None.

    What one event opened by one rule is the same duty in whichever cycle a late fact puts it.
    """
    duty = (intent.obligation or "").partition(":")[2]
    return next((one for one in journey.owed if one.key.partition(":")[2] == duty), None)


def _told(journey: Journey) -> Iterator[tuple[Step, Stay | None]]:
    """Yield the steps of a journey that is not erased, each with the stay that it began."""
    if journey.standing is Standing.ERASED:
        return
    entered: Counter[str] = Counter()
    for step in journey.history:
        place, stay = step.after.place, None
        if any(move.target is place is not move.source for move in step.moves):
            name = f"{step.cycle}:{place.name}"
            entered[name] += 1
            stay = Stay(step, f"{name}:{entered[name]}")
        yield step, stay


def _for_stay(rows: Rows, journey: Journey, stay: Stay) -> Iterator[Intent]:
    step, place = stay.step, stay.step.after.place
    plain: list[tuple[Play, str | None]] = [(play, None) for play in rows.entered.get(place, ())]
    for play, wish in (*plain, *rows.wished.get(place, ())):
        name = _occurrence(stay, wish)
        at, cause = step.event.at, step.event.id
        yield _intent(play, journey, at, name, cause, step.cycle, place=place, wish=wish)


def _occurrence(stay: Stay, wish: str | None) -> str:
    return stay.occurrence if wish is None else f"{stay.occurrence}:{wish}"


def _for_obligation(play: Play, journey: Journey, owed: Obligation, at: datetime) -> Intent:
    return _intent(play, journey, at, owed.key, owed.event, owed.cycle, owed=owed)


def _nearly(rows: Rows, journey: Journey) -> Iterator[Intent]:
    """Yield what is called for when the things owed are nearly due, whenever that is."""
    for one in journey.owed:
        for play, on in rows.nearly.get(one.rule, ()):
            at_once = one.due - one.opened_at <= on.before
            moment = one.opened_at if at_once else one.due - on.before
            yield _for_obligation(play, journey, one, _storable(moment))


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
    return Intent(
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
        lapses_at=_storable(at + play.after + play.lasts),
        obligation=None if owed is None else owed.key,
        place=place,
        wish=wish,
        tells=None if play.tells is None else play.tells.name,
        internal=play.internal,
    )


def _storable(at: datetime) -> datetime:
    """Return a time, or the last one that can be stored where it lies beyond."""
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
    stays = [stay for _, stay in _told(journey) if stay is not None]
    if not stays:
        return intent.cycle == journey.cycle
    now = stays[-1]
    return now.step.event.id == intent.cause or _occurrence(now, intent.wish) == intent.occurrence
