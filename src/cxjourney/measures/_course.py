"""Measures of the course: how far, how long, who left, who is stuck, and what was owed."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from cxjourney.chart import Chart
from cxjourney.chart._model import PLACES
from cxjourney.measures._bounds import AALEN_JOHANSEN, KAPLAN_MEIER, WILSON, share_columns
from cxjourney.measures._facts import DutyFact, Facts, JourneyFact, Key
from cxjourney.measures._incidence import incidence_of
from cxjourney.measures._measure import Figure, Measure
from cxjourney.measures._stays import BY_CLOCK, SILENT, UNDER_WAY, Stay, by_journey
from cxjourney.measures._visible import Visible
from cxjourney.replay._figures import DAY, CurveStep, curve_of, quantile, steps_of
from cxjourney.vocabulary import Phase

PHASES = tuple(phase.name.lower() for phase in Phase)
GONE = frozenset(("lost", "erased"))
AT_RISK = (0, 7, 30, 90, 365)
"""The days at which it is told how many stays were still being watched."""
Row = dict[str, Figure]


def funnel(facts: Facts, visible: Visible) -> Measure:
    """Return how many went on from each phase, and what became of the others."""
    last = {move.key: move.event for move in facts.moves}
    furthest = Counter((one.high_water, _stand(one, last)) for one in facts.journeys)
    implied = Counter(phase for one in facts.journeys for phase in one.implied)
    rows: list[Row] = []
    for place, phase in enumerate(PHASES):
        later = set(PHASES[place + 1 :])
        reached = sum(n for (high, _), n in furthest.items() if high == phase or high in later)
        went_on = sum(n for (high, _), n in furthest.items() if high in later)
        left = sum(furthest[phase, one] for one in GONE)
        silent, active = furthest[phase, "lapsed"], furthest[phase, "active"]
        blind = place + 1 < len(PHASES) and PHASES[place + 1] not in visible.phases
        share = share_columns(went_on, reached if later and not blind else 0)
        rows.append(
            {
                "phase": phase,
                "reached": reached,
                "implied": implied[phase],
                "went_on": went_on,
                "left": left,
                "silent": 0 if blind else silent,
                "not_observable": silent + active if blind else 0,
                "under_way": 0 if blind else active,
                **share,
            }
        )
    return Measure(
        "funnel",
        "000",
        tuple(rows),
        WILSON,
        ("funnel_blind",),
    )


def _stand(one: JourneyFact, last: Mapping[Key, str]) -> str:
    """Return how a journey stands; who was given up by the clock alone is silent, not gone."""
    return "lapsed" if one.standing == "lost" and last[one.key] in BY_CLOCK else one.standing


def time_in_phase(stays: list[Stay], visible: Visible) -> Measure:
    """Return how long stays in each phase last."""
    found: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        found[stay.place].append(stay)
    rows: list[Row] = []
    curves: dict[str, tuple[CurveStep, ...]] = {}
    for phase in PHASES:
        some = found[phase]
        ended = [one.length for one in some if one.seen]
        lasting = [one.length for one in some if not one.seen]
        curve = list(curve_of(ended, lasting))
        blind = phase not in visible.phases
        row: Row = {
            "phase": phase,
            "seen": len(ended),
            "silent": sum(one.end == SILENT for one in some),
            "not_observable": len(some) if blind else 0,
            "under_way": sum(one.end == UNDER_WAY for one in some),
        }
        for name, beyond in (("quarter", 0.75), ("median", 0.5), ("three_quarters", 0.25)):
            value, low, high = quantile(curve, beyond)
            row |= {name: value, f"{name}_low": low, f"{name}_high": high}
        for days in AT_RISK:
            watched = sum(one.length >= days * DAY for one in some)
            row[f"at_risk_{days}"] = watched
        rows.append(row)
        steps = steps_of(ended, lasting)
        if steps and not blind:
            curves[phase] = steps
    return Measure(
        "time_in_phase",
        "SPEC 9",
        tuple(rows),
        KAPLAN_MEIER,
        ("at_risk",),
        curves=curves,
    )


def moves(facts: Facts) -> Measure:
    """Return how many moves there are from each place to each other one."""
    counts = Counter((one.before, one.after) for one in facts.moves)
    order = [place.name.lower() for place in PLACES]
    pairs = sorted(counts, key=lambda pair: tuple(map(order.index, pair)))
    return Measure(
        "moves",
        "SPEC 9",
        tuple({"phase": one, "to": other, "seen": counts[one, other]} for one, other in pairs),
    )


def where_they_went(stays: list[Stay], phase: str, days: float) -> Measure:
    """Return to which places journeys have gone from a phase by some days."""
    some = [one for one in stays if one.place == phase]
    ends = [(one.length, one.end) for one in some if one.seen]
    lasting = [one.length for one in some if not one.seen]
    counts = Counter(end for _, end in ends)
    rows: list[Row] = []
    for end in sorted(counts):
        by = timedelta(days=days)
        found = incidence_of(ends, lasting, end, by)
        row: Row = {"to": end, "seen": counts[end]}
        rows.append({**row, "share": found.value, "low": found.low, "high": found.high})
    silent = sum(one.end == SILENT for one in some)
    counts_of = {"stays": len(some), "seen": len(ends), "silent": silent}
    return Measure(
        "where_they_went",
        "SPEC 9",
        tuple(rows),
        AALEN_JOHANSEN,
        ("stays_seen",),
        {
            "phase": Phase[phase.upper()],
            "days": days,
            **counts_of,
            "under_way": len(lasting) - silent,
        },
    )


def churn(facts: Facts, start: datetime, end: datetime, as_of: datetime) -> Measure:
    """Return how many left or fell silent in a span of time, of those who could."""
    at_risk = lost = silent = 0
    until = min(end, as_of)
    for moves in by_journey(facts).values():
        place = "new"
        risk = went = quiet = False
        for move in moves:
            if move.at < start:
                place = move.after
                continue
            if move.at >= until:
                break
            risk = risk or place in PHASES
            went = went or (move.after == "lost" and move.exit == "churn")
            quiet = quiet or move.after == "lapsed"
            place = move.after
            risk = risk or place in PHASES
        risk = risk or place in PHASES
        at_risk += risk
        lost += went
        silent += quiet
    rows: tuple[Row, ...] = tuple(
        {"what": what, "journeys": count, "at_risk": at_risk, **share_columns(count, at_risk)}
        for what, count in (("lost (churn)", lost), ("silent", silent))
    )
    cut = ("log_ends",) if as_of < end else ()
    return Measure(
        "churn",
        "003",
        rows,
        WILSON,
        (*cut, "silence_windows"),
        {"start": start, "end": end, "at": as_of},
    )


def stuck(facts: Facts, visible: Visible, days: float, as_of: datetime) -> Measure:
    """Return which journeys have had no deed for longer than some days, and what is owed there."""
    owed: dict[Key, list[DutyFact]] = defaultdict(list)
    for duty in facts.duties:
        if duty.state == "owed":
            owed[duty.key].append(duty)
    rows: list[Row] = []
    for phase in PHASES:
        here = [one for one in facts.journeys if one.phase == phase and one.standing == "active"]
        still = [
            one
            for one in here
            if one.last_event is not None and as_of - one.last_event > timedelta(days=days)
        ]
        waiting = [duty for one in still for duty in owed[one.key]]
        overdue = Counter(duty.rule for duty in waiting if duty.due < as_of)
        seen = {rule: n for rule, n in sorted(overdue.items()) if rule in visible.duties}
        longest = max((as_of - one.last_event for one in still if one.last_event), default=None)
        rows.append(
            {
                "phase": phase,
                "active": len(here),
                "stuck": len(still),
                "longest": None if longest is None else longest / DAY,
                "owed": len(waiting),
                "overdue": sum(seen.values()),
                "not_observable": overdue.total() - sum(seen.values()),
                "overdue_by_rule": seen,
            }
        )
    return Measure(
        "stuck",
        "SPEC 9",
        tuple(rows),
        remarks=("overdue_blind",),
        named={"days": days},
    )


def obligations(facts: Facts, visible: Visible, chart: Chart, as_of: datetime) -> Measure:
    """Return what became of the obligations of each rule."""
    counts = Counter(
        (one.rule, "overdue" if one.state == "owed" and one.due < as_of else one.state)
        for one in facts.duties
    )
    rows: list[Row] = []
    for rule in (one.id for one in chart.obligations):
        on_time, late, overdue, dropped, waiting = (
            counts[rule, one] for one in ("on_time", "late", "overdue", "dropped", "owed")
        )
        blind = rule not in visible.duties
        judged = 0 if blind else on_time + late + overdue
        rows.append(
            {
                "rule": rule,
                "on_time": on_time,
                "late": late,
                "overdue": 0 if blind else overdue,
                "dropped": 0 if blind else dropped,
                "not_observable": overdue + dropped + waiting if blind else 0,
                "under_way": 0 if blind else waiting,
                **share_columns(on_time, judged),
            }
        )
    return Measure(
        "obligations",
        "000, 001",
        tuple(rows),
        WILSON,
        ("duties_blind",),
    )
