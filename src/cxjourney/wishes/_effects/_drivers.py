"""The fulfilments of wishes as drivers of the outcome: one regression on all of them."""

from collections.abc import Sequence

import attrs
import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes._arrays import Codes, Floats
from cxjourney.wishes._effects._noise import can_be, correct
from cxjourney.wishes._effects._regression import (
    DEPENDENT,
    ROWS,
    Column,
    ColumnMoments,
    Design,
    Fit,
    fit,
    moments,
    usage,
)
from cxjourney.wishes._effects._skipped import complete
from cxjourney.wishes._effects._within import filled_within, used_within, within
from cxjourney.wishes._kinds import Criteria, Reason


def varies(column: Column, least: float) -> bool:
    """Return whether at least this share of the filled ratings differ from the most usual one."""
    ratings, enough = column.numbers, least * column.of.n
    if column.of.n == ratings.size and _differ(ratings, enough):
        return True
    known = ratings[~np.isnan(ratings)]
    different = known.size - np.unique(known, return_counts=True)[1].max(initial=0)
    return bool(different >= enough)


def _differ(ratings: Floats, enough: float) -> bool:
    """Return whether some of the first ratings show that enough differ from the most usual one.

    Whichever that is: it is the first one, or all of those that are the first one differ.
    """
    alike = others = 0
    for start in range(0, ratings.size, ROWS):
        part = ratings[start : start + ROWS]
        same = int(np.count_nonzero(part == ratings[0]))
        alike, others = alike + same, others + part.size - same
        if min(alike, others) >= enough:
            return True
    return False


@attrs.frozen(eq=False)
class Rated:
    """The rows of a survey that tell of effects.

    Attributes:
        ratings: the fulfilment of each wish, blanks as NaN; None for a wish without ratings.
        outcome: the outcome, without blanks.
        controls: other columns that the effects are taken net of, without blanks.
        weights: the weights, positive, that sum to the number of rows; None for all 1.
        clusters: the respondent of each row, from 0; None where each row is another's.
        reliability: the share of the variance of each wish's ratings that is no noise; None where
            nothing is known of it.
        steadiness: the share of the variance of the last control, a way of using scales, that is
            no chance, or NaN; None where no control is such.
        skipped: whether a blank rating was skipped, instead of that the wish was not used.
        model: how the outcome depends on the columns: ``linear``, ``logit`` or ``ordered``.
        within: whether what differs between respondents is taken out; each has several rows.
    """

    ratings: Sequence[Floats | None]
    outcome: Floats
    controls: Sequence[Floats] = ()
    weights: Floats | None = None
    clusters: Codes | None = None
    reliability: Floats | None = None
    steadiness: float | None = None
    skipped: bool = False
    model: str = "linear"
    within: bool = False

    @property
    def respondents(self) -> int:
        """How many rows there are."""
        if self.clusters is None or not self.clusters.size:
            return self.outcome.size
        return int(self.clusters.max()) + 1


@attrs.frozen
class Driver:
    """The fulfilment of one wish, as a driver of the outcome.

    Attributes:
        of: the mean and the spread of its ratings.
        place: which column of the regression it is, or None where it could not be one.
        doubt: why its effect cannot be told, or None.
    """

    of: ColumnMoments
    place: int | None
    doubt: Reason | None


@attrs.frozen(eq=False)
class Regressed:
    """The regression of a survey's outcome on the fulfilment of its wishes.

    The fulfilments come first among the columns, then what is held constant: who used what, and
    the controls.

    Attributes:
        drivers: one for each wish.
        outcome: the mean and the spread of the outcome.
        fit: the regression, or None where there are too few rows, or nothing varies.
        of_wishes: how many of the columns are fulfilments.
        steadied: whether a way of using scales is held constant, without the chance in it.
        rare: whether the outcome is the same in nearly all rows.
    """

    drivers: tuple[Driver, ...]
    outcome: ColumnMoments
    fit: Fit | None
    of_wishes: int
    steadied: bool = False
    rare: bool = False


