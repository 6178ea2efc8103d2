"""The populations that generated surveys ask: how they answer, and what is true of them."""

import math
from enum import Enum, unique
from functools import lru_cache

import attrs
import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from scipy.special import ndtr

from cxjourney.wishes import Mentions, Ratings, StatementForm, YesNo
from cxjourney.wishes._arrays import Floats

COMMENTED = "commented"
"""The column that tells who left a comment at all."""

# How the worlds are made; none of it was measured.
RATING = (1, 5)
CENTRE, SPREAD = (3.2, 4.2), (0.7, 1.0)  # of the fulfilment of a wish, in points of its rating
USED = (0.6, 0.98)  # how many rate a wish
VALUABLE = (0.06, 0.4)  # slopes, in standard deviations of what else acts on the outcome
SLIGHT, SLIGHTLY = 0.2, 0.045  # how many of the other wishes act nonetheless, up to what slope
MIDDLE, HIGH, STEP = 0.7, 0.92, 0.17  # the outcome's mean and spread, in lengths of its scale
PULL, PUSH = 0.2, 0.5  # the hidden cause: its share of a fulfilment, its slope on the outcome
SHIFT, STRETCH = 0.5, 0.25  # how far ways of rating differ
MENTION, RARELY, OFTEN = -2.8, 0.8, 0.6  # shares of mentions: logarithmic mean and spread; most
ANSWERED = 0.97  # how many answer a question that concerns them all
COMMENTING = 0.5  # how many leave a comment
CENTRAL, OPINION = 3.5, 0.8  # importance: its mean, and how far customers differ on it, in points


@unique
class World(Enum):
    """How the customers of a generated survey are.

    BASE: half of the wishes add value; fulfilments correlate at r = .3; open mentions.
    HALO: fulfilments correlate at r = .6.
    FEW_VALUABLE, MOST_VALUABLE, NONE_VALUABLE: few, most or none of the wishes add value.
    NEARLY_ALL_STATED: most customers say nearly every wish when asked yes or no.
    RATING_STYLES: each customer uses every scale in a way of their own, shifted and stretched, the
    outcome's too; what they say are ratings of importance.
    CONFOUNDED: a hidden cause moves a third of the fulfilments and the outcome.
    NON_LINEAR: basic wishes hurt where they are not fulfilled, excitement wishes please where they
    are; nothing else of a fulfilment acts.
    DOMINATED: one wish towers above a few that are worth somewhat more than the threshold.
    ALL_SMALL: every wish has a small effect, about half of them below the threshold.
    ALIKE: as in real surveys, every effect lies in a narrow band about and above the threshold.
    LED, RULED: as DOMINATED, but the first wish towers half as high, or twice.
    CEILING: most customers are so satisfied that many give the most points there are.
    UNEQUAL: some outcomes scatter far more than others.
    HEAVY_TAILS: a few outcomes lie far off.
    """

    BASE = "base"
    HALO = "halo"
    FEW_VALUABLE = "few-valuable"
    MOST_VALUABLE = "most-valuable"
    NONE_VALUABLE = "none-valuable"
    NEARLY_ALL_STATED = "nearly-all-stated"
    RATING_STYLES = "rating-styles"
    CONFOUNDED = "confounded"
    NON_LINEAR = "non-linear"
    DOMINATED = "dominated"
    ALL_SMALL = "all-small"
    ALIKE = "alike"
    LED = "led"
    RULED = "ruled"
    CEILING = "ceiling"
    UNEQUAL = "unequal"
    HEAVY_TAILS = "heavy-tails"


