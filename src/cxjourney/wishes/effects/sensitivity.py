"""How strong a hidden cause would have to be to overturn what a survey says."""

import math

__all__ = ["robustness_value"]


def robustness_value(estimate: float, error: float, freedom: int, threshold: float = 0) -> float:
    """Return the robustness value of an effect, from 0 to 1.

    A hidden cause that explains this share of what is left unexplained, both of the fulfilment and
    of the outcome, would be just enough to move the estimate to the threshold: RV_q of Cinelli and
    Hazlett (2020), "Making sense of sensitivity", section 4.3, with q = 1 - threshold / estimate.

    Args:
        estimate: the effect by least squares.
        error: its classical standard error, above 0, in the same unit.
        freedom: the residual degrees of freedom, at least 1.
        threshold: where a hidden cause would have to move it.

    >>> round(robustness_value(0.0973158, 0.0232565, 783), 3)  # their Darfur example
    0.139
    """
    f = abs(estimate - threshold) / error / math.sqrt(freedom)
    return 2 * f / (math.sqrt(f * f + 4) + f)
