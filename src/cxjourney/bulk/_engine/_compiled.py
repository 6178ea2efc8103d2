"""What compiles a function; imported only where numba is installed."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return a function that numba compiles when it is first called, and keeps on disk."""
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # there is no folder in which it may keep anything
        return cast("Function", numba.njit(nogil=True)(function))
