"""Planning: which intents a journey calls for by the playbook, and which are moot by now.

Everything here is pure. What was decided once is told again by the same key, or by the same row,
event and wish; so a journey that is folded anew sends nothing twice.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum, unique
from functools import partial, reduce
from types import MappingProxyType
from typing import NamedTuple

from cxjourney.channels import Intent
from cxjourney.channels._intent import intent_key
from cxjourney.journey import Journey, Obligation, Step
from cxjourney.journey._open import owed_on
from cxjourney.journey._owed import EVER, from_on, opened_by, owed_by, rules_of, soonest
from cxjourney.playbook._playbook import Playbook, Rows
from cxjourney.playbook._plays import Entered, NearlyDue, Opened, Play, RowSent, Wished
from cxjourney.vocabulary import EventKind, Standing
from cxjourney.vocabulary._checks import LATEST_YEAR, check_time, unchecked
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._wait import later_by

LATEST = datetime(LATEST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)


@unique
class Moot(Enum):
    """Why an intent is no longer to be sent; the value is what ``moot`` returns.

    ERASED: the customer is forgotten. ROW_GONE: the playbook has no such row any more, or the row
    does nothing now. NOT_CALLED: the row answers to something else now. NOT_OWED: the obligation
    was met or dropped, or never was. NOT_SENT: what it was to follow did not arrive after all.
    LOST, CYCLE_OVER, PLACE_LEFT: the customer left the place for which it was meant. STALE: it is
    too late. RETRACTED: what called for it was taken back.
    """

    ERASED = "erased"
    ROW_GONE = "row_gone"
    NOT_CALLED = "not_called"
    NOT_OWED = "not_owed"
    NOT_SENT = "not_sent"
    LOST = "lost"
    CYCLE_OVER = "cycle_over"
    PLACE_LEFT = "place_left"
    STALE = "stale"
    RETRACTED = "retracted"


class Stays(NamedTuple):
    """The stays at places that the steps of a journey began, as far as planning needs to know them.

    A place that was only passed through within one step is not a stay.

    Attributes:
        entered: how often each place was entered in the latest cycle, by its name.
        cycle: that cycle.
        name: the last stay: its cycle, its place, and which entry it was; None where there is none.
        cause: the id of the event that began it, or None.
        retracted: the numbers of the retractions on the journey. What arrives after one begins
            stays of another name, so that they call for something new.
    """

    entered: Mapping[str, int] = MappingProxyType({})
    cycle: int = 1
    name: str | None = None
    cause: str | None = None
    retracted: tuple[int, ...] = ()

    def knowing(self, steps: Iterable[Step]) -> "Stays":
        """Return the same, with the retractions among some steps taken note of."""
        new = {step.seq for step in steps if step.event.kind is EventKind.RETRACTED}
        if new.issubset(self.retracted):
            return self
        return self._replace(retracted=tuple(sorted({*self.retracted, *new})))

    def after(self, step: Step) -> "Stays":
        """Return the stays after one more step; the same where it began none."""
        place = step.after.place
        if not any(move.target is place is not move.source for move in step.decision.moves):
            return self
        entered = self.entered if step.cycle == self.cycle else {}
        count = entered.get(place.name, 0) + 1
        name, before = f"{step.cycle}:{place.name}:{count}", bisect_left(self.retracted, step.seq)
        if before:
            name += f"r{before}"
        entered = {**entered, place.name: count}
        return Stays(entered, step.cycle, name, step.event.id, self.retracted)


NO_STAYS = Stays()


def stays_of(history: Iterable[Step], before: Stays = NO_STAYS) -> Stays:
    """Return the stays that a history's steps began, after others or from the beginning."""
    steps = tuple(history)
    return reduce(Stays.after, steps, before.knowing(steps))


Naming = Callable[[str, str], str]
"""Gives an intent its key, by the id of its row and its occurrence."""


class AtHand(NamedTuple):
    """What all intents of a journey have in common.

    Attributes:
        journey: the journey.
        naming: gives them their keys.
        zone: the zone of the customer's clock; None for the UTC offset of what happened.
    """

    journey: Journey
    naming: Naming
    zone: tzinfo | None


def plainly(journey: Journey) -> Naming:
    """Return what gives the intents of a journey keys without a secret."""
    return partial(intent_key, journey.customer, journey.engagement)


def calls(playbook: Playbook, journey: Journey, segment: str | None) -> tuple[Intent, ...]:
    """Return every intent that a journey's history calls for, in journey order.

    They do not depend on what was decided before, nor on the time; see ``Decided`` and ``moot``.
    A journey that was erased, or keeps no history, calls for nothing.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        segment: the customer's segment; None for the rows of everybody.
    """
    return called_by(playbook, journey, journey.history, NO_STAYS, segment)[0]


