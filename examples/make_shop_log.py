"""Writes the log of a made-up furniture shop, which ``cxjourney replay --example`` replays.

    python examples/make_shop_log.py > src/cxjourney/cli/_examples/shop_log.csv

Nobody in it is real. Sixty people ask, buy, assemble, praise, complain, come back or do not.
"""

import csv
import sys
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

PEOPLE = 60
OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)
COLUMNS = ("customer", "at", "activity", "detail")
Line = tuple[datetime, str, str]


class Deed(NamedTuple):
    """What may happen, how likely, after how many hours, with what detail, and what then."""

    activity: str
    chance: float
    hours: tuple[float, float]
    details: tuple[str, ...] = ("",)
    then: tuple["Deed", ...] = ()
    ends: bool = False


SCORES = ("5", "7", "8", "9", "9", "10", "10")
LARGE, SMALL = (tuple(f"{n}9.00" for n in range(*ends)) for ends in ((15, 180), (5, 60)))
STORY = (
    Deed("told_need", 0.7, (1, 60), ("needs a table", "needs a bed", "needs a sofa")),
    Deed(
        "question",
        0.4,
        (1, 40),
        ("does it fit through the door",),
        (Deed("answer", 0.85, (1, 30), ("yes, in two parts",)),),
    ),
    Deed("no_thanks", 0.15, (24, 200), ends=True),
    Deed("order", 0.95, (2, 150), LARGE),
    Deed("welcome_letter", 0.75, (1, 20)),
    Deed("cancelled", 0.1, (5, 60), ends=True),
    Deed("delivery", 1, (48, 240)),
    Deed("assembled", 0.9, (2, 90)),
    Deed("complaint", 0.15, (5, 100), ("a leg is loose",), (Deed("repaired", 0.7, (5, 90)),)),
    Deed("happy", 0.85, (60, 300)),
    Deed("survey_sent", 0.85, (10, 100), then=(Deed("survey_answer", 0.8, (2, 100), SCORES),)),
    Deed(
        "order",
        0.65,
        (100, 500),
        SMALL,
        (
            Deed("delivery", 1, (48, 200)),
            Deed("thank_you_gift", 0.7, (20, 90)),
            Deed("recommended", 0.6, (50, 500)),
        ),
    ),
)
"""What may happen in the shop after a visit, in order."""


def life(
    chance: Random, at: datetime, story: tuple[Deed, ...]
) -> Generator[Line, None, datetime | None]:
    """Yield what happens with one customer; return when it ended, or None where all is over."""
    for deed in story:
        if chance.random() < deed.chance:
            at += timedelta(hours=round(chance.uniform(*deed.hours), 1))
            yield at, deed.activity, chance.choice(deed.details)
            after = yield from life(chance, at, deed.then)
            if deed.ends or after is None:
                return None
            at = after
    return at


def main() -> None:
    """Print the log, in the order of its times."""
    chance = Random(2026)  # noqa: S311 - made-up people, not secrets
    lines = []
    for number in range(1, PEOPLE + 1):
        at = OPENED + timedelta(days=chance.randint(0, 120), minutes=chance.randint(0, 480))
        told = [(at, "visited_shop", ""), *life(chance, at, STORY)]
        lines += [(when, f"C{number:03}", activity, detail) for when, activity, detail in told]
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(COLUMNS)
    written.writerows(
        (customer, f"{at:%Y-%m-%dT%H:%M:%S+00:00}", activity, detail)
        for at, customer, activity, detail in sorted(lines)
    )


if __name__ == "__main__":
    main()
