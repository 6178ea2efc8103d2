"""How good a classification of wishes is, where the truth is known."""

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes import WishKind

BINS = 10
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
    """

    posterior: NDArray[np.float64]
    truth: NDArray[np.intp]
    decided: NDArray[np.bool_]
    zero: NDArray[np.bool_]

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
        ece: by how much confidence and accuracy differ, on average over ten bins of confidence
            (the expected calibration error).
        brier: the squared distance of the posterior from the truth, summed over the four kinds, on
            average: from 0 to 2.
        zero_valuable: how often a wish that does nothing was decided to add value.
    """

    wishes: int
    accuracy: float
    decided: float
    right: float
    claimed: float
    ece: float
    brier: float
    zero_valuable: float


def join(parts: Sequence[Verdicts]) -> Verdicts:
    """Return the verdicts of several surveys as one."""
    return Verdicts(
        *(
            np.concatenate([getattr(part, field.name) for part in parts])
            for field in attrs.fields(Verdicts)
        )
    )


def score(verdicts: Verdicts) -> Scores:
    """Return how good verdicts are."""
    decided, right = verdicts.decided, verdicts.right
    valuable = decided & VALUABLE[verdicts.called]
    return Scores(
        wishes=right.size,
        accuracy=mean(right),
        decided=mean(decided),
        right=mean(right[decided]),
        claimed=mean(verdicts.confidence[decided]),
        ece=calibration_error(verdicts.confidence, right),
        brier=brier(verdicts.posterior, verdicts.truth),
        zero_valuable=mean(valuable[verdicts.zero]),
    )


def mean(figures: NDArray[np.generic]) -> float:
    """Return the mean, NaN of nothing."""
    return float(figures.mean()) if figures.size else float("nan")


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over bins of equal width (Guo et al. 2017)."""
    places = np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
    gaps = np.bincount(places, weights=confidence - right, minlength=BINS)
    return float(np.abs(gaps).sum() / confidence.size)


def brier(posterior: NDArray[np.float64], truth: NDArray[np.intp]) -> float:
    """Return the score of Brier (1950) for several classes."""
    return float(((posterior - np.eye(len(KINDS))[truth]) ** 2).sum(axis=1).mean())
