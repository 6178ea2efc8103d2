"""The quadrant chart in use: a wish is what lies above the mean of all wishes, on either axis."""

import numpy as np
from numpy.typing import NDArray
from wish_scoring import KINDS

from cxjourney.testing import GeneratedSurvey
from cxjourney.wishes import Mentions, classify


def chart(survey: GeneratedSurvey) -> NDArray[np.float64]:
    """Return the kinds that the chart reads off, a row a wish, with all confidence in one kind.

    Stated importance is the mean of the statements, of those who commented where they are open
    mentions; derived importance is the correlation of fulfilment with the outcome.
    """
    stated = above_mean([stated_importance(survey, str(item.said)) for item in survey.items])
    derived = above_mean([correlation(survey, str(item.rating)) for item in survey.items])
    kinds = map(classify, stated.tolist(), derived.tolist())
    return np.eye(len(KINDS))[[KINDS.index(kind) for kind in kinds]]


def above_mean(figures: list[float]) -> NDArray[np.bool_]:
    """Tell which figures lie above the mean of all."""
    found: NDArray[np.bool_] = np.array(figures) > np.mean(figures)
    return found


def stated_importance(survey: GeneratedSurvey, said: str) -> float:
    """Return the mean of the statements on a wish."""
    statements = survey.columns[said]
    if isinstance(survey.statements, Mentions):
        statements = statements[survey.columns[str(survey.statements.commented)] > 0]
    return float(np.nanmean(statements))


def correlation(survey: GeneratedSurvey, rating: str) -> float:
    """Return the correlation of a rating with the outcome, over the rows that have both."""
    pair = np.array([survey.columns[rating], survey.columns[survey.outcome]])
    return float(np.corrcoef(pair[:, ~np.isnan(pair).any(axis=0)])[0, 1])
