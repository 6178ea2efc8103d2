"""Round numbers on an axis."""

import math

STEPS = (1, 2, 5, 10)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return round numbers between two, at most one more than ``most`` of them.

    Args:
        low: the lower end.
        high: the upper end, beyond the lower.
        most: into how many steps the way between them is divided at most.
    """
    rough = (high - low) / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in STEPS if size * one >= rough * (1 - 1e-9))
    return [
        round(place * step, 12)
        for place in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]
