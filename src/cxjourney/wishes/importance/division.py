"""How the explained variance of a survey's outcome divides among its wishes."""

import attrs
import numpy as np

from cxjourney.progress import Progress
from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.effects.drivers import Regressed
from cxjourney.wishes.effects.regression import DEPENDENT, Fit
from cxjourney.wishes.importance.relative import MOST_EXACT, johnson_of, lmg_of, lmg_sampled

__all__ = ["Importance", "importances"]

NOTHING = 1e-6
"""A column with less variance than this, beside what is held constant, tells nothing.

Far less is rounding, which rescaled would no longer be a matrix of correlations.
"""


@attrs.frozen
class Importance:
    """One wish's share of the outcome's variance, beyond what is held constant.

    Attributes:
        lmg: after Lindeman, Merenda and Gold.
        lmg_error: its standard error, where it was sampled; else None.
        johnson: after Johnson's relative weights.
    """

    lmg: float
    lmg_error: float | None
    johnson: float


def importances(regressed: Regressed, progress: Progress | None = None) -> list[Importance | None]:
    """Return each wish's share of the outcome's variance; None where it has no effect to tell.

    What is held constant (who used what, and the controls) is taken out of the fulfilments and of
    the outcome first, so the shares sum to what the wishes explain beyond it.

    Args:
        regressed: the regression.
        progress: told of the progress where the shares are sampled.
    """
    nothing: list[Importance | None] = [None] * len(regressed.drivers)
    if regressed.fit is None:
        return nothing
    among, target, left = _beyond(regressed.fit, regressed.of_wishes)
    deviations = np.sqrt(np.diag(among).clip(0))
    telling = np.flatnonzero(deviations > np.sqrt(NOTHING))
    if not telling.size or left < NOTHING:
        return nothing
    scale = deviations[telling]
    correlations = among[np.ix_(telling, telling)] / np.outer(scale, scale)
    divided = _divide(correlations, target[telling] / scale / np.sqrt(left), left, progress)
    found = dict(zip(telling.tolist(), divided, strict=True))
    return [None if one.place is None else found.get(one.place) for one in regressed.drivers]


def _beyond(fit: Fit, own: int) -> tuple[Floats, Floats, float]:
    """Return the covariances of the first columns and the outcome's, net of the other columns."""
    held = fit.correlations[own:, own:]
    slopes = np.linalg.pinv(held, rcond=DEPENDENT, hermitian=True) @ np.column_stack(
        [fit.correlations[own:, :own], fit.with_outcome[own:]]
    )
    across = fit.correlations[:own, own:] @ slopes
    left = 1 - float(fit.with_outcome[own:] @ slopes[:, -1])
    among = fit.correlations[:own, :own] - across[:, :-1]
    return among, fit.with_outcome[:own] - across[:, -1], left


def _divide(
    correlations: Floats,
    target: Floats,
    left: float,
    progress: Progress | None,
) -> list[Importance]:
    weights = johnson_of(correlations, target) * left
    if len(target) <= MOST_EXACT:
        exact = lmg_of(correlations, target) * left
        return [
            Importance(float(one), None, float(other))
            for one, other in zip(exact, weights, strict=True)
        ]
    sampled = lmg_sampled(correlations, target, progress=progress)
    return [
        Importance(float(one * left), float(error * left), float(other))
        for one, error, other in zip(sampled.shares, sampled.errors, weights, strict=True)
    ]
