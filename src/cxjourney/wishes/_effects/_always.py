"""Answers that hold however often one looks (SPEC 8).

Who looks again and again and stops at the first good look is fooled by a flat prior: nearly all of
it lies far from the threshold, where hardly any true figure does. Here the true figure is taken to
scatter about the threshold, on one of four scales that are equally likely beforehand and are
weighed by what was seen. What is seen close to the threshold, for its error, is then no word
against chance. The interval is the confidence sequence of the same scales: it holds every figure
that they do not make 20 times as likely (Robbins 1970, Annals of Mathematical Statistics 41).
docs/wishes-accuracy.md measures both.
"""

import numpy as np
from scipy import special

from cxjourney.wishes._arrays import Floats

SCALES: Floats = np.array([0.01, 0.03, 0.1, 0.3])
"""How far true figures scatter about the threshold: shares, or standard deviations."""
ODDS = 20.0
"""What is this many times as likely as a figure rules it out: 1 in 20 for 95 %."""
SURE = 1e-15
CLOSE = 1e-9


def always_chance(chance: float, error: float, unit: float = 1) -> float:
    """Return how likely a figure is to lie above its threshold, however often one looks.

    Args:
        chance: how likely by a flat prior, at this one look.
        error: the standard error of the figure.
        unit: the unit that the scales are in.

    >>> round(always_chance(0.99, 0.02), 3)
    0.958
    """
    if chance in {0, 1}:
        return chance
    score = float(special.ndtri(min(max(chance, SURE), 1 - SURE)))
    kept = _kept(error, unit)
    logs = np.log1p(-kept) / 2 + score**2 / 2 * kept
    weights = np.exp(logs - logs.max())
    return float(weights @ special.ndtr(score * np.sqrt(kept)) / weights.sum())


def always_score(error: float, unit: float = 1) -> float:
    """Return how many standard errors the interval reaches either way, however often one looks.

    Args:
        error: the standard error of the figure.
        unit: the unit that the scales are in.
    """
    kept = _kept(error, unit)
    bars = np.log(ODDS) - np.log1p(-kept) / 2
    # All scales together reach the odds before any of them does alone, and not before the first
    # would with the weight of all.
    low, high = (
        float(np.sqrt(2 * (bars + more) / kept).min()) for more in (0, np.log(SCALES.size))
    )
    while high - low > CLOSE * high:
        score = (low + high) / 2
        together = np.exp(score**2 / 2 * kept - bars).mean()
        low, high = (score, high) if together < 1 else (low, score)
    return high


def _kept(error: float, unit: float) -> Floats:
    """Return which part of what is seen is no error, for each scale."""
    wide = (SCALES * unit) ** 2
    kept: Floats = wide / (wide + error**2)
    return kept
