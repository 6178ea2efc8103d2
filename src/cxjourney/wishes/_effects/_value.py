"""Whether fulfilling a wish adds value, judged from a survey's regression."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import attrs
import numpy as np
from scipy import special

from cxjourney.wishes._effects._drivers import Driver, Regressed
from cxjourney.wishes._effects._prior import judge
from cxjourney.wishes._effects._regression import Fit
from cxjourney.wishes._kinds import Answer, Criteria, EffectPrior, EffectScale, Interval, Reason


def robustness_value(estimate: float, error: float, freedom: int, threshold: float = 0) -> float:
    """Return the robustness value of an effect, from 0 to 1.

    A hidden cause that explains this share of what is left unexplained, both of the fulfilment and
    of the outcome, would be just enough to move the estimate to the threshold: RV_q of Cinelli and
    Hazlett (2020), "Making sense of sensitivity", section 4.3, with q = 1 - threshold / estimate.

    Args:
        estimate: the effect by least squares.
        error: its classical standard error, above 0, in the same unit.
        freedom: the residual degrees of freedom, at least 1.
        threshold: where a hidden cause would have to move it.

    >>> round(robustness_value(0.0973158, 0.0232565, 783), 3)  # their Darfur example
    0.139
    """
    f = abs(estimate - threshold) / error / math.sqrt(freedom)
    return 2 * f / (math.sqrt(f * f + 4) + f)


CERTAIN = 1e-12
"""The smallest standard error, for an estimate that leaves nothing unexplained."""


@attrs.frozen
class Value:
    """What a survey says of the value of fulfilling one wish.

    Attributes:
        answer: whether it adds value.
        harm: how likely it is that it does harm; None where nothing is known of the effect.
        figures: what stands beside it in a ``Finding``, by its name there: the coefficient, its
            error, the inflation of its variance and the robustness value.
    """

    answer: Answer
    harm: float | None = None
    figures: Mapping[str, float | None] = MappingProxyType({})

    def fragile(self, least: float) -> bool:
        """Return whether it says something that a hidden cause could overturn all too easily."""
        robustness = self.figures.get("robustness")
        return self.answer.says is not None and robustness is not None and robustness < least


def values(regressed: Regressed, criteria: Criteria) -> list[Value]:
    """Return what a survey says of the value of fulfilling each of its wishes."""
    told = [driver for driver in regressed.drivers if driver.doubt is None]
    fit = regressed.fit
    judged = iter(_judge(told, regressed, fit, criteria) if fit is not None and told else ())
    found = []
    for driver in regressed.drivers:
        if driver.doubt is None:
            value = next(judged)
        else:
            doubts = (driver.doubt,)
            value = Value(
                Answer(0.5, criteria.effect, criteria.level, n=driver.of.n, doubts=doubts)
            )
        found.append(attrs.evolve(value, figures=_figures(driver, regressed, criteria)))
    return found


def _judge(
    told: Sequence[Driver], regressed: Regressed, fit: Fit, criteria: Criteria
) -> list[Value]:
    """Return the value of the wishes whose effects can be told of, in the criteria's unit."""
    found = []
    places = [driver.place for driver in told if driver.place is not None]
    estimates = fit.coefficients[places]
    errors = np.sqrt(np.diag(fit.covariance)[places] * _tails(fit)).clip(CERTAIN)
    units = np.array([_unit(driver, regressed, criteria) for driver in told])
    thresholds = criteria.effect / units
    effects = judge(estimates, errors, criteria.prior)
    alone = judge(estimates, errors, EffectPrior.FLAT)
    low, high = effects.interval()
    columns = (
        effects.above(thresholds),
        effects.mean * units,
        low * units,
        high * units,
        1 - effects.above(-thresholds),
        alone.above(thresholds),
        alone.above(np.zeros_like(thresholds)),
        fit.inflation[places] > criteria.max_vif,
        thresholds < special.ndtri(criteria.level) * errors,
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for driver, (likely, mean, least, most, harm, *alone_says) in zip(told, rows, strict=True):
        answer = Answer(
            likely, criteria.effect, criteria.level, mean, Interval(least, most), driver.of.n
        )
        doubt = _doubt(answer, criteria, *alone_says)
        if doubt is None and regressed.rare and answer.says is False:
            # Of an outcome that hardly varies no effect is large in its standard deviations.
            doubt = Reason.CONSTANT_OUTCOME
        found.append(Value(attrs.evolve(answer, doubts=() if doubt is None else (doubt,)), harm))
    return found


def _doubt(
    answer: Answer,
    criteria: Criteria,
    alone: float,
    positive: float,
    collinear: bool,
    blurred: bool,
) -> Reason | None:
    """Return what keeps an answer open that the prior may have closed too early.

    Where other columns, or noise, leave little of an effect to be seen, the survey must decide by
    itself. An effect counts as value only where the survey clearly puts it above zero, and as none
    only where the survey by itself tells as much, and could have seen one.

    Args:
        answer: the answer.
        criteria: the limits.
        alone: how likely the effect is above the threshold by the survey alone.
        positive: how likely it is above zero by the survey alone.
        collinear: whether the other columns inflate its variance too much.
        blurred: whether the threshold lies under what the survey can tell from noise.
    """
    by_itself = answer.says is not None and (
        (alone if answer.says else 1 - alone) >= criteria.level
    )
    if collinear and not by_itself:
        return Reason.COLLINEAR
    if blurred and not (answer.says and by_itself):
        return Reason.NOISE
    if answer.says is False and not by_itself:
        return Reason.BETWEEN
    return Reason.NOISE if answer.says and positive < criteria.sign else None


def _figures(
    driver: Driver, regressed: Regressed, criteria: Criteria
) -> Mapping[str, float | None]:
    """Return the figures that stand beside the value of a wish."""
    fit, place = regressed.fit, driver.place
    if fit is None or place is None:
        return {}
    if not fit.identified[place]:
        return {"vif": math.inf}
    points = regressed.outcome.spread / driver.of.spread
    threshold = criteria.effect / _unit(driver, regressed, criteria)
    estimate, error = float(fit.coefficients[place]), float(fit.errors[place])
    return {
        "coefficient": estimate * points,
        "error": float(np.sqrt(fit.covariance[place, place])) * points,
        "vif": float(fit.inflation[place]),
        "robustness": robustness_value(estimate, error, fit.freedom, threshold) if error else None,
    }


def _tails(fit: Fit) -> float:
    """Return how much wider Student's t is than a normal distribution, as a ratio of variances."""
    freedom = fit.freedom if fit.clusters is None else min(fit.freedom, fit.clusters - 1)
    freedom = max(freedom, 3)
    return freedom / (freedom - 2)


def _unit(driver: Driver, regressed: Regressed, criteria: Criteria) -> float:
    """Return what one standard effect is in the unit of the criteria."""
    if criteria.scale is EffectScale.STANDARD:
        return 1.0
    return regressed.outcome.spread / driver.of.spread
