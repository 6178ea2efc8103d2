"""How good a classification of wishes is, where the truth is known."""

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes import WishKind

KINDS = tuple(WishKind)
VALUABLE = np.array([kind.adds_value for kind in KINDS])


@attrs.frozen(eq=False)
class Verdicts:
    """What was said of wishes, and what is true of them; a row a wish.

    Attributes:
        posterior: how likely each kind was called, in the order of ``KINDS``.
        truth: the place of the true kind in ``KINDS``.
        decided: whether a kind was decided on.
        zero: whether the outcome does not depend on the wish at all.
        survey: which survey the wish is of, from 0.
    """

    posterior: NDArray[np.float64]
    truth: NDArray[np.intp]
    decided: NDArray[np.bool_]
    zero: NDArray[np.bool_]
    survey: NDArray[np.intp]

    @property
    def called(self) -> NDArray[np.intp]:
        """The place of the likeliest kind."""
        called: NDArray[np.intp] = np.argmax(self.posterior, axis=1)
        return called

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the likeliest kind is the true one."""
        return np.equal(self.called, self.truth)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """How likely the likeliest kind was called."""
        confidence: NDArray[np.float64] = np.max(self.posterior, axis=1)
        return confidence


@attrs.frozen
class Scores:
    """How good verdicts are; a figure is NaN where nothing stands behind it.

    Attributes:
        wishes: how many there were.
        accuracy: how often the likeliest kind is the true one.
        decided: how often a kind was decided on.
        right: how often it was right where it was decided on.
        claimed: how likely it was called there, on average.
        error: the standard error of ``right - claimed``, for the wishes of one survey err together.
        brier: the squared distance of the posterior from the truth, summed over the four kinds, on
            average: from 0 to 2.
        value_brier: the squared distance of the probability that a wish adds value from whether it
            does, on average: from 0 to 1.
        zero_valuable: how often a wish that does nothing was decided to add value.
        zero_error: the standard error of that.
        missed: how often a wish that adds value was decided to add none.
    """

    wishes: int
    accuracy: float
    decided: float
    right: float
    claimed: float
    error: float
    brier: float
    value_brier: float
    zero_valuable: float
    zero_error: float
    missed: float


def join(parts: Sequence[Verdicts]) -> Verdicts:
    """Return the verdicts of several surveys as one."""
    surveys = np.cumsum([0, *(part.survey.max() + 1 for part in parts[:-1])])
    moved = [
        attrs.evolve(one, survey=one.survey + of) for one, of in zip(parts, surveys, strict=True)
    ]
    return Verdicts(
        *(
            np.concatenate([getattr(part, field.name) for part in moved])
            for field in attrs.fields(Verdicts)
        )
    )


def score(verdicts: Verdicts) -> Scores:
    """Return how good verdicts are."""
    decided, right = verdicts.decided, verdicts.right
    valuable, called = VALUABLE[verdicts.truth], VALUABLE[verdicts.called]
    claims = verdicts.confidence[decided]
    over = right[decided] - claims
    return Scores(
        wishes=right.size,
        accuracy=mean(right),
        decided=mean(decided),
        right=mean(right[decided]),
        claimed=mean(claims),
        error=standard_error(over, verdicts.survey[decided]),
        brier=brier(verdicts.posterior, verdicts.truth),
        value_brier=mean((verdicts.posterior[:, VALUABLE].sum(axis=1) - valuable) ** 2),
        zero_valuable=mean((decided & called)[verdicts.zero]),
        zero_error=standard_error(
            (decided & called)[verdicts.zero], verdicts.survey[verdicts.zero]
        ),
        missed=mean((decided & ~called)[valuable]),
    )


def mean(figures: NDArray[np.generic]) -> float:
    """Return the mean, NaN of nothing."""
    return float(figures.mean()) if figures.size else float("nan")


def standard_error(figures: NDArray[np.generic], survey: NDArray[np.intp]) -> float:
    """Return the standard error of a mean over wishes that are drawn survey by survey."""
    if not figures.size:
        return float("nan")
    away = np.bincount(survey, figures.astype(np.float64) - mean(figures))
    return float(np.sqrt((away**2).sum()) / figures.size)


def brier(posterior: NDArray[np.float64], truth: NDArray[np.intp]) -> float:
    """Return the score of Brier (1950) for several classes."""
    return float(((posterior - np.eye(len(KINDS))[truth]) ** 2).sum(axis=1).mean())
