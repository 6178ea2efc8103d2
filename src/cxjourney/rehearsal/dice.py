"""Chance that is the same everywhere: all of it comes from one stream of numbers by a seed."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

__all__ = ["Dice"]

Option = TypeVar("Option")


class Dice:
    """Draws by a seed, the same in every process, on every platform and version of Python.

    Python promises that of ``random()`` alone, so nothing else of a generator is used.

    Args:
        seed: any text; the same text gives the same draws.
    """

    def __init__(self, seed: str) -> None:
        self._draw = Random(seed).random  # noqa: S311 - to make people up, not to keep secrets

    def chance(self, probability: float) -> bool:
        """Return True with a probability."""
        return self._draw() < probability

    def between(self, low: int, high: int) -> int:
        """Return one of the whole numbers from ``low`` to ``high``, all equally likely."""
        return low + int(self._draw() * (high - low + 1))

    def one_of(self, options: Sequence[Option]) -> Option:
        """Return one of the options, all equally likely."""
        return options[self.between(0, len(options) - 1)]
