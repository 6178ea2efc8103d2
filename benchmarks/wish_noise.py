"""Print how often a wish without effect is called valuable where ratings are noisy or skipped.

Eight fulfilments correlate; four of them act on the outcome, alike, four do not. Each survey is
classified as it is, and with the noise and the skipped ratings told (``reliability``, ``blank``).
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, stdev

import attrs
import numpy as np
from numpy.typing import NDArray
from table import align

from cxjourney.wishes import WishMap, YesNo, items_by_prefix, map_wishes

Floats = NDArray[np.float64]
NAMES = [f"wish_{number}" for number in range(8)]
ACTING = np.arange(len(NAMES)) % 2 == 0
SLOPE = 0.25


@attrs.frozen
class Case:
    """A kind of survey.

    Attributes:
        together: the correlation of the fulfilments.
        reliability: the share of the ratings' variance that is no noise.
        skipped: the share of the ratings that are blank by chance.
    """

    together: float
    reliability: float = 1
    skipped: float = 0


CASES = (
    Case(0.35),
    Case(0.35, reliability=0.8),
    Case(0.35, reliability=0.65),
    Case(0.6, reliability=0.8),
    Case(0.6, reliability=0.65),
    Case(0.35, skipped=0.3),
    Case(0.35, skipped=0.6),
    Case(0.35, reliability=0.8, skipped=0.3),
)


def survey(case: Case, customers: int, seed: int) -> dict[str, Floats]:
    """Return a survey."""
    chance = np.random.default_rng([seed, CASES.index(case)])
    own = chance.normal(size=(customers, len(NAMES)))
    common = chance.normal(size=(customers, 1))
    felt = np.sqrt(case.together) * common + np.sqrt(1 - case.together) * own
    outcome = SLOPE * felt[:, ACTING].sum(axis=1) + chance.normal(size=customers)
    ratings = felt + np.sqrt(1 / case.reliability - 1) * chance.normal(size=felt.shape)
    ratings[chance.random(felt.shape) < case.skipped] = np.nan
    said = (chance.random(felt.shape) < 1 / 2).astype(np.float64)
    columns = dict(zip(NAMES, ratings.T, strict=True))
    columns |= {f"say_{name}": column for name, column in zip(NAMES, said.T, strict=True)}
    return columns | {"satisfaction": outcome}


def classified(columns: dict[str, Floats], case: Case, *, told: bool) -> WishMap:
    """Return the map of a survey, with or without a word on noise and skipping."""
    return map_wishes(
        columns,
        outcome="satisfaction",
        items=items_by_prefix(NAMES, said="say_"),
        statements=YesNo(),
        blank="skipped" if told else "unused",
        reliability=case.reliability if told else None,
    )


def lines(customers: int, surveys: int) -> Iterator[tuple[str, ...]]:
    """Yield the table."""
    yield (
        "correlation",
        "reliability",
        "skipped",
        "told",
        "zero effect called valuable",
        "effect of zero, mean",
        "acting, decided",
        "interval holds the effect",
    )
    for case in CASES:
        spread = np.sqrt(1 + SLOPE**2 * (4 + 12 * case.together))
        true = np.where(ACTING, SLOPE / spread, 0)
        for told in (False, True):
            found = [
                [one.classification.value for one in classified(table, case, told=told).values()]
                for table in (survey(case, customers, seed) for seed in range(surveys))
            ]
            says = np.array([[one.says is True for one in each] for each in found])
            effects = np.array([[one.estimate for one in each] for each in found])
            held = [
                one.interval is not None and one.interval.low <= effect <= one.interval.high
                for each in found
                for one, effect in zip(each, true.tolist(), strict=True)
            ]
            yield (
                f"{case.together:g}",
                f"{case.reliability:g}",
                f"{case.skipped:.0%}",
                "yes" if told else "no",
                f"{says[:, ~ACTING].mean():.3f}",
                f"{effects[:, ~ACTING].mean():.3f}",
                f"{says[:, ACTING].mean():.3f}",
                f"{np.mean(held):.3f}",
            )


def of_file(path: Path, outcome: str, draws: int) -> Iterator[tuple[str, ...]]:
    """Yield the mean effect on a survey in a file, as it is and with ratings blanked at random."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {
        name: np.array([float(row[name] or "nan") for row in rows], np.float64) for name in rows[0]
    }
    names = [name for name in columns if f"say_{name}" in columns]
    yield ("blanked at random", "blank", "effect, mean of all wishes", "standard error of draws")
    for share in (0.0, 0.3):
        for blank in ("unused", "skipped"):
            means = []
            for seed in range(draws if share else 1):
                chance = np.random.default_rng(seed)
                table = dict(columns)
                for name in names:
                    gone = chance.random(len(rows)) < share
                    table[name] = np.where(gone, np.nan, columns[name])
                found = map_wishes(
                    table,
                    outcome=outcome,
                    items=items_by_prefix(names, said="say_"),
                    statements=YesNo(),
                    blank=blank,
                )
                means.append(
                    mean(one.classification.value.estimate or 0.0 for one in found.values())
                )
            error = stdev(means) / len(means) ** 0.5 if len(means) > 1 else 0.0
            yield f"{share:.0%}", blank, f"{mean(means):.3f}", f"{error:.3f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1000, help="customers of each survey")
    parser.add_argument("--surveys", type=int, default=100, help="surveys of each kind")
    parser.add_argument("--file", type=Path, help="a CSV survey to blank ratings of, instead")
    parser.add_argument("--outcome", default="OVERALL", help="the outcome in that file")
    asked = parser.parse_args()
    if asked.file:
        print(align(list(of_file(asked.file, asked.outcome, asked.surveys))))
    else:
        print(align(list(lines(asked.customers, asked.surveys))))


if __name__ == "__main__":
    main()