def called_by(
    playbook: Playbook,
    journey: Journey,
    steps: Iterable[Step],
    stays: Stays,
    segment: str | None,
    naming: Naming | None = None,
    zone: tzinfo | None = None,
) -> tuple[tuple[Intent, ...], Stays]:
    """Return what some steps of a journey call for, and the stays after them.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        steps: the steps that are looked at, in journey order.
        stays: the stays before them.
        segment: the customer's segment; None for the rows of everybody.
        naming: gives intents their keys; without a secret where None.
        zone: the zone of the customer's clock; the UTC offset of what happened where None.
    """
    rows, found = playbook.resolved(segment), list[Intent]()
    at_hand, steps = AtHand(journey, naming or plainly(journey), zone), tuple(steps)
    stays = stays.knowing(steps)
    for step in steps:
        before, stays = stays, stays.after(step)
        if stays is not before and stays.name is not None:
            at, cause, place = step.event.at, step.event.id, step.after.place
            for play, wish in rows.entered.get(place, ()):
                name = _occurrence(stays.name, wish)
                found.append(
                    intent_for(play, at_hand, at, name, cause, step.cycle, place=place, wish=wish)
                )
        for one in step.opened:
            plays = rows.opened.get(one.rule, ())
            found += [_for_obligation(play, at_hand, one, one.opened_at) for play in plays]
    return () if journey.standing is Standing.ERASED else tuple(found), stays


Reminder = tuple[str, str, timedelta]
"""What is reminded of: the row, the rule, and how long before the due time."""
Reminded = Mapping[Reminder, datetime]
"""From which moment on reminders were not decided yet: all before it were; of others none was."""
UNREMINDED: Reminded = MappingProxyType({})


def nearly_due(
    playbook: Playbook,
    journey: Journey,
    now: datetime,
    segment: str | None,
    naming: Naming | None = None,
    zone: tzinfo | None = None,
    reminded: Reminded = UNREMINDED,
) -> tuple[Intent, ...]:
    """Return the intents for what is still owed and nearly due by ``now``.

    Args:
        playbook: what calls for which intents.
        journey: the journey, which was told the time.
        now: the moment.
        segment: the customer's segment; None for the rows of everybody.
        naming: gives intents their keys; without a secret where None.
        zone: the zone of the customer's clock; the UTC offset of what happened where None.
        reminded: which of them are left out, for they were decided before.

    Raises:
        NaiveTimeError: when ``now`` has no time zone.
    """
    now = check_time(now, "playbook.now")
    at_hand = AtHand(journey, naming or plainly(journey), zone)
    return tuple(
        _for_obligation(play, at_hand, owed, at)
        for play, owed, at in nearly_owed(playbook.resolved(segment), journey, reminded)
        if at <= now
    )


AFTER = "sent:"
"""How the cause of an intent that follows another begins; the other's key and the time follow."""
STAMP = "@"


def wake_at(
    playbook: Playbook, journey: Journey, segment: str | None, reminded: Reminded = UNREMINDED
) -> datetime | None:
    """Return when the clock next makes something true or calls for an intent, or None.

    That is ``Journey.next_due``, or the next moment at which something owed is nearly due. It may
    lie in the past: then there is something to do now.

    Args:
        playbook: what calls for which intents.
        journey: the journey.
        segment: the customer's segment; None for the rows of everybody.
        reminded: which reminders were decided already, so that nobody has to wake for them.
    """
    moments, owed = [journey.next_due()], owed_on(journey)
    nearly = playbook.resolved(segment).nearly
    for rule in rules_of(owed) & nearly.keys():
        queue = owed_by(owed, rule)
        for play, on in nearly[rule]:
            since = reminded.get(reminder(play, on), EVER)
            moments.append(soonest(queue, partial(nearly_at, on.before), since))
    return min([at for at in moments if at is not None], default=None)


