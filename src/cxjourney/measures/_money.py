"""Measures of money: what customers brought, what winning and losing one cost; by currency."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from cxjourney.measures._bounds import (
    FEWEST_OF_A_MEAN,
    NORMAL,
    WILSON,
    mean_columns,
    share_columns,
)
from cxjourney.measures._facts import DeedFact, Facts
from cxjourney.measures._measure import Figure, Measure

Row = dict[str, Figure]


CENTS = Decimal("0.01")
PROSPECT = "not_bought"
"""Why those left who never were customers."""


def money(amount: Decimal) -> str:
    """Return a sum as it is written, with two decimals at least."""
    whole = amount.quantize(CENTS) if amount == round(amount, 2) else amount.normalize()
    return f"{whole:f}"


def income(deeds: Sequence[DeedFact]) -> Measure:
    """Return what customers have brought so far."""
    sums: dict[str | None, dict[str, Decimal]] = defaultdict(dict)
    purchases: Counter[str | None] = Counter()
    unknown: Counter[str | None] = Counter()
    for one in deeds:
        if one.event == "purchased":
            currency, amount = one.payload.get("currency"), one.payload.get("amount")
            purchases[currency] += 1
            if amount is None:
                unknown[currency] += 1
            else:
                who = one.key[0]
                sums[currency][who] = sums[currency].get(who, Decimal(0)) + amount
    rows: list[Row] = []
    for currency in sorted(purchases, key=lambda one: one or ""):
        brought = [*sums[currency].values()]
        rows.append(
            {
                "currency": currency,
                "customers": len(brought),
                "seen": purchases[currency] - unknown[currency],
                "not_observable": unknown[currency],
                "sum": money(sum(brought, Decimal(0))),
                **mean_columns(brought),
            }
        )
    return Measure(
        "clv",
        "003",
        tuple(rows),
        NORMAL,
        ("amounts_unknown",),
        {"fewest": FEWEST_OF_A_MEAN},
    )


def acquisition_cost(
    deeds: Sequence[DeedFact], spend: Decimal, currency: str, start: datetime, end: datetime
) -> Measure:
    """Return what a new purchaser cost."""
    first = first_purchases(deeds)
    won = sum(start <= at < end for at in first.values())
    row: Row = {
        "spend": money(spend),
        "currency": currency,
        "new_purchasers": won,
        "cost": float(spend / won) if won else None,
    }
    return Measure(
        "acquisition_cost",
        "000",
        (row,),
        remarks=("first_purchase",),
        named={"start": start, "end": end},
    )


def loss_cost(
    facts: Facts,
    deeds: Sequence[DeedFact],
    cost: Decimal,
    expected: Decimal,
    currency: str,
    span: tuple[datetime, datetime],
) -> Measure:
    """Return what the customers who were lost cost."""
    start, end = span
    lost = {
        move.key[0]
        for move in facts.moves
        if move.after == "lost" and move.exit != PROSPECT and start <= move.at < end
    }
    paid: dict[str, Decimal] = dict.fromkeys(lost, Decimal(0))
    for one in deeds:
        who, payload = one.key[0], one.payload
        mine = one.event == "purchased" and who in lost and one.at < end
        if mine and payload.get("currency") == currency:
            paid[who] += payload.get("amount") or 0
    missed = sum((max(Decimal(0), expected - one) for one in paid.values()), Decimal(0))
    row: Row = {
        "currency": currency,
        "lost_customers": len(lost),
        "acquisition": money(cost * len(lost)),
        "income_not_received": money(missed),
        "cost": money(cost * len(lost) + missed),
    }
    return Measure(
        "loss_cost",
        "000",
        (row,),
        remarks=("costs_given",),
    )


def first_purchases(deeds: Sequence[DeedFact]) -> dict[str, datetime]:
    """Return when each customer bought for the first time."""
    first: dict[str, datetime] = {}
    for one in deeds:
        if one.event == "purchased":
            who = one.key[0]
            first[who] = min(first.get(who, one.at), one.at)
    return first


def staff_turnover(left: int, employed: int) -> Measure:
    """Return the share of the staff who left, as the caller counted them."""
    row: Row = {"left": left, "employed": employed, **share_columns(left, employed)}
    return Measure(
        "staff_turnover",
        "003",
        (row,),
        WILSON,
        ("staff_given",),
    )
