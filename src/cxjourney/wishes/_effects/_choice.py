"""Effects on an outcome of two values, or of a few in order, by statsmodels."""

import warnings
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.tools.sm_exceptions import ModelWarning, PerfectSeparationError

from cxjourney.errors import InvalidError
from cxjourney.wishes._arrays import Codes, Floats
from cxjourney.wishes._effects._regression import Design, Fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOGISTIC = np.pi**2 / 3
"""The variance of the logistic distribution."""


def choice(design: Design, fit: Fit, clusters: Codes | None, model: str) -> Fit:
    """Return a regression with the effects of a logit, or of an ordered logit, in its place.

    Of a logit they are average marginal effects, of an ordered one effects on the latent outcome
    (McKelvey and Zavoina 1975): either in standard deviations of the outcome. Errors are robust
    (HC1), to clusters too. All else stays as least squares has it.

    Args:
        design: the columns and the outcome, without weights.
        fit: their regression by least squares.
        clusters: the group of each row, from 0; None where each stands alone.
        model: ``logit`` or ``ordered``.

    Raises:
        InvalidError: the columns part the outcomes entirely, or depend on each other.
    """
    x: Floats = np.hstack([block.x.copy() for block in design.blocks()]).T
    y = design.outcome.numbers
    if not fit.identified.all():
        raise InvalidError("items", "ratings that determine each other", "one of them less")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ModelWarning)
            found = _logit if model == "logit" else _ordered
            coefficients, covariance = found(x, y, clusters)
    except (ModelWarning, PerfectSeparationError, np.linalg.LinAlgError) as error:
        raise InvalidError("outcome", "parted entirely by the ratings", "more rows") from error
    if model == "logit":
        deviation = design.outcome.of.spread
    else:
        deviation = float(np.sqrt(np.var(x @ coefficients) + LOGISTIC))
    return attrs.evolve(
        fit, coefficients=coefficients / deviation, covariance=covariance / deviation**2
    )


def _logit(x: Floats, y: Floats, clusters: Codes | None) -> tuple[Floats, Floats]:
    """Return the average marginal effects of the columns, and how they err."""
    options: dict[str, Any] = {"cov_type": "HC1"}
    if clusters is not None:
        options = {"cov_type": "cluster", "cov_kwds": {"groups": clusters}}
    fitted = Logit(y, np.column_stack([np.ones(len(y)), x])).fit(disp=False, **options)
    effects = fitted.get_margeff(at="overall")
    return np.asarray(effects.margeff), np.asarray(effects.margeff_cov)


def _ordered(x: Floats, y: Floats, clusters: Codes | None) -> tuple[Floats, Floats]:
    """Return the effects of the columns on the latent outcome, and how they err."""
    levels: NDArray[np.intp] = np.unique(y, return_inverse=True)[1]
    model = OrderedModel(levels, x, distr="logit")
    fitted = model.fit(method="bfgs", disp=False, maxiter=1000)
    size, rows = x.shape[1], len(y)
    scores = np.asarray(model.score_obs(fitted.params))
    if clusters is not None:
        scores = np.column_stack([np.bincount(clusters, column) for column in scores.T])
        rows = len(scores)
    inverse = np.linalg.inv(np.asarray(model.hessian(fitted.params)))
    covariance = inverse @ (scores.T @ scores) @ inverse * (rows / (rows - 1))
    return np.asarray(fitted.params)[:size], covariance[:size, :size]