def regress(rated: Rated, criteria: Criteria) -> Regressed:
    """Regress the outcome on the fulfilment of all wishes at once.

    A blank rating means that the customer did not use it. Such a row stands at the mean of those
    who did, and a column of its own tells who did, so that the effect is that among users (Allison
    2001, Missing Data, on values that cannot exist). Where it was skipped instead, it is filled
    with what the row's other ratings and the controls let expect. Within respondents, each one's
    mean is taken out of the outcome and of every column.

    Raises:
        InvalidError: the ratings correlate more than their reliabilities allow, or there is no
            logit of the outcome on them.
    """
    if rated.model == "logit" and not np.isin(rated.outcome, (0, 1)).all():
        raise InvalidError("outcome", "of other values than 0 and 1", "0 and 1 for a logit")
    weights = rated.weights
    columns = [
        None if values is None else Column(values, moments(values, weights))
        for values in rated.ratings
    ]
    outcome = Column(rated.outcome, moments(rated.outcome, weights))
    rare = not varies(outcome, criteria.min_varied)
    own = columns
    if rated.within and rated.clusters is not None:
        own, outcome, design, places = _design_within(columns, outcome, rated, rated.clusters)
        among, absorbed = None, rated.respondents - 1
    else:
        (design, places, among), absorbed = _design(columns, outcome, rated), 0
    few = _counted(rated) - 1 - len(design.columns) < criteria.min_freedom
    tells = not few and outcome.of.spread > 0 and bool(design.columns)
    fitted = fit(design, rated.clusters, absorbed) if tells else None
    reliability = np.ones(len(design.columns))
    if rated.reliability is not None:
        used = [(wish, place) for wish, place in enumerate(places) if place is not None]
        for wish, place in used:
            reliability[place] = rated.reliability[wish]
    hinges = {} if fitted is None else _hinges(design, fitted, criteria)
    steady = None if fitted is None else _steadied(rated, fitted, reliability, among)
    reliability = reliability if steady is None else steady
    if fitted is not None and (among is not None or (reliability < 1).any()):
        fitted = correct(design, fitted, reliability, among, rated.clusters)
    if fitted is not None and rated.model != "linear":
        inner = load("cxjourney.wishes._effects._choice")
        fitted = inner.choice(design, fitted, rated.clusters, rated.model)
    drivers = tuple(
        Driver(
            of=_of(column, place, design, reliability),
            place=place if fitted else None,
            doubt=Reason.FEW_ROWS
            if few
            else _doubt(one, criteria)
            or _common_doubt(outcome, fitted, place)
            or hinges.get(place),
        )
        for column, one, place in zip(columns, own, places, strict=True)
    )
    count = sum(place is not None for place in places)
    return Regressed(drivers, outcome.of, fitted, count, steadied=steady is not None, rare=rare)


LEAST_STEADY = 0.1
"""A way of using scales is cleared of chance where this much of its variance at least is none, and
as much more than the other columns explain of it."""


def _steadied(
    rated: Rated, fitted: Fit, reliability: Floats, among: Floats | None
) -> Floats | None:
    """Return the reliabilities with that of a way of using scales, the last column, among them.

    None where there is none, or the columns allow of none.
    """
    if rated.steadiness is None or rated.within or rated.model != "linear":
        return None
    explained = 1 - 1 / float(fitted.inflation[-1])
    steady = np.append(reliability[:-1], rated.steadiness)
    if not (fitted.identified[-1] and rated.steadiness - explained >= LEAST_STEADY):
        return None
    return steady if can_be(fitted.correlations if among is None else among, steady) else None


def _hinges(design: Design, fitted: Fit, criteria: Criteria) -> dict[int | None, Reason]:
    """Return the columns that others come so near that a few rows alone tell of their effects.

    Those rows' errors are too few to tell how far off the effects may be. The number of rows is
    Kish's, ``sum(z^2)^2 / sum(z^4)`` of what is left of a column beside the others.
    """
    near = np.flatnonzero(fitted.identified & (fitted.inflation > criteria.max_vif))
    if not near.size:
        return {}
    rest = np.linalg.pinv(fitted.correlations, rcond=DEPENDENT, hermitian=True)[near]
    squares, fourths = np.zeros((2, near.size))
    for block in design.blocks():
        left = (rest @ block.x) ** 2
        squares += left.sum(axis=1)
        fourths += (left**2).sum(axis=1)
    few = squares**2 / fourths < criteria.min_freedom
    return dict.fromkeys(near[few].tolist(), Reason.COLLINEAR)


