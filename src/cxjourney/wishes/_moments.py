"""What evidence is counted in: tallies of yes and no, and moments of numbers.

All of them are immutable and are added up with ``+``.
"""

import math
from collections.abc import Iterable
from operator import add
from typing import TypeAlias

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import a, a_figure, check_number, must
from cxjourney.vocabulary._terminal import Showable

MOST = float(2**53)
"""The most that is counted: up to here whole numbers stay whole."""
LARGEST = 1e12
"""The largest size of a numeric outcome."""
LARGEST_MEAN = 4 * LARGEST
"""Differences are up to twice as large as outcomes, and rounding needs some room."""
LARGEST_SQUARES = MOST * LARGEST_MEAN**2


def check_outcome(field: str, value: object) -> float:
    """Return a numeric outcome as a plain float.

    Raises:
        InvalidError: it is no number, or larger than 1e12 in size.
    """
    return float(check_number(field, value, -LARGEST, LARGEST))


@attrs.frozen
class Tally(Showable):
    """How often yes, and how often no.

    Attributes:
        yes: how often yes; a fraction where it was discounted or weighted.
        no: how often no.

    Raises:
        InvalidError: a count is negative, no number, or above 2**53.
    """

    yes: float = attrs.field(default=0, validator=a_figure(0, MOST))
    no: float = attrs.field(default=0, validator=a_figure(0, MOST))

    @property
    def n(self) -> float:
        """How many answers there are."""
        return self.yes + self.no

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.yes + other.yes, self.no + other.no)

    def discounted(self, share: float) -> "Tally":
        """Return the tally with every answer weighted by ``share``."""
        return Tally(self.yes * share, self.no * share)


@attrs.frozen
class Moments(Showable):
    """The count, the mean and the squared distances of some numbers (Welford 1962).

    Attributes:
        n: how many numbers there are; a fraction where they were discounted or weighted.
        mean: their mean.
        m2: the sum of their squared distances from it.

    Raises:
        InvalidError: one of the three is out of bounds.
    """

    n: float = attrs.field(default=0, validator=a_figure(0, MOST))
    mean: float = 0.0
    m2: float = 0.0

    def __attrs_post_init__(self) -> None:
        check_number("Moments.mean", self.mean, -LARGEST_MEAN, LARGEST_MEAN)
        check_number("Moments.m2", self.m2, 0, LARGEST_SQUARES)
        if not self.n and (self.mean or self.m2):
            raise InvalidError("Moments.n", "0", "more, for mean or m2 is not 0")

    @classmethod
    def of(cls, values: Iterable[float]) -> "Moments":
        """Return the moments of numbers, each of them up to 1e12 in size.

        >>> Moments.of([3.0, 5.0])
        Moments(n=2, mean=4.0, m2=2.0)
        """
        numbers = [check_outcome("values", value) for value in values]
        if not numbers:
            return cls()
        # Measured from one of them, so that equal numbers have just that mean.
        first = numbers[0]
        mean = first + math.fsum(number - first for number in numbers) / len(numbers)
        return cls(len(numbers), mean, math.fsum((number - mean) ** 2 for number in numbers))

    @classmethod
    def at(cls, field: str, value: float, times: float) -> "Moments":
        """Return the moments of one number that was seen so many times.

        Raises:
            InvalidError: it is no number, or larger than 1e12 in size.
        """
        number = check_outcome(field, value)
        return cls(times, number) if times else cls()

    @classmethod
    def counted(cls, values: Iterable[tuple[int, int]]) -> "Moments":
        """Return the moments of whole numbers, each given with how often it was seen; exactly.

        >>> Moments.counted([(1, 3), (-1, 1)])
        Moments(n=4, mean=0.5, m2=3.0)
        """
        seen = list(values)
        n, total, squares = (
            sum(value**power * times for value, times in seen) for power in (0, 1, 2)
        )
        return cls(n, total / n, (n * squares - total * total) / n) if n else cls()

    @property
    def variance(self) -> float:
        """The sample variance; 0 for fewer than two numbers."""
        return self.m2 / (self.n - 1) if self.n > 1 else 0.0

    def __add__(self, other: "Moments") -> "Moments":
        """Return the moments of both sets of numbers (Chan, Golub and LeVeque 1979)."""
        if not (self.n and other.n):
            return self if self.n else other
        n, apart = self.n + other.n, other.mean - self.mean
        share = other.n / n
        squares = self.m2 + other.m2 + apart * apart * self.n * share
        return Moments(n, self.mean + apart * share, squares)

    def discounted(self, share: float) -> "Moments":
        """Return the moments with every number weighted by ``share``."""
        n = self.n * share
        return Moments(n, self.mean, self.m2 * share) if n else Moments()


