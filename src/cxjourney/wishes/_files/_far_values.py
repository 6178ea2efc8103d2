"""Values that stand far outside a scale, as codes for "don't know" and "no answer" do."""

import numpy as np

from cxjourney.wishes._arrays import Floats

MOST_STEPS, LONGEST_SCALE = 11, 10
MOST_FAR = 3
LEAST_GAP = 3
HIGHEST_SHORT = 4
"""A scale from 0 that goes at least so far does not begin with -1."""

MOST_DIFFERENT = 200
CODES = frozenset({8.0, 9.0})
LONG_CODES = frozenset(
    sign * float(text) for sign in (1, -1) for text in ("98", "99", "998", "999", "9998", "9999")
)


def far_values(values: Floats) -> tuple[float, ...]:
    """Return the values of a column of whole numbers that lie far from all others, sorted.

    They are at most three above, or below, a scale of at most eleven steps, parted from it by at
    least its own length: 8, 9 or more than 10 above it, or less than 0 below a scale that does not
    pass 0. On longer scales only 98, 99, 998 and their like are told.

    Args:
        values: the column; NaN is a blank.
    """
    if not values.size or not np.isfinite(values[0]) and np.isnan(values).all():
        return ()
    seen = np.unique(values[np.isfinite(values)])
    if seen.size > MOST_DIFFERENT or (seen != np.floor(seen)).any():
        return ()
    low = seen[seen < 0]
    scale = seen[seen >= 0]
    below = low if _is_below(low, scale) else low[:0]
    rest = scale if below.size else seen
    return (*below.tolist(), *_above(rest).tolist())


def _is_below(low: Floats, scale: Floats) -> bool:
    if not 0 < low.size <= MOST_FAR or scale.size < 2:  # noqa: PLR2004 - no scale
        return False
    if scale.size > MOST_STEPS + MOST_FAR:
        return bool(np.isin(low, list(LONG_CODES)).all())
    gap = scale[0] - low[-1]
    return bool(gap >= LEAST_GAP or (low.size == 1 and scale[-1] >= HIGHEST_SHORT))


def _above(seen: Floats) -> Floats:
    """Return the values above the widest gap where they are few, and far."""
    for size in range(min(MOST_FAR, seen.size - 2), 0, -1):
        near, far = seen[:-size], seen[-size:]
        length, gap = near[-1] - near[0], far[0] - near[-1]
        if gap < max(length, LEAST_GAP):
            continue
        short = near.size <= MOST_STEPS and length <= LONGEST_SCALE
        if short and (far[0] in CODES or far[0] > LONGEST_SCALE):
            return far
        if np.isin(far, list(LONG_CODES)).all():
            return far
    return seen[:0]