def _counted(rated: Rated) -> int:
    """Return how many answers there are to tell effects by: of a logit, those of the rarer kind."""
    if rated.model != "logit":
        return rated.respondents
    ones = int(np.count_nonzero(rated.outcome))
    return min(ones, rated.outcome.size - ones, rated.respondents)


def _of(
    column: Column | None, place: int | None, design: Design, reliability: Floats
) -> ColumnMoments:
    """Return the mean of a wish's ratings, and their spread without what is noise."""
    if column is None or place is None:
        return ColumnMoments(0.0, 0.0, 0) if column is None else column.of
    spread = design.columns[place].of.spread * float(np.sqrt(reliability[place]))
    return attrs.evolve(column.of, spread=spread)


def _design(
    columns: Sequence[Column | None], outcome: Column, rated: Rated
) -> tuple[Design, list[int | None], Floats | None]:
    """Return the columns that vary, and where each wish's fulfilment is among them.

    Where blanks were filled, the correlations of all columns as if none had been blank stand last.
    """
    controls = [Column(values, moments(values, rated.weights)) for values in rated.controls]
    own = [column for column in columns if column is not None and column.of.spread]
    filled = [column for column in columns if column is not None and column.of.n]
    partly = [column for column in filled if column.of.n < rated.outcome.size]
    steady = [column for column in controls if column.of.spread]
    count = iter(range(len(own)))
    places = [
        next(count) if column is not None and column.of.spread else None for column in columns
    ]
    varying = [*own, *steady]
    if rated.skipped and partly and varying:
        whole = complete([column.numbers for column in varying], rated.weights)
        pairs = zip(whole.columns, whole.of, strict=True)
        every = [Column(numbers, of) for numbers, of in pairs]
        return Design(every, outcome, rated.weights), places, whole.correlations
    held = [*(usage(column, rated.weights) for column in partly), *steady]
    return Design([*own, *held], outcome, rated.weights), places, None


def _design_within(
    columns: Sequence[Column | None], outcome: Column, rated: Rated, clusters: Codes
) -> tuple[list[Column | None], Column, Design, list[int | None]]:
    """Return the ratings and the outcome within respondents, the design, and who is where in it."""
    weights = rated.weights
    own = [None if one is None else within(one, clusters, weights) for one in columns]
    told = [
        filled_within(column, one, clusters, weights)
        for column, one in zip(columns, own, strict=True)
        if column is not None and one is not None and one.of.spread
    ]
    count = iter(range(len(told)))
    places = [next(count) if one is not None and one.of.spread else None for one in own]
    partly = [one for one in columns if one is not None and 0 < one.of.n < one.numbers.size]
    controls = (Column(values, moments(values, weights)) for values in rated.controls)
    held = [
        *(used_within(one, clusters, weights) for one in partly),
        *(within(one, clusters, weights) for one in controls),
    ]
    net = within(outcome, clusters, weights)
    every = [*told, *(one for one in held if one.of.spread)]
    return own, net, Design(every, net, weights), places


def _doubt(column: Column | None, criteria: Criteria) -> Reason | None:
    """Return why ratings can show no effect, whatever the other columns, or None."""
    if column is None or not column.of.n:
        return Reason.NOT_RATED
    if column.of.n - 2 < criteria.min_freedom:
        return Reason.FEW_ROWS
    if not column.of.spread or not varies(column, criteria.min_varied):
        return Reason.HARDLY_VARIES
    return None


def _common_doubt(outcome: Column, fitted: Fit | None, place: int | None) -> Reason | None:
    """Return why ratings show no effect beside the other columns, or None."""
    if not outcome.of.spread:
        return Reason.CONSTANT_OUTCOME
    known = fitted is None or place is None or fitted.identified[place]
    return None if known else Reason.COLLINEAR
