"""Measures of what customers say: scores, smileys, referrals, abandonment, feedback captured."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from cxjourney.measures._bounds import (
    BYAR,
    NEWCOMBE,
    WILSON,
    net_of_shares,
    rate_of,
    share_columns,
)
from cxjourney.measures._facts import DeedFact, Facts, Key
from cxjourney.measures._measure import Figure, Measure
from cxjourney.measures._stays import Stay
from cxjourney.measures._visible import Visible
from cxjourney.replay._figures import DAY
from cxjourney.vocabulary import Phase, Smiley

Row = dict[str, Figure]
PROMOTER, DETRACTOR = 9, 6
"""Who gives at least the one promotes; who gives at most the other detracts (003)."""
HUNDRED = 100.0
NOT_TOLD = "not told"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def score(name: str, answers: Iterable[int], under_way: int | None, *, seen: bool) -> Measure:
    """Return a net promoter score."""
    given = list(answers)
    up = sum(one >= PROMOTER for one in given)
    down = sum(one <= DETRACTOR for one in given)
    net = net_of_shares(up, down, len(given))
    value, low, high = (None, None, None) if net is None else (one * HUNDRED for one in net)
    row: Row = {
        "answers": len(given),
        "promoters": up,
        "passives": len(given) - up - down,
        "detractors": down,
        name: value,
        "low": low,
        "high": high,
        "under_way": under_way,
        "observable": seen,
    }
    return Measure(
        name,
        "003",
        (row,),
        NEWCOMBE,
        ("unanswered",) if under_way is not None else (),
    )


def smileys(deeds: Sequence[DeedFact], under_way: int, *, seen: bool) -> Measure:
    """Return the shares of the three smileys."""
    found = Counter(
        str(getattr(value, "value", value)).lower()
        for one in deeds
        if (value := one.payload.get("smiley")) is not None
    )
    names = [one.name.lower() for one in Smiley]
    answers = sum(found[name] for name in names)
    rows: tuple[Row, ...] = tuple(
        {
            "smiley": name,
            "answers": found[name],
            **share_columns(found[name], answers),
            "under_way": under_way,
            "observable": seen,
        }
        for name in names
    )
    return Measure(
        "smileys",
        "004",
        rows,
        WILSON,
    )


def influence(deeds: Sequence[DeedFact], *, seen: bool) -> Measure:
    """Return referrals, and what those who were referred bought."""
    referrers = {one.key[0] for one in deeds if one.event == "referred"}
    named = {
        one.payload["whom"]: one.at
        for one in reversed(deeds)
        if one.event == "referred" and one.payload.get("whom")
    }
    bought: dict[str | None, Counter[str]] = defaultdict(Counter)
    rows: list[Row] = []
    for one in deeds:
        who = one.key[0]
        if one.event == "purchased" and who in named and one.at >= named[who]:
            currency = one.payload.get("currency")
            bought[currency]["purchases"] += 1
            bought[currency]["cents"] += int((one.payload.get("amount") or 0) * 100)
    rows.extend(
        {
            "currency": currency,
            "purchases_of_referred": count["purchases"],
            "value_of_referred": count["cents"] / HUNDRED,
        }
        for currency, count in sorted(bought.items(), key=lambda item: item[0] or "")
    )
    head: Row = {
        "referrals": sum(one.event == "referred" for one in deeds),
        "referrers": len(referrers),
        "named": len(named),
    }
    return Measure(
        "influence",
        "002",
        tuple({**head, **row, "observable": seen} for row in rows or [_NOTHING]),
        remarks=("whom_named",),
    )


_NOTHING: Row = {"currency": None, "purchases_of_referred": 0, "value_of_referred": 0.0}


def new_advocates(
    facts: Facts, start: datetime, end: datetime, target: float, *, seen: bool
) -> Measure:
    """Return how many became advocates a day."""
    first: dict[Key, datetime] = {}
    for move in facts.moves:
        if move.after == "advocate":
            first.setdefault(move.key, move.at)
    count, days = sum(start <= at < end for at in first.values()), (end - start) / DAY
    value, low, high = rate_of(count, days)
    row: Row = {
        "advocates": count,
        "days": days,
        "a_day": value if seen else None,
        "low": low if seen else None,
        "high": high if seen else None,
        "target": target,
        "observable": seen,
    }
    return Measure(
        "new_advocates",
        "000",
        (row,),
        BYAR,
        named={"phase": Phase.ADVOCATE, "start": start, "end": end},
    )


def abandonment(deeds: Sequence[DeedFact], zone: ZoneInfo, by: str, *, seen: bool) -> Measure:
    """Return at which step, hour or weekday customers gave up, and why."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in deeds:
        if one.event == "abandoned":
            local = one.at.astimezone(zone)
            where = {
                "step": str(one.payload.get("step") or NOT_TOLD),
                "hour": f"{local.hour:02}",
                "weekday": WEEKDAYS[local.weekday()],
            }
            found[where[by]][str(one.payload.get("reason") or NOT_TOLD)] += 1
    total = sum(reasons.total() for reasons in found.values())
    rows: tuple[Row, ...] = tuple(
        {
            by: place,
            "abandoned": reasons.total(),
            **share_columns(reasons.total(), total),
            "reasons": dict(sorted(reasons.items())),
            "observable": seen,
        }
        for place, reasons in sorted(found.items(), key=lambda item: _order(by, item[0]))
    )
    return Measure(
        "abandonment",
        "004",
        rows,
        WILSON,
        ("reasons_of_log",),
        {"by": by, "zone": zone},
    )


def _order(by: str, place: str) -> tuple[int, str]:
    return (WEEKDAYS.index(place) if by == "weekday" else 0), place


def feedback_coverage(
    stays: Iterable[Stay], deeds: Sequence[DeedFact], visible: Visible
) -> Measure:
    """Return of how many exits from ACCOMPLISH there is feedback."""
    told: dict[Key, list[datetime]] = defaultdict(list)
    for one in deeds:
        if one.event == "feedback_captured":
            told[one.key].append(one.at)
    here = [one for one in stays if one.place == "accomplish"]
    gone = [one for one in here if one.seen]
    captured = sum(any(one.begin <= at <= one.until for at in told[one.key]) for one in gone)
    seen = visible.shows("feedback_captured")
    row: Row = {
        "exits": len(gone),
        "captured": captured,
        **share_columns(captured, len(gone) if seen else 0),
        "silent": sum(one.end == "silent" for one in here),
        "not_observable": 0 if seen else len(gone),
        "under_way": sum(one.end == "under way" for one in here),
    }
    return Measure(
        "feedback_coverage",
        "000",
        (row,),
        WILSON,
        named={"phase": Phase.ACCOMPLISH},
    )
