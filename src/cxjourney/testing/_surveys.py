"""Surveys of customers with known truth: to see what a classifier of wishes makes of them.

A seed draws a population, and a survey asks some of its customers. What is true is worked out from
the population, never from the survey.
"""

import csv
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import MappingProxyType

import attrs
import numpy as np
from numpy.random import Generator, default_rng

from cxjourney.testing._populations import (
    ANSWERED,
    COMMENTED,
    MENTIONS,
    Crowd,
    Population,
    World,
    ask,
    state,
    truth,
)
from cxjourney.vocabulary._checks import check_type, check_whole
from cxjourney.vocabulary._terminal import Showable, brief
from cxjourney.wishes import Item, StatementForm, WishKind, classify, items_by_prefix
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._kinds import DELTA

OUTCOME, SAID = "satisfaction", "say_"


@attrs.frozen(eq=False)
class GeneratedSurvey(Showable):
    """A survey and what is true of the customers it asked.

    Attributes:
        world: how the customers are.
        columns: the table: arrays of floats by the names of the columns; blanks are NaN.
        outcome: the name of the outcome's column.
        items: the wishes and the names of their columns.
        statements: the form of the statements.
        truth: the kind of each wish, by what it is about: it adds value where its effect lies above
            0.05, and is said where its share lies above the convention of the form.
        effects: the best linear partial effect of each wish in the population, in standard
            deviations of the outcome for one standard deviation of fulfilment; exactly 0 where the
            outcome does not depend on the wish at all.
        shares: the share of customers who say each wish; of those who commented, where statements
            are open mentions.
        hidden: how strong the hidden cause is for each wish: the share of what is left unexplained
            that a cause of the same consequence would explain in the fulfilment and in the outcome
            alike, to be held against a finding's robustness; 0 in a world without one.
    """

    world: World
    columns: Mapping[str, Floats]
    outcome: str
    items: tuple[Item, ...]
    statements: StatementForm
    truth: Mapping[str, WishKind]
    effects: Mapping[str, float]
    shares: Mapping[str, float]
    hidden: Mapping[str, float]

    __repr__ = brief

    def write_csv(self, path: str | PathLike[str]) -> None:
        """Write the table as a CSV file with a head; blanks are empty.

        Raises:
            OSError: the file cannot be written.
        """
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            for row in zip(*self.columns.values(), strict=True):
                writer.writerow("" if np.isnan(cell) else f"{cell:g}" for cell in row)


def generate_survey(
    world: World = World.BASE, *, customers: int, seed: int, wishes: int = 12
) -> GeneratedSurvey:
    """Return a survey of a world; the same arguments give the same survey.

    The seed draws the population, so that surveys of one seed and of different sizes ask customers
    of one population. Fulfilment is rated 1 to 5, blank where a customer did not use what was asked
    about; the outcome is rated 0 to 10 or 1 to 7.

    Args:
        world: how the customers are.
        customers: how many are asked, from 1.
        seed: what the population and the customers are drawn by, from 0.
        wishes: how many wishes there are, from 2 to 99.

    Raises:
        InvalidError: an argument is not of its type or not within its bounds.

    >>> survey = generate_survey(customers=300, seed=1)
    >>> [survey.truth[about].name for about in ("wish_01", "wish_03", "wish_06")]
    ['DECEPTION', 'SUBCONSCIOUS', 'CONSCIOUS']
    """
    check_type("world", world, World)
    check_whole("customers", customers, 1, 10_000_000)
    check_whole("seed", seed, 0, 2**63)
    check_whole("wishes", wishes, 2, 99)
    population, effects, hidden = truth(world, wishes, seed)
    names = [f"wish_{number:02}" for number in range(1, wishes + 1)]
    random = default_rng([seed, list(World).index(world), customers])
    crowd = ask(population, customers, random, styled=population.plan.styled)
    said, value = population.shares > population.tau, effects > DELTA
    kinds = map(classify, said.tolist(), value.tolist())
    return GeneratedSurvey(
        world=world,
        columns=MappingProxyType(_table(population, crowd, names, random)),
        outcome=OUTCOME,
        items=items_by_prefix(names, said=SAID),
        statements=population.plan.form,
        truth=MappingProxyType(dict(zip(names, kinds, strict=True))),
        effects=_by_name(names, effects),
        shares=_by_name(names, population.shares),
        hidden=_by_name(names, hidden),
    )


def _by_name(names: Sequence[str], figures: Floats) -> Mapping[str, float]:
    return MappingProxyType(dict(zip(names, figures.tolist(), strict=True)))


def _table(
    population: Population, crowd: Crowd, names: Sequence[str], random: Generator
) -> dict[str, Floats]:
    """Return the columns of a survey."""
    said, commented = state(population, crowd, random)
    answered = random.random(crowd.outcome.size) < ANSWERED
    return {
        **dict(zip(names, crowd.ratings.T, strict=True)),
        **dict(zip([SAID + name for name in names], said.T, strict=True)),
        **({COMMENTED: commented} if population.plan.form == MENTIONS else {}),
        OUTCOME: np.where(answered, crowd.outcome, np.nan),
    }