def moot(
    intent: Intent,
    journey: Journey,
    stays: Stays,
    now: datetime,
    playbook: Playbook,
    segment: str | None,
) -> str | None:
    """Return why a planned intent is no longer to be sent, as the value of a ``Moot``; else None.

    What is owed stays owed whatever the customer's place: a question is answered after the
    customer was lost, too.

    Args:
        intent: what was planned.
        journey: the journey that it was planned for.
        stays: the stays that its steps began; ``NO_STAYS`` where its history is not known.
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
    if intent.obligation is not None:
        why = _unowed(intent, journey, play)
    else:
        why = _unplaced(intent, journey, stays, play, playbook)
    if why is None and intent.expires is not None and now > intent.expires:
        why = Moot.STALE
    return why and why.value


def owed_for(intent: Intent, journey: Journey) -> Obligation | None:
    """Return the obligation for which an intent was planned if it is still owed, or None.

    What one event opened by one rule is the same duty in whichever cycle a late fact puts it.
    """
    if intent.obligation is None:
        return None
    return opened_by(owed_on(journey), intent.obligation.partition(":")[2])


def _occurrence(stay: str, wish: str | None) -> str:
    return stay if wish is None else f"{stay}:{wish}"


def _for_obligation(play: Play, at_hand: AtHand, owed: Obligation, at: datetime) -> Intent:
    return intent_for(play, at_hand, at, owed.key, owed.event, owed.cycle, owed=owed)


def nearly_owed(
    rows: Rows, journey: Journey, reminded: Reminded = UNREMINDED
) -> list[tuple[Play, Obligation, datetime]]:
    """Return the rows for things owed that are nearly due, and from when, whenever that is.

    They stand in the order of opening; those that were decided are left out.
    """
    found: list[tuple[Play, Obligation, datetime]] = []
    owed = owed_on(journey)
    for rule in journey.chart.obligations:
        for play, on in rows.nearly.get(rule.id, ()):
            when = partial(nearly_at, on.before)
            since = reminded.get(reminder(play, on), EVER)
            left = from_on(owed_by(owed, rule.id), when, since)
            found += [(play, one, when(one)) for one in left]
    return sorted(found, key=lambda one: one[1].opened_at)


def reminder(play: Play, on: NearlyDue) -> Reminder:
    """Return what a row reminds of."""
    return play.id, on.rule, on.before


def becoming_due(told: Reminder, owed: Iterable[Obligation]) -> list[datetime]:
    """Return from when on something is reminded of, of each thing owed that is."""
    _, rule, before = told
    return [nearly_at(before, one) for one in owed if one.rule == rule]


def nearly_at(before: timedelta, owed: Obligation) -> datetime:
    """Return when something owed is nearly due: so long before its due time, once it is owed."""
    at_once = owed.due - owed.opened_at <= before
    return owed.opened_at if at_once else _storable(owed.due - before)


def intent_for(
    play: Play,
    at_hand: AtHand,
    at: datetime,
    occurrence: str,
    cause: str,
    cycle: int,
    *,
    place: Place | None = None,
    wish: str | None = None,
    owed: Obligation | None = None,
) -> Intent:
    """Return the intent of a row for what called for it at a moment."""
    journey, begins = at_hand.journey, _storable(later_by(at, play.after, at_hand.zone))
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
        not_before=begins,
        content=play.content,
        due=None if owed is None else _storable(owed.due),
        expires=_storable(begins + play.lasts),
        obligation=None if owed is None else owed.key,
        place=place,
        wish=wish,
        tells=None if play.tells is None else play.tells.name,
        internal=play.internal,
        key=at_hand.naming(play.id, occurrence),
    )


def _storable(at: datetime) -> datetime:
    """Return a time, or the last one that can be stored where the time is later."""
    return at if at.year <= LATEST_YEAR else LATEST


def _unowed(intent: Intent, journey: Journey, play: Play) -> Moot | None:
    """Say why an intent behind which an obligation stands is moot."""
    owed = owed_for(intent, journey)
    if owed is None:
        return Moot.NOT_OWED
    match play.on:
        case Opened(rule) | NearlyDue(rule) | RowSent(_, rule):
            answers = rule == owed.rule
        case _:
            answers = False
    return None if answers else Moot.NOT_CALLED


def _unplaced(
    intent: Intent, journey: Journey, stays: Stays, play: Play, playbook: Playbook
) -> Moot | None:
    """Say why an intent that belongs to a stay at a place is moot."""
    if not _answers(play, intent, playbook):
        return Moot.NOT_CALLED
    anywhere = intent.place is None and journey.cycle == intent.cycle
    if journey.place is intent.place and _same_stay(intent, journey, stays):
        return None
    if anywhere and journey.standing is not Standing.LOST:
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
        case RowSent():
            return intent.cause.startswith(AFTER)
        case _:
            return False


def _same_stay(intent: Intent, journey: Journey, stays: Stays) -> bool:
    """Say whether the journey's present stay is the one that called for the intent."""
    if stays.name is None:
        return intent.cycle == journey.cycle
    named = intent.occurrence
    if intent.cause.startswith(AFTER):
        named = named.rpartition(STAMP)[0]
    same = _occurrence(stays.name, intent.wish) == named
    return same or stays.cause == intent.cause
