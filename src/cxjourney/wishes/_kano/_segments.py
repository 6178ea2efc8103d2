"""Whether segments of customers answer Kano's questionnaire otherwise than each other."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

FEWEST = 2
"""The fewest segments, and the fewest categories, that can differ."""


def differences(tables: Mapping[str, Sequence[Sequence[int]]]) -> dict[str, float]:
    """Return the p of the chi-squared test of each wish, corrected by Holm (1979).

    Args:
        tables: for each wish the counts of the categories, a row a segment.
    """
    found: dict[str, float] = {}
    for about, rows in tables.items():
        counts = np.array(rows, np.float64).reshape(len(rows), -1)
        counts = counts[counts.any(axis=1)][:, counts.any(axis=0)]
        if min(counts.shape) >= FEWEST:
            found[about] = float(stats.chi2_contingency(counts, correction=False).pvalue)
    least = 0.0
    for place, about in enumerate(sorted(found, key=found.__getitem__)):
        least = max(least, min(found[about] * (len(found) - place), 1.0))
        found[about] = least
    return found