@attrs.frozen
class Pairs(Showable):
    """Numeric outcomes of customers who met both: the wish fulfilled, and not fulfilled.

    Attributes:
        fulfilled: the outcomes with it.
        unfulfilled: the outcomes without it, of the same customers.
        difference: for each customer the outcome with it minus the one without.

    Raises:
        InvalidError: they are not of equally many customers.
    """

    fulfilled: Moments = Moments()
    unfulfilled: Moments = Moments()
    difference: Moments = Moments()

    def __attrs_post_init__(self) -> None:
        for name in ("unfulfilled", "difference"):
            n = getattr(self, name).n
            if n != self.fulfilled.n:
                raise InvalidError(
                    f"Pairs.{name}", f"{n:g} outcomes", f"{self.fulfilled.n:g}, one a customer"
                )

    @property
    def n(self) -> float:
        """How many customers there are."""
        return self.difference.n

    def __add__(self, other: "Pairs") -> "Pairs":
        if not (self.n and other.n):
            return self if self.n else other
        return Pairs(*map(add, self._parts, other._parts))

    def discounted(self, share: float) -> "Pairs":
        """Return the pairs with every customer weighted by ``share``."""
        return Pairs(*(part.discounted(share) for part in self._parts))

    @property
    def _parts(self) -> tuple[Moments, Moments, Moments]:
        return self.fulfilled, self.unfulfilled, self.difference


Arm: TypeAlias = Tally | Moments


def _filled(arm: Arm | None) -> Arm | None:
    """Return None for an arm without outcomes: these are neither binary nor numeric."""
    return None if isinstance(arm, Tally | Moments) and not arm.n else arm


def _is_arm(instance: object, field: "attrs.Attribute[Arm | None]", arm: object) -> None:
    fits = arm is None or isinstance(arm, Tally | Moments)
    must(fits, instance, field.name, arm, "a Tally, Moments or None")


def _joined(field: str, one: Arm | None, other: Arm | None) -> Arm | None:
    if isinstance(one, Tally) and isinstance(other, Tally):
        return one + other
    if isinstance(one, Moments) and isinstance(other, Moments):
        return one + other
    if one is not None and other is not None:
        raise InvalidError(field, kind_of(other), f"{kind_of(one)}, as before")
    return other if one is None else one


BINARY, NUMERIC = "binary outcomes", "numeric outcomes"


def kind_of(arm: Arm) -> str:
    """Return in words which kind of outcomes an arm holds."""
    return BINARY if isinstance(arm, Tally) else NUMERIC


@attrs.frozen
class Outcomes(Showable):
    """Outcomes of a wish fulfilled and not fulfilled, all binary or all numeric.

    Attributes:
        fulfilled: the outcomes with it, of customers who met nothing else; None without any.
        unfulfilled: the outcomes without it, of other customers.
        pairs: the numeric outcomes of customers who met both.

    Raises:
        InvalidError: binary and numeric outcomes are mixed.
    """

    fulfilled: Arm | None = attrs.field(default=None, converter=_filled, validator=_is_arm)
    unfulfilled: Arm | None = attrs.field(default=None, converter=_filled, validator=_is_arm)
    pairs: Pairs = attrs.field(default=Pairs(), validator=a(Pairs))

    def __attrs_post_init__(self) -> None:
        _joined("unfulfilled", self.fulfilled, self.unfulfilled)
        for name in ("fulfilled", "unfulfilled"):
            if self.pairs.n and isinstance(getattr(self, name), Tally):
                raise InvalidError(
                    "Outcomes.pairs", "numeric outcomes", f"none, for {name} is binary"
                )

    @property
    def n(self) -> float:
        """How many outcomes there are, a pair counting once."""
        arms = (self.fulfilled, self.unfulfilled)
        return self.pairs.n + sum(arm.n for arm in arms if arm is not None)

    @property
    def kind(self) -> str | None:
        """In words which kind of outcomes there are; None for none."""
        arm = self.fulfilled or self.unfulfilled
        if arm is not None:
            return kind_of(arm)
        return NUMERIC if self.pairs.n else None

    def __add__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(
            _joined("fulfilled", self.fulfilled, other.fulfilled),
            _joined("unfulfilled", self.unfulfilled, other.unfulfilled),
            self.pairs + other.pairs,
        )

    def discounted(self, share: float) -> "Outcomes":
        """Return the outcomes with every one weighted by ``share``."""
        return Outcomes(
            None if self.fulfilled is None else self.fulfilled.discounted(share),
            None if self.unfulfilled is None else self.unfulfilled.discounted(share),
            self.pairs.discounted(share),
        )
