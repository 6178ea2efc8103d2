"""The live machine's answers in the form of the columns, and random logs to ask both about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from cxjourney.bulk._engine._duty_rows import DROPPED, LATE, ON_TIME, OWED  # the engine
from cxjourney.bulk._engine._folded import COUNTED, Piece  # the engine
from cxjourney.bulk._engine._tables import EXITS, NEVER, Tables  # the engine
from cxjourney.chart import Chart, Effect
from cxjourney.journey._fold import BY_CLOCK  # tells timers from events
from cxjourney.replay import Walk, walk_journeys
from cxjourney.vocabulary import Event, Phase

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """Return a time of the columns as a datetime."""
    return EPOCH + at * MICROSECOND


def micro(at: Any) -> int:
    """Return a datetime as a time of the columns."""
    return NEVER if at is None else (at - EPOCH) // MICROSECOND


def live(walk: Walk) -> dict[str, Any]:
    """Return what the columns should hold of a journey that the live machine walked."""
    journey, course = walk.journey, walk.journey._course
    events = [step for step in walk.steps if step.seq != BY_CLOCK]
    effects = Counter(step.effect for step in events)
    return {
        "situation": course.situation,
        "cycle": course.cycle,
        "visited": course.visited >> 1,
        "implied": course.implied >> 1,
        "entered_at": micro(course.entered_at),
        "purchased_at": micro(course.purchased_at),
        "first_at": micro(events[0].event.at),
        "last_at": micro(events[-1].event.at),
        "exit": EXITS.index(course.exit),
        "our_silence": course.our_silence,
        "referrals": course.referrals,
        "effects": [effects[effect] for effect in COUNTED],
        "timers": len(walk.steps) - len(events),
        "on_time": course.met_on_time,
        "late": course.met_late,
        "dropped": course.dropped,
        "moves": [
            (micro(step.event.at), step.seq == BY_CLOCK, step.before, step.after)
            for step in walk.steps
            if step.effect is Effect.MOVED
        ],
        "duties": sorted(
            [
                (
                    one.rule,
                    micro(one.opened_at),
                    micro(one.due),
                    one.cycle,
                    how,
                    micro(step.event.at),
                )
                for step in walk.steps
                for how, one in [
                    *((LATE if one.due < step.event.at else ON_TIME, one) for one in step.met),
                    *((DROPPED, one) for one in step.dropped),
                ]
            ]
            + [
                (one.rule, micro(one.opened_at), micro(one.due), one.cycle, OWED, 0)
                for one in journey.owed
            ]
        ),
    }


def columns(tables: Tables, piece: Piece) -> dict[int, dict[str, Any]]:
    """Return what the columns hold of each journey, by its key."""
    found: dict[int, dict[str, Any]] = {}
    journeys, stream, duties = piece.journeys, piece.stream, piece.duties
    names = [name for name in live_names() if name not in {"moves", "duties", "effects"}]
    for place, key in enumerate(journeys.key.tolist()):
        one = {name: getattr(journeys, name)[place].item() for name in names}
        one["situation"] = tables.situations[one["situation"]]
        one["effects"] = journeys.effects[:, place].tolist()
        found[key] = {**one, "moves": [], "duties": []}
    keys = journeys.key.tolist()
    moved = np.flatnonzero(tables.moved[stream.cell])
    for whose, at, cell, row in zip(
        *(column[moved].tolist() for column in stream[:4]), strict=True
    ):
        before, after = cell // tables.width, int(tables.next[cell])
        move = at, row < 0, tables.situations[before], tables.situations[after]
        found[keys[whose]]["moves"].append(move)
    for whose, rule, opened, due, how, ended, cycle in zip(
        *(column.tolist() for column in duties[:7]), strict=True
    ):
        duty = tables.rules[rule].id, opened, due, cycle, how, ended
        found[keys[whose]]["duties"].append(duty)
    for answers in found.values():
        answers["duties"].sort()
    return found


def live_names() -> list[str]:
    """Return the names of what is compared."""
    return [
        "situation",
        "cycle",
        "visited",
        "implied",
        "entered_at",
        "purchased_at",
        "first_at",
        "last_at",
        "exit",
        "our_silence",
        "referrals",
        "effects",
        "timers",
        "on_time",
        "late",
        "dropped",
        "moves",
        "duties",
    ]


def walked(
    chart: Chart, events: Mapping[int, Sequence[Event]], as_of: datetime
) -> dict[int, dict[str, Any]]:
    """Return what the live machine says of journeys, by their key."""
    by_id = {(str(key), ""): some for key, some in events.items()}
    return {int(walk.customer): live(walk) for walk in walk_journeys(by_id, chart, as_of)}


FLAGS = [
    "purchased",
    "doubt_open",
    "feedback_asked",
    "feedback_closed",
    "recovery_open",
    "loyalty_confirmed",
    "delivery_held",
    "loyalty_held",
    "referral_held",
]


def _phase(phase: Phase | None) -> str | None:
    return None if phase is None else phase.name.lower()


def row_of(walk: Walk, as_of: datetime) -> dict[str, Any]:
    """Return the row that a replay in columns should have for a journey of the live machine."""
    journey = walk.journey
    events = [step for step in walk.steps if step.seq != BY_CLOCK]
    effects = Counter(step.effect.value for step in events)
    apart = (*walk.refused, *walk.retracted)
    times = [step.event.at for step in events] + [event.at for event in apart]
    kept = journey.tally
    return {
        "standing": journey.standing.value,
        "phase": _phase(journey.phase),
        "cycle": journey.cycle,
        "high_water": _phase(journey.high_water),
        "visited": " ".join(one.name.lower() for one in journey.visited),
        "implied": " ".join(one.name.lower() for one in journey.implied),
        "entered_at": journey.entered_at,
        "purchased_at": journey.purchased_at,
        "first_event": min(times),
        "last_event": max(times),
        "exit": journey.exit and journey.exit.value,
        "our_silence": journey.our_silence,
        "referrals": journey.referrals,
        **{name: getattr(journey.situation, name) for name in FLAGS},
        "outcome": journey.situation.outcome.value,
        **{one: effects[one] for one in ("moved", "stayed", "held", "noted")},
        "refused": len(walk.refused),
        "repeated": len(walk.repeated),
        "conflicting": len(walk.conflicting),
        "retracted": len(walk.retracted),
        "timers": len(walk.steps) - len(events),
        "open": len(journey.owed),
        "overdue": sum(one.overdue(as_of) for one in journey.owed),
        "on_time": kept.on_time,
        "late": kept.late,
        "dropped": kept.dropped,
    }


def moves_of(walk: Walk) -> list[tuple[Any, ...]]:
    """Return the moves of a journey of the live machine, as a replay in columns has them."""
    return [
        (
            step.event.at,
            step.event.kind.name,
            step.before.place.name.lower(),
            step.after.place.name.lower(),
        )
        for step in walk.steps
        if step.effect is Effect.MOVED
    ]


def duties_of(walk: Walk) -> list[tuple[Any, ...]]:
    """Return the obligations of a journey of the live machine, likewise."""
    ended = [
        (one, how, step.event.at)
        for step in walk.steps
        for how, some in (("met", step.met), ("dropped", step.dropped))
        for one in some
    ]
    told: list[tuple[Any, ...]] = [
        (
            one.rule,
            one.opened_at,
            one.due,
            how if how == "dropped" else ("late" if one.due < at else "on_time"),
            at,
            one.cycle,
        )
        for one, how, at in ended
    ]
    told += [
        (one.rule, one.opened_at, one.due, "owed", None, one.cycle) for one in walk.journey.owed
    ]
    return told