@attrs.frozen
class WorldPlan:
    """What sets a world apart.

    Attributes:
        form: the form of the statements.
        scale: the lowest and the highest outcome.
        correlation: of the fulfilments.
        valuable: how many of the wishes act on the outcome.
        slopes: from what to what slope those do, in standard deviations of what else acts on it.
        tower: the slope of the first wish where it towers above the others, or 0.
        said: how many of the wishes most customers say, asked yes or no.
        styled: whether each customer has a way of rating.
        confounded: whether there is a hidden cause.
        kinked: whether wishes act only while not fulfilled, or only once they are.
        middle: the outcome's mean, in lengths of its scale.
        uneven: how far the logarithm of the scatter of chance varies.
        freedom: the degrees of freedom of chance, which is Student's t; 0 for a normal one.
    """

    form: StatementForm
    scale: tuple[int, int]
    correlation: float = 0.3
    valuable: float = 0.5
    slopes: tuple[float, float] = VALUABLE
    tower: float = 0
    said: float = 0.5
    styled: bool = False
    confounded: bool = False
    kinked: bool = False
    middle: float = MIDDLE
    uneven: float = 0
    freedom: int = 0


MENTIONS, YES_NO, RATINGS = Mentions(COMMENTED), YesNo(), Ratings()
TEN, SEVEN = (0, 10), (1, 7)
PLANS = {
    World.BASE: WorldPlan(MENTIONS, TEN),
    World.HALO: WorldPlan(YES_NO, TEN, correlation=0.6),
    World.FEW_VALUABLE: WorldPlan(MENTIONS, SEVEN, valuable=0.15),
    World.MOST_VALUABLE: WorldPlan(YES_NO, TEN, valuable=0.85),
    World.NONE_VALUABLE: WorldPlan(MENTIONS, SEVEN, valuable=0),
    World.NEARLY_ALL_STATED: WorldPlan(YES_NO, TEN, said=0.92),
    World.RATING_STYLES: WorldPlan(RATINGS, SEVEN, styled=True),
    World.CONFOUNDED: WorldPlan(YES_NO, TEN, confounded=True),
    World.NON_LINEAR: WorldPlan(MENTIONS, SEVEN, kinked=True),
    World.DOMINATED: WorldPlan(MENTIONS, TEN, valuable=0.25, slopes=(0.15, 0.3), tower=1.6),
    World.ALL_SMALL: WorldPlan(MENTIONS, TEN, valuable=1, slopes=(0, 0.11)),
    World.ALIKE: WorldPlan(MENTIONS, TEN, valuable=1, slopes=(0.06, 0.25)),
    World.LED: WorldPlan(MENTIONS, TEN, valuable=0.25, slopes=(0.15, 0.3), tower=0.8),
    World.RULED: WorldPlan(MENTIONS, TEN, valuable=0.25, slopes=(0.15, 0.3), tower=3.2),
    World.CEILING: WorldPlan(MENTIONS, TEN, middle=HIGH),
    World.UNEQUAL: WorldPlan(MENTIONS, TEN, uneven=0.7),
    World.HEAVY_TAILS: WorldPlan(MENTIONS, SEVEN, freedom=4),
}


@attrs.frozen(eq=False)
class Population:
    """What is so for all customers of a world; the arrays have a figure a wish.

    Attributes:
        plan: what sets the world apart.
        centres: the mean of the fulfilment, in points of its rating.
        spreads: its standard deviation.
        used: the share of customers who used what the wish is about.
        slopes: what a standard deviation of fulfilment does to the outcome, in standard deviations
            of chance.
        moved: whether the hidden cause moves the fulfilment.
        basic: whether the wish acts only while it is not fulfilled, where the world is kinked.
        appeal: how much more important than others it is, in points.
        shares: the share of customers who say it.
    """

    plan: WorldPlan
    centres: Floats
    spreads: Floats
    used: Floats
    slopes: Floats
    moved: NDArray[np.bool_]
    basic: NDArray[np.bool_]
    appeal: Floats
    shares: Floats

    @property
    def acts(self) -> NDArray[np.bool_]:
        """Whether the outcome depends on the wish, if only in its scatter, which the scale cuts."""
        acts: NDArray[np.bool_] = self.slopes != 0
        acts[0] |= self.plan.uneven > 0
        return acts

    @property
    def tau(self) -> float:
        """The share above which a wish is said, by the convention of the form."""
        return float(self.shares.mean()) if self.plan.form == MENTIONS else 0.5


