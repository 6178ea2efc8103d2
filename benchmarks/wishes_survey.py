"""Take one side of the survey that ``wishes.py`` measures, and tell what it took."""

import argparse
import json
from time import process_time
from typing import TypeAlias

import attrs
import numpy as np
import pandas as pd
from crowd import peak
from numpy.typing import NDArray
from relativeImp import relativeImp

from cxjourney.wishes import YesNo, items_by_prefix, map_wishes

Floats: TypeAlias = NDArray[np.float64]
ALL, JOHNSON = "cxjourney, whole classification", "relativeImp, Johnson alone"
OUTCOME, SAID = "satisfaction", "say_"
FEW = 1_000


@attrs.frozen
class Weighed:
    """What one classification of a survey took in a process of its own.

    Attributes:
        seconds: the processor seconds.
        rise: by how many bytes the peak of resident memory rose.
        johnson: the shares after Johnson.
    """

    seconds: float
    rise: int
    johnson: list[float]


def survey(rows: int, names: list[str], blank: float) -> pd.DataFrame:
    """Return a survey: ratings 1 to 5 that move together, statements, an outcome 0 to 10.

    It is made in parts, lest what making it takes hide what the classification takes.
    """
    columns = {name: np.empty(rows) for one in names for name in (one, SAID + one)}
    columns[OUTCOME] = np.empty(rows)
    chance = np.random.default_rng(0)
    for start in range(0, rows, FEW):
        part = slice(start, min(start + FEW, rows))
        fill({name: column[part] for name, column in columns.items()}, names, blank, chance)
    return pd.DataFrame(columns, copy=False)


def fill(
    columns: dict[str, Floats], names: list[str], blank: float, chance: np.random.Generator
) -> None:
    """Fill in some rows of the survey."""
    rows = len(columns[OUTCOME])
    common = chance.normal(size=rows)
    outcome = 6 + 2 * chance.normal(size=rows)
    for place, name in enumerate(names):
        rating = np.rint(3.5 + 0.6 * common + chance.normal(size=rows)).clip(1, 5)
        outcome += 0.2 * (rating - 3.5) * (place % 3)
        columns[name][:] = np.where(chance.random(rows) < blank, np.nan, rating)
        columns[SAID + name][:] = chance.random(rows) < (place + 1) / (len(names) + 2)
    columns[OUTCOME][:] = np.rint(outcome).clip(0, 10)


def whole(frame: pd.DataFrame, names: list[str]) -> list[float]:
    """Classify every wish of a survey; return the Johnson shares among all that is found."""
    items = items_by_prefix(names, said=SAID)
    found = map_wishes(frame, outcome=OUTCOME, items=items, statements=YesNo())
    return [finding.johnson or 0.0 for finding in found.values()]


def johnson_alone(frame: pd.DataFrame, names: list[str]) -> list[float]:
    """Return the Johnson shares by relativeImp."""
    shares: list[float] = relativeImp(frame, OUTCOME, names)["rawRelaImpt"].tolist()
    return shares


SIDES = {ALL: whole, JOHNSON: johnson_alone}


def weigh(rows: int, wishes: int, blank: float, side: str) -> None:
    """Take one side of a survey in this process and print what it took."""
    names = [f"wish_{number:02}" for number in range(wishes)]
    run = SIDES[side]
    run(survey(FEW, names, blank), names)  # Loads what is loaded at first use.
    frame = survey(rows, names, blank)
    before, began = peak(), process_time()
    johnson = run(frame, names)
    seconds = process_time() - began
    print(json.dumps(attrs.asdict(Weighed(seconds, peak() - before, johnson))))


def main() -> None:
    """Take the side that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, required=True, help="rows of the survey")
    parser.add_argument("--wishes", type=int, required=True, help="wishes of the survey")
    parser.add_argument("--blank", type=float, required=True, help="the part that is blank")
    parser.add_argument("--side", choices=SIDES, required=True, help="whose work it is")
    asked = parser.parse_args()
    weigh(asked.rows, asked.wishes, asked.blank, asked.side)


if __name__ == "__main__":
    main()
