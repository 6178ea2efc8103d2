"""Tell which wishes of an airport's passengers are worth fulfilling, for two outcomes.

The survey is the 2017 SFO Customer Survey of San Francisco International Airport, to be had from
the city's open data at https://data.sfgov.org (DataSF). It is not part of this project. The file
that this example reads has a column of ratings for each wish (``FOOD``: 1 to 5, blank where it was
not used), a column that is 1 where the passenger's own comment asks for it (``say_FOOD``), one that
is 1 where the passenger left a comment at all (``commented``), the satisfaction with the airport as
a whole (``OVERALL``, 1 to 5) and how likely the passenger is to recommend it (``NETPRO``, 0 to 10).
Which wish a comment asks for is coding of our own.

    python examples/airport_wishes.py sfo2017_wishes.csv --plots .
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from cxjourney import map_wishes
from cxjourney.vocabulary import name
from cxjourney.wishes import Mentions, WishMap, items_by_prefix

WISHES = {
    "ART": "art and exhibitions",
    "FOOD": "food and drink",
    "STORE": "shops",
    "SIGN": "signs inside",
    "WALKWAYS": "escalators and walkways",
    "SCREENS": "flight screens",
    "WIFI": "Wi-Fi",
    "ROADS": "signs on the roads",
    "PARK": "parking",
    "AIRTRAIN": "train between terminals",
    "RENTAL": "car rental",
    "BOARDING": "clean boarding areas",
    "RESTROOM": "clean restrooms",
    "INFO": "information booths",
}
OUTCOMES = {"OVERALL": "satisfaction", "NETPRO": "recommendation"}


def read(path: Path) -> dict[str, list[float | None]]:
    """Read the survey: its columns by name, the outcomes by names that speak; a blank is None."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        OUTCOMES.get(column, column): [float(row[column]) if row[column] else None for row in rows]
        for column in rows[0]
    }


def changes(maps: Sequence[WishMap]) -> list[str]:
    """Tell of each wish that is of different kinds for different outcomes, where both are known."""
    lines = []
    for about in maps[0]:
        kinds = {one.outcome: one[about].classification.decision for one in maps}
        known = {outcome: kind for outcome, kind in kinds.items() if kind is not None}
        if len(set(known.values())) > 1:
            told = (f"{name(kind)} for {outcome}" for outcome, kind in known.items())
            lines.append(f"{about}: {', '.join(told)}")
    return lines


def main() -> None:
    """Print what the survey says for each outcome, and which kinds differ."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path, help="the survey, a CSV file")
    parser.add_argument("--plots", type=Path, help="a folder to write the maps to, as SVG")
    asked = parser.parse_args()
    table = read(asked.path)
    items = items_by_prefix(WISHES, said="say_")
    maps = [
        map_wishes(table, outcome=outcome, items=items, statements=Mentions("commented"))
        for outcome in OUTCOMES.values()
    ]
    for one in maps:
        print(one, end="\n\n")
        if asked.plots is not None:
            one.plot().figure.savefig(asked.plots / f"airport_{one.outcome}.svg")
    print("The kind changes with the outcome:", *changes(maps), sep="\n- ")


if __name__ == "__main__":
    main()