def populate(world: World, wishes: int, random: Generator) -> Population:
    """Draw a population."""
    plan = PLANS[world]
    acting = random.random(wishes) < plan.valuable
    slight = random.random(wishes) < SLIGHT
    strong, weak = random.uniform(*plan.slopes, wishes), random.uniform(-SLIGHTLY, SLIGHTLY, wishes)
    if plan.tower:
        acting[0], strong[0] = True, plan.tower
    appeal = random.normal(0, OPINION / 2, wishes)
    return Population(
        plan=plan,
        centres=random.uniform(*CENTRE, wishes),
        spreads=random.uniform(*SPREAD, wishes),
        used=random.uniform(*USED, wishes),
        slopes=np.where(acting, strong, slight * weak),
        moved=plan.confounded & (random.permutation(wishes) % 3 == 0),
        basic=random.permutation(wishes) % 2 == 0,
        appeal=appeal,
        shares=_shares(plan, appeal, random),
    )


def _shares(plan: WorldPlan, appeal: Floats, random: Generator) -> Floats:
    """Return the share of customers who say each wish."""
    size = appeal.size
    if plan.form == MENTIONS:
        return np.exp(random.normal(MENTION, RARELY, size)).clip(max=OFTEN)
    if plan.form == YES_NO:
        said = random.random(size) < plan.said
        return np.where(said, random.uniform(0.5, 0.95, size), random.uniform(0.05, 0.5, size))
    # The share of customers to whom it is more important than their wishes are on average.
    shares: Floats = ndtr((appeal - appeal.mean()) / (OPINION * np.sqrt(1 - 1 / size)))
    return shares


@attrs.frozen(eq=False)
class Crowd:
    """Customers of a population; the arrays have a row a customer.

    Attributes:
        ratings: the fulfilment of each wish as rated; NaN where it was not used.
        outcome: the outcome as rated.
        hidden: the hidden cause.
        chance: what else acts on the outcome.
        shift: how much higher than others the customer rates, in standard deviations.
        stretch: how much wider.
    """

    ratings: Floats
    outcome: Floats
    hidden: Floats
    chance: Floats
    shift: Floats
    stretch: Floats


def ask(population: Population, customers: int, random: Generator, *, styled: bool) -> Crowd:
    """Draw customers; without ``styled`` they all have the same way of rating."""
    plan, size = population.plan, (customers, population.slopes.size)
    one = (customers, 1)
    shift = styled * SHIFT * random.standard_normal(one)
    stretch = np.exp(styled * STRETCH * random.standard_normal(one))
    hidden, chance = random.standard_normal(one), random.standard_normal(one)
    felt = np.sqrt(1 - plan.correlation) * random.standard_normal(size)
    felt += np.sqrt(plan.correlation) * random.standard_normal(one)
    if plan.freedom:
        squares = random.chisquare(plan.freedom, one)
        chance *= np.sqrt((plan.freedom - 2) / squares)
    if plan.uneven:
        # Its scatter rises with what the first wish does for the customer; its variance stays 1.
        chance *= np.exp(plan.uneven * felt[:, :1] - plan.uneven**2)
    pull = PULL * population.moved
    felt = np.sqrt(1 - pull) * felt + np.sqrt(pull) * hidden
    used = random.random(size) < population.used
    acting = np.where(used, _acting(population, felt), 0) @ population.slopes[:, None]
    score = acting + plan.confounded * PUSH * hidden + chance
    return Crowd(
        ratings=np.where(used, _tick(population, stretch * felt + shift), np.nan),
        outcome=_rate(population, stretch * score + shift)[:, 0],
        hidden=hidden[:, 0],
        chance=chance[:, 0],
        shift=shift[:, 0],
        stretch=stretch[:, 0],
    )


def _acting(population: Population, felt: Floats) -> Floats:
    """Return what of a fulfilment acts on the outcome: the rating in the common way of rating."""
    lived = (_tick(population, felt) - population.centres) / population.spreads
    if not population.plan.kinked:
        return lived
    return 2 * np.where(population.basic, lived.clip(max=0), lived.clip(min=0))


def _tick(population: Population, felt: Floats) -> Floats:
    """Return a fulfilment, in standard deviations, as a rating."""
    return np.rint(population.centres + population.spreads * felt).clip(*RATING)


