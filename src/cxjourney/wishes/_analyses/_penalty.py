"""Basic wishes and wishes that excite, by penalties and rewards."""

from collections.abc import Mapping, Sequence
from enum import Enum, unique
from typing import TYPE_CHECKING

import attrs
import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import MANY, check_number
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._effects._drivers import Rated, regress
from cxjourney.wishes._effects._posterior import Z95
from cxjourney.wishes._items import Item
from cxjourney.wishes._kinds import Criteria, Interval
from cxjourney.wishes._survey._statement_forms import YesNo
from cxjourney.wishes._survey._survey_table import Asked, read_sheet

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame


@unique
class Factor(Enum):
    """How a wish acts on the outcome (Brandt 1987; Matzler and Sauerwein 2002).

    BASIC: badly fulfilled it costs more than it brings when well fulfilled. EXCITEMENT: the other
    way round. PERFORMANCE: it does as much either way. UNCLEAR: neither the penalty nor the reward
    can be told from chance, nor their difference.
    """

    BASIC = "basic"
    PERFORMANCE = "performance"
    EXCITEMENT = "excitement"
    UNCLEAR = "unclear"


@attrs.frozen
class Contrast:
    """What a wish costs where it is badly fulfilled, and what it brings where it is well so.

    Both are in points of the outcome, against the ratings between, all other wishes held constant.

    Attributes:
        about: what the wish is about.
        penalty: the effect of a bad rating, usually below 0.
        penalty_interval: where it lies with a confidence of 95 %.
        reward: the effect of a good rating.
        reward_interval: where it lies with a confidence of 95 %.
        asymmetry: the reward and the penalty summed: below 0 the penalty is larger.
        asymmetry_interval: where that lies with a confidence of 95 %.
        factor: how the wish acts.
    """

    about: str
    penalty: float
    penalty_interval: Interval
    reward: float
    reward_interval: Interval
    asymmetry: float
    asymmetry_interval: Interval
    factor: Factor


def penalty_reward(
    table: "IntoFrame | Mapping[str, object]",
    *,
    outcome: str,
    items: Sequence[Item],
    low: float,
    high: float,
    controls: Sequence[str] = (),
) -> tuple[Contrast, ...]:
    """Return what each wish costs badly fulfilled, and what it brings well fulfilled.

    One regression holds for each wish whether its rating is bad and whether it is good
    (penalty-reward contrasts; Brandt 1987), and who used it. Errors are robust (HC3).

    Args:
        table: a row an answer, of any kind that ``map_wishes`` takes.
        outcome: the column of the outcome.
        items: the wishes and their columns; each has a rating.
        low: a rating of at most this is bad, such as 2 of 5.
        high: a rating of at least this is good, such as 5 of 5.
        controls: columns that the effects are taken net of.

    Raises:
        FaultsError: the table or its columns are not as asked for.
        InvalidError: a wish has no rating, or none of its ratings is bad, good or between, or
            there are too few rows, or ``low`` is not below ``high``.
    """
    check_number("low", low, -MANY, MANY)
    check_number("high", high, -MANY, MANY)
    if low >= high:
        raise InvalidError("low", f"{low:g} with a high of {high:g}", "a number below it")
    items = [attrs.evolve(item, said=None, worst=None) for item in items]
    sheet = read_sheet(table, Asked(outcome, items, YesNo(), controls=controls))
    ratings = []
    for item in items:
        if item.rating is None:
            raise InvalidError("items", "a wish without a rating", "a rating for each")
        ratings.append(sheet.numbers[item.rating])
    held = [sheet.numbers[name] for name in controls]
    told = ~np.isnan(sheet.numbers[outcome])
    told &= ~np.isnan(np.column_stack([*held, np.zeros(sheet.rows)])).any(axis=1)
    told &= ~np.isnan(np.column_stack(ratings)).all(axis=1)
    columns = [_marked(column[told], low, high) for column in ratings]
    rated = Rated(
        [mark for pair in columns for mark in pair],
        sheet.numbers[outcome][told],
        [column[told] for column in held],
    )
    found = regress(rated, Criteria(min_varied=0))
    fit = found.fit
    if fit is None or not fit.identified[: found.of_wishes].all():
        raise InvalidError("table", f"{rated.outcome.size} rows that can be used", "more rows")
    spreads = np.array([driver.of.spread for driver in found.drivers])
    points = found.outcome.spread / spreads
    size = len(spreads)
    effects = fit.coefficients[:size] * points
    covariance = fit.covariance[:size, :size] * np.outer(points, points)
    return tuple(
        _contrast(item.wish.about, effects[at : at + 2], covariance[at : at + 2, at : at + 2])
        for item, at in zip(items, range(0, size, 2), strict=True)
    )


def _marked(ratings: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """Return which ratings are bad, and which are good; blanks stay blank."""
    blank = np.isnan(ratings)
    bad, good = ratings <= low, ratings >= high
    between = ~(bad | good | blank)
    if not (bad.any() and good.any() and between.any()):
        found = "ratings of a wish of which none is bad, none good, or none between"
        raise InvalidError("low, high", found, "limits with ratings on either side and between")
    return np.where(blank, np.nan, bad), np.where(blank, np.nan, good)


def _contrast(about: str, effects: Floats, covariance: Floats) -> Contrast:
    penalty, reward = effects.tolist()
    whole = penalty + reward
    variances = [covariance[0, 0], covariance[1, 1], max(covariance.sum(), 0.0)]
    errors = np.sqrt(variances).tolist()
    of_penalty, of_reward, of_both = (
        Interval(effect - Z95 * error, effect + Z95 * error)
        for effect, error in zip((penalty, reward, whole), errors, strict=True)
    )
    costs, brings = of_penalty.high < 0, of_reward.low > 0
    if of_both.high < 0 and costs:
        factor = Factor.BASIC
    elif of_both.low > 0 and brings:
        factor = Factor.EXCITEMENT
    else:
        factor = Factor.PERFORMANCE if costs and brings else Factor.UNCLEAR
    return Contrast(about, penalty, of_penalty, reward, of_reward, whole, of_both, factor)
