"""The share of customers who say a wish, and the effective number of answers for it (SPEC 8).

The effective number of answers is the number of independent yes/no answers that would leave the
share as uncertain as these rows do. It comes from the linearised variance of a weighted mean with
clusters, ``sum_g (sum_{i in g} w_i (x_i - m))^2 / (sum_i w_i)^2`` (Binder 1983, International
Statistical Review 51), as in Korn and Graubard 1998, Survey Methodology 24.
"""

from collections.abc import Iterable

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes._arrays import Floats, Mask
from cxjourney.wishes._findings import Among, LeftOut, Unused
from cxjourney.wishes._survey._intake import Sheet

ROUNDING = 1e-12
"""A share, or a respondent's deviation from it, below this is nothing but rounding."""

NOBODY = (np.nan, 0.0, 0)
"""The share, the effective number and the number of answers where nobody answered."""


@attrs.frozen(eq=False)
class Answers:
    """What the rows of a survey said of one wish.

    Attributes:
        said: how much each row says it, from 0 to 1; anything in rows that did not answer.
        answered: which rows answered.
        contrast: what to take the variance of where the share is held against something that
            varies with the rows as well, a number in every row; None for ``said`` itself.
        ones: how many rows say it, where each answered by 0 or 1 and this was counted before.
    """

    said: Floats
    answered: Mask
    contrast: Floats | None = None
    ones: int | None = None


@attrs.frozen(eq=False)
class Statements:
    """What was said in a survey, for each item in the order given.

    Attributes:
        share: the weighted share who say it, from 0 to 1; NaN where nobody answered.
        effective: the effective number of answers, so that ``share * (1 - share) / effective`` is
            the variance of the share; 0 where nobody answered. Where answers do not vary it is
            Kish's number of respondents.
        n: how many rows answered; rows of weight 0 do not count.
        tau: the share above which a wish counts as asked for, by convention of the form.
        left_out: the rows that answered about no wish in a way that counts.
        among: whose share it is.
        ticks: for each item, whether it has only ticks and blanks where "no" was an answer too;
            empty where the form has no such answer.
    """

    share: Floats
    effective: Floats
    n: NDArray[np.int64]
    tau: float
    left_out: tuple[LeftOut, ...] = ()
    among: Among = Among.ANSWERED
    ticks: tuple[bool, ...] = ()


def weigh(
    sheet: Sheet, answers: Iterable[Answers | None], tau: float, why: Unused, among: Among
) -> Statements:
    """Return the shares.

    Args:
        sheet: the survey.
        answers: what was said of each wish; None where nobody was asked.
        tau: the share above which a wish counts as asked for.
        why: the reason why rows that answered about no wish were left out.
        among: whose share it is.
    """
    weighed: list[tuple[float, float, int]] = []
    spoke = np.zeros(sheet.rows, np.bool_)
    for heard in answers:
        weighed.append(NOBODY if heard is None else _weigh(sheet, heard))
        if heard is not None:
            spoke |= heard.answered
    share, effective, n = np.array(weighed, np.float64).reshape(-1, len(NOBODY)).T
    silent = sheet.rows - int(np.count_nonzero(spoke))
    return Statements(
        share=share,
        effective=effective,
        n=n.astype(np.int64),
        tau=tau,
        left_out=(LeftOut(why, silent),) if silent else (),
        among=among,
    )


def count_respondents(sheet: Sheet, answered: Mask) -> float:
    """Return Kish's number of respondents among some rows, ``(sum w)^2 / sum w^2``; 0 for none."""
    weights = _by_respondent(sheet, _weights(sheet, answered))
    total = float(weights.sum())
    return total**2 / float(weights @ weights) if total else 0.0


def _weigh(sheet: Sheet, heard: Answers) -> tuple[float, float, int]:
    if sheet.weights is None and sheet.respondents is None and heard.contrast is None:
        return _count(heard)
    weights = _weights(sheet, heard.answered)
    total = float(weights.sum())
    if not total:
        return NOBODY
    said = np.where(heard.answered, heard.said, 0.0)
    share = min(float(weights @ said) / total, 1.0)
    seen = said if heard.contrast is None else heard.contrast
    away = _by_respondent(sheet, weights * (seen - float(weights @ seen) / total))
    variance = float(away @ away) / total**2
    number = count_respondents(sheet, heard.answered)
    if share * (1 - share) > ROUNDING and variance * number > ROUNDING**2:
        number = share * (1 - share) / variance
    return share, number, int(np.count_nonzero(weights))


def _count(heard: Answers) -> tuple[float, float, int]:
    """Weigh the answers of respondents who all count alike."""
    number = int(np.count_nonzero(heard.answered))
    if heard.ones is not None:
        return heard.ones / number, number, number
    every = number == heard.answered.size
    said = heard.said if every else heard.said[heard.answered]
    total = float(said.sum())
    share = min(total / max(number, 1), 1.0)
    if float(said @ said) == total:  # All of them are 0 or 1.
        return (share, number, number) if number else NOBODY
    away = said - share
    variance, even = float(away @ away) / max(number, 1), share * (1 - share)
    varies = even > ROUNDING and variance > number * ROUNDING**2
    told = share, number * even / variance if varies else number, number
    return told if number else NOBODY


def _weights(sheet: Sheet, answered: Mask) -> Floats:
    return answered.astype(np.float64) if sheet.weights is None else sheet.weights * answered


def _by_respondent(sheet: Sheet, values: Floats) -> Floats:
    if sheet.respondents is None:
        return values
    return np.asarray(np.bincount(sheet.respondents, values), np.float64)


def without_blanks(column: Floats) -> Floats:
    """Return a column with 0 in place of what is blank or infinite."""
    return np.where(np.isfinite(column), column, 0.0)


def is_blank(column: Floats) -> bool:
    """Return whether a column is blank throughout."""
    return bool(np.isnan(column[0]) and np.isnan(column).all())


def count_offered(columns: Iterable[Floats | None]) -> int:
    """Return the number of wishes that were asked about, or 1 where it is 0, to divide by."""
    return max(1, sum(column is not None for column in columns))