def _rate(population: Population, score: Floats) -> Floats:
    """Return scores on the outcome's scale."""
    low, high = population.plan.scale
    slopes, r = population.slopes, population.plan.correlation
    variance = 1 + r * float(slopes.sum()) ** 2 + (1 - r) * float(slopes @ slopes)
    rated = low + (high - low) * (population.plan.middle + STEP * score / math.sqrt(variance))
    return np.rint(rated).clip(low, high)


def state(population: Population, crowd: Crowd, random: Generator) -> tuple[Floats, Floats]:
    """Return what customers say of each wish, and who left a comment at all."""
    size = (crowd.outcome.size, population.shares.size)
    commented = _happens(COMMENTING, (size[0], 1), random)
    if population.plan.form == RATINGS:
        opinion = population.appeal + OPINION * random.standard_normal(size)
        said = CENTRAL + crowd.stretch[:, None] * opinion + OPINION * crowd.shift[:, None]
        said = np.rint(said).clip(*RATING)
    else:
        said = _happens(population.shares, size, random)
        if population.plan.form == MENTIONS:
            said *= commented
        else:
            said[_happens(ANSWERED, size, random) == 0] = np.nan
    return said, commented[:, 0]


def _happens(shares: float | Floats, size: tuple[int, int], random: Generator) -> Floats:
    """Return 1 where something happens that has a probability, else 0."""
    return (random.random(size) < shares).astype(np.float64)


CROWD = 50_000
"""Customers asked to work out what is true of a population: effects to a standard error of .002."""


@lru_cache(maxsize=64)
def truth(world: World, wishes: int, seed: int) -> tuple[Population, Floats, Floats]:
    """Return a population and, a wish, the effect and how strong the hidden cause is.

    Effects are the best linear partial ones on the outcome, in standard deviations of either;
    exactly 0 where the outcome does not depend on the wish.
    """
    random = default_rng([seed, list(World).index(world)])
    population = populate(world, wishes, random)
    crowd = ask(population, CROWD, random, styled=False)
    spreads = np.nanstd(crowd.ratings, axis=0)
    drivers = np.column_stack(
        [
            np.nan_to_num(crowd.ratings - np.nanmean(crowd.ratings, axis=0)),
            ~np.isnan(crowd.ratings),
            crowd.hidden,
        ]
    )
    # Chance goes along with nothing else: held as well, it changes no slope and leaves less noise.
    slopes = _slopes(np.column_stack([drivers, crowd.chance]), crowd.outcome)[:wishes]
    effects = np.where(population.acts, slopes * spreads / crowd.outcome.std(), 0)
    confounded = population.plan.confounded
    hidden = _strength(drivers, crowd.outcome)[:wishes] if confounded else np.zeros(wishes)
    return population, effects, hidden


def _slopes(drivers: Floats, outcome: Floats) -> Floats:
    """Return the slopes of least squares."""
    size = drivers.shape[1]
    moments = np.cov(drivers, outcome, rowvar=False)
    slopes = np.linalg.solve(moments[:size, :size], moments[:size, size])
    return np.asarray(slopes, np.float64)


def _strength(drivers: Floats, outcome: Floats) -> Floats:
    """Return how strong the last driver is as a hidden cause for each, on the scale of robustness.

    A cause that explains the share ``d`` of what is left of a fulfilment, and ``y`` of what is left
    of the outcome, does as much as one that explains the share ``s`` of either, where
    ``s**2 / (1 - s) == y * d / (1 - d)`` (Cinelli and Hazlett 2020, sections 4.1 and 4.2).
    """
    of_fulfilment = _explained(drivers)
    of_outcome = _explained(np.column_stack([outcome, drivers]))[0]
    odds = of_outcome * of_fulfilment / (1 - of_fulfilment)
    return np.asarray((np.sqrt(odds * (odds + 4)) - odds) / 2, np.float64)


def _explained(columns: Floats) -> Floats:
    """Return the share that the last column explains of what the others leave of each of them."""
    precision = np.linalg.inv(np.cov(columns, rowvar=False))
    last, others = precision[-1], np.diag(precision)[:-1]
    return np.asarray(last[:-1] ** 2 / (last[-1] * others), np.float64)
