"""The arrays that a survey is worked out on."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
"""An array of floats."""

Codes: TypeAlias = NDArray[np.intp]
"""The group of each row, from 0."""

Mask: TypeAlias = NDArray[np.bool_]
"""A mask: the rows, or columns, for which something holds."""

KINDS = "biuf"
"""The kinds of numpy's types that are numbers: bool, integers, floats."""
