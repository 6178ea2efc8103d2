"""Forms of statements with degrees: constant sum, ratings, best and worst choices (SPEC 8)."""

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from attrs.validators import optional

from cxjourney.errors import InvalidError
from cxjourney.shown import quoted
from cxjourney.vocabulary._checks import MANY, a_figure, a_number
from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.findings import Unused
from cxjourney.wishes.reading.items import Item
from cxjourney.wishes.reading.sheet import Sheet, Use, faults_at, figure
from cxjourney.wishes.statements.forms import (
    EVEN,
    StatementForm,
    count_offered,
    each,
    offered,
    readable,
    total,
    without_blanks,
)
from cxjourney.wishes.statements.shares import Answers, Statements, weigh

__all__ = ["ConstantSum", "MaxDiff", "Ratings"]

TOLERANCE = 1e-6
"""How far points may be from adding up, as a part of their total."""

ROUNDING = 1e-9
"""How far from the mean a rating still counts as at it, as a part of the range of the row."""


@attrs.frozen
class ConstantSum(StatementForm):
    """Each customer divided points among the wishes; a blank in a row with points is no points.

    A row says a wish as far as it gave it points: by its part of the row's points. A wish counts as
    asked for above an equal part, 1 by the number of wishes on offer. A wish whose column is blank
    throughout was not on offer.

    Attributes:
        total: what the points of a row add up to; None where that may differ.

    Raises:
        InvalidError: ``total`` is no positive number.
    """

    total: float | None = attrs.field(default=None, validator=optional(a_figure(TOLERANCE, MANY)))

    def faults(
        self, numbers: Mapping[str, Floats], items: Sequence[Item]
    ) -> Iterator[InvalidError]:
        """Yield points below 0, and rows whose points do not add up; empty rows pass."""
        columns = readable(numbers, items)
        for name, points in columns.items():
            yield from faults_at(points < 0, name, figure(points), "0 points or more")
        # Without one of its columns no row would add up.
        if self.total is None or not columns or len(columns) < len(tuple(self.columns(items))):
            return
        given = list(columns.values())
        sums = total(given[0].size, given)
        wrong = (sums != 0) & (np.abs(sums - self.total) > TOLERANCE * self.total)
        expected = f"points that add up to {self.total:.10g}"
        yield from faults_at(wrong, None, figure(sums, " points"), expected)

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the mean part of a row's points that each wish got, of the rows with points."""
        columns = offered(sheet, items)
        sums = total(sheet.rows, columns)
        gave = sums > 0
        of = np.where(gave, sums, 1.0)
        answers = each(columns, lambda points: Answers(without_blanks(points) / of, gave))
        return weigh(sheet, answers, 1 / count_offered(columns), Unused.NO_POINTS)


@attrs.frozen
class Ratings(StatementForm):
    """Each customer rated how important the wishes are, on whatever scale.

    A rating counts only relative to the mean of its row, never by a fixed cut: above the mean the
    customer says the wish, at the mean half. Where a customer puts the ratings, and how far apart,
    changes nothing. Who rates fewer than two wishes, or all the same, does not tell them apart. A
    wish counts as asked for where it is above the mean for more than half.
    """

    def faults(
        self, numbers: Mapping[str, Floats], items: Sequence[Item]
    ) -> Iterator[InvalidError]:
        """Yield nothing: every number may be a rating."""
        del numbers, items
        return iter(())

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the share who rate each wish above their own mean."""
        columns = offered(sheet, items)
        rated = np.zeros(sheet.rows)
        low, high = np.full((2, sheet.rows), np.nan)
        for ratings in columns:
            if ratings is not None:
                rated += ~np.isnan(ratings)
                np.fmin(low, ratings, out=low)
                np.fmax(high, ratings, out=high)
        sums = total(sheet.rows, columns)
        differ = high > low
        near = ROUNDING * rated * (high - low)

        def tell(ratings: Floats) -> Answers:
            away = ratings * rated - sums
            said = np.where(np.abs(away) <= near, EVEN, away > 0)
            return Answers(said, differ & ~np.isnan(ratings))

        return weigh(sheet, each(columns, tell), EVEN, Unused.NO_ORDER)


@attrs.frozen
class MaxDiff(StatementForm):
    """Each customer chose the best and the worst of several wishes, again and again.

    ``said`` counts how often a wish was chosen as best, ``worst`` how often as worst; a blank in
    one of the two is 0, in both it was not shown. With ``shown``, a row says the wish by
    ``(1 + (best - worst) / shown) / 2``; without, by ``best / (best + worst)`` where it was chosen
    at all. A wish counts as asked for above 1/2: chosen as best more than as worst (Marley and
    Louviere 2005, Journal of Mathematical Psychology 49, for the difference of the two counts).

    Attributes:
        shown: how often each wish was shown to each customer; None where that is not known.

    Raises:
        InvalidError: ``shown`` is no whole number from 1.
    """

    shown: int | None = attrs.field(default=None, validator=optional(a_number(1, MANY)))

    def columns(self, items: Sequence[Item]) -> Iterator[Use]:
        """Yield the columns that the form reads."""
        yield from super().columns(items)
        for item in items:
            if item.worst is not None:
                yield Use(item.worst, f"how often {quoted(item.wish.about)} was chosen as worst")

    def faults(
        self, numbers: Mapping[str, Floats], items: Sequence[Item]
    ) -> Iterator[InvalidError]:
        """Yield what is no count, and wishes that were chosen more often than shown."""
        for item in items:
            if item.said is not None and item.worst is None:
                found = "how often a wish was chosen as best, but not how often as worst"
                yield InvalidError("", found, "both columns in its Item", column=item.said)
        for name in (use.column for use in self.columns(items)):
            if name in numbers:
                counts = numbers[name]
                wrong = (counts < 0) | (np.floor(counts) < counts)
                yield from faults_at(wrong, name, figure(counts), "a whole number from 0")
        if self.shown is not None:
            yield from self._chosen_too_often(numbers, items, self.shown)

    @staticmethod
    def _chosen_too_often(
        numbers: Mapping[str, Floats], items: Sequence[Item], shown: int
    ) -> Iterator[InvalidError]:
        expected = f"at most {shown} as best and worst together, as often as it was shown"
        for best, worst in ((item.said, item.worst) for item in items):
            if best is not None and worst is not None and best in numbers and worst in numbers:
                chosen = without_blanks(numbers[best]) + without_blanks(numbers[worst])
                yield from faults_at(chosen > shown, best, figure(chosen, " choices"), expected)

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return how much each wish is chosen as best rather than as worst."""
        answers = (self._tell(sheet.numbers, item) for item in items)
        return weigh(sheet, answers, EVEN, Unused.NO_CHOICE)

    def _tell(self, numbers: Mapping[str, Floats], item: Item) -> Answers | None:
        if item.said is None or item.worst is None:
            return None
        shown = ~(np.isnan(numbers[item.said]) & np.isnan(numbers[item.worst]))
        best, worst = without_blanks(numbers[item.said]), without_blanks(numbers[item.worst])
        if self.shown is not None:
            return Answers((1 + (best - worst) / self.shown) / 2, shown)
        chosen = best + worst
        return Answers(best / np.maximum(chosen, 1), chosen > 0)
