"""The forms in which a survey lets customers state their wishes (SPEC 8)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs
import numpy as np
from attrs.validators import optional

from cxjourney.errors import InvalidError, quoted
from cxjourney.vocabulary._checks import MANY, a_column, a_figure, a_number, describe
from cxjourney.vocabulary._terminal import Showable
from cxjourney.wishes._arrays import Floats, Mask
from cxjourney.wishes._findings import Among, Unused
from cxjourney.wishes._items import Item
from cxjourney.wishes._survey._intake import Sheet, Use, faults_at, figure
from cxjourney.wishes._survey._shares import (
    Answers,
    Statements,
    count_offered,
    count_respondents,
    is_blank,
    weigh,
    without_blanks,
)

EVEN = 0.5
"""The share above which more customers say a wish than not."""

Numbers: TypeAlias = Mapping[str, Floats]
"""The columns of a survey that could be read, by name."""

Columns: TypeAlias = Sequence[Floats | None]
"""The column of statements of each item; None where nobody was asked."""


class StatementForm(Showable, ABC):
    """A form of statements: which columns it reads, what is wrong with them, what they say."""

    __slots__ = ()

    def columns(self, items: Sequence[Item]) -> Iterator[Use]:
        """Yield the columns that the form reads."""
        for item in items:
            if item.said is not None:
                yield item.said, f"what is said of {quoted(item.wish.about)}"

    def faults(self, sheet: Sheet, items: Sequence[Item]) -> Iterator[InvalidError]:
        """Yield what is wrong with the statements; columns that could not be read are absent.

        Here these are the cells that are neither 0, 1 nor blank.
        """
        return not_zero_or_one(sheet, readable(sheet.numbers, items))

    @abstractmethod
    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return what was said of each item's wish; the columns must be without faults."""


def readable(numbers: Numbers, items: Sequence[Item]) -> dict[str, Floats]:
    """Return the columns of statements that could be read, by name."""
    names = (item.said for item in items if item.said is not None)
    return {name: numbers[name] for name in names if name in numbers}


def not_zero_or_one(sheet: Sheet, names: Iterable[str]) -> Iterator[InvalidError]:
    """Yield the cells of some columns that are neither 0, 1 nor blank."""
    for name in names:
        if sheet.extents[name].ones is None:
            values = sheet.numbers[name]
            wrong = np.isfinite(values) & (values != 0) & (values != 1)
            yield from faults_at(wrong, name, figure(values), "0, 1 or a blank")


def offered(sheet: Sheet, items: Sequence[Item]) -> Columns:
    """Return the column of statements of each item; None where there is none or it is all blank."""
    columns = (None if item.said is None else sheet.numbers[item.said] for item in items)
    return [None if column is None or is_blank(column) else column for column in columns]


def each(columns: Columns, tell: Callable[[Floats], Answers]) -> Iterator[Answers | None]:
    """Yield what each column says, one by one, so that only one is in memory."""
    return (None if column is None else tell(column) for column in columns)


def total(rows: int, columns: Columns) -> Floats:
    """Return the sum of each row, in which blanks count for nothing."""
    sums = np.zeros(rows)
    for column in columns:
        if column is not None:
            sums += without_blanks(column)
    return sums


@attrs.frozen
class YesNo(StatementForm):
    """Each wish was asked about by itself: 1 for yes, 0 for no, blank for no answer.

    A wish counts as asked for where more than half say yes. A column without a single 0 beside
    blanks is taken for ticks, and stays open: ``CheckAll`` reads those.
    """

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the share of yes among those who answered about a wish."""
        columns = offered(sheet, items)
        answers = _yes_or_no(sheet, items, columns)
        heard = weigh(sheet, answers, EVEN, Unused.NO_ANSWER, Among.ANSWERED)
        if heard.n.min(initial=sheet.rows) == sheet.rows:
            return heard
        return attrs.evolve(heard, ticks=tuple(_only_ticks(sheet.rows, columns)))


def _yes_or_no(sheet: Sheet, items: Sequence[Item], columns: Columns) -> Iterator[Answers | None]:
    every = np.ones(sheet.rows, np.bool_)
    for item, said in zip(items, columns, strict=True):
        if item.said is None or said is None:
            yield None
        else:
            extent = sheet.extents[item.said]
            yield Answers(said, every if extent.whole else ~np.isnan(said), ones=extent.ones)


def _only_ticks(rows: int, columns: Columns) -> Iterator[bool]:
    """Yield for each column whether it has ticks and blanks, but not a single "no".

    Blanks of who answered about no wish are no sign of it where another column has a "no".
    """
    refused = [said is not None and bool((said == 0).any()) for said in columns]
    spoke = np.ones(rows, np.bool_)
    if any(refused) and not all(refused):
        blank = (np.isnan(said) for said in columns if said is not None)
        spoke = ~np.logical_and.reduce(list(blank))
    for said, no in zip(columns, refused, strict=True):
        yield said is not None and not no and bool((np.isnan(said) & spoke).any())


@attrs.frozen
class Mentions(StatementForm):
    """Comments in customers' own words, coded: 1 where one asks for the wish, else 0 or blank.

    The share is of those who commented. A wish counts as asked for above the fair share, the mean
    over the wishes. As that comes from the same people, the variance is that of the contrast
    between the wish and the mean of the wishes. And as the posterior of a share has half a mention
    beforehand, so has the fair share, ``(n * mean + 1/2) / (n + 1)`` for n who commented: else a
    single mention would decide where hardly any is made.

    Attributes:
        commented: the column that is 1 where a customer commented, else 0 or blank; None to take
            those who mention at least one of the wishes.

    Raises:
        InvalidError: ``commented`` is no name of a column.
    """

    commented: str | None = attrs.field(default=None, validator=optional(a_column), repr=describe)

    def columns(self, items: Sequence[Item]) -> Iterator[Use]:
        """Yield the columns that the form reads."""
        yield from super().columns(items)
        if self.commented is not None:
            yield self.commented, "who commented"

    def faults(self, sheet: Sheet, items: Sequence[Item]) -> Iterator[InvalidError]:
        """Yield cells that are neither 0, 1 nor blank, and mentions by who did not comment."""
        columns = readable(sheet.numbers, items)
        yield from not_zero_or_one(sheet, columns)
        if self.commented is None or self.commented not in sheet.numbers:
            return
        yield from not_zero_or_one(sheet, [self.commented])
        commented = sheet.numbers[self.commented]
        expected = f"no mention, or 1 in column {quoted(self.commented)}"
        for name, said in columns.items():
            wrong = (said == 1) & (commented != 1)
            yield from faults_at(wrong, name, lambda _: "a mention without a comment", expected)

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the share who mention each wish, of those who commented."""
        columns = offered(sheet, items)
        if self.commented is None:
            why, among, spoke = Unused.NO_MENTION, Among.MENTIONED, total(sheet.rows, columns) > 0
        else:
            why, among = Unused.NO_COMMENT, Among.COMMENTED
            spoke = sheet.numbers[self.commented] == 1
        return _against_the_mean(sheet, columns, spoke, why, among)


def _against_the_mean(
    sheet: Sheet, columns: Columns, spoke: Mask, why: Unused, among: Among
) -> Statements:
    """Return the share who say each wish, to be held against the mean over the wishes.

    As that comes from the same people, the variance is that of the contrast of the two.
    """
    mean = total(sheet.rows, columns) / count_offered(columns)

    def tell(said: Floats) -> Answers:
        mentioned = without_blanks(said)
        return Answers(mentioned, spoke, mentioned - mean)

    heard = weigh(sheet, each(columns, tell), EVEN, why, among)
    n, all_shares = count_respondents(sheet, spoke), float(np.nansum(heard.share))
    fair = (n * all_shares / count_offered(columns) + 0.5) / (n + 1)
    return attrs.evolve(heard, tau=fair)


@attrs.frozen
class CheckAll(StatementForm):
    """Each customer ticked all the wishes that apply: 1 for a tick, 0 or blank for none.

    The share is of those who answered the question. Who left it blank as a whole ticked nothing or
    was not asked, which an export of ticks and blanks does not tell, so that they count only where
    ``answered`` says so, or where a 0 stands in their row. Customers tick less than they would say
    yes to (Smyth et al. 2006, Public Opinion Quarterly 70), so a wish counts as asked for above the
    mean over the wishes, not above half.

    Attributes:
        answered: the column that is 1 where a customer was asked and answered, else 0 or blank;
            None to take those with a tick or a 0.

    Raises:
        InvalidError: ``answered`` is no name of a column.
    """

    answered: str | None = attrs.field(default=None, validator=optional(a_column), repr=describe)

    def columns(self, items: Sequence[Item]) -> Iterator[Use]:
        """Yield the columns that the form reads."""
        yield from super().columns(items)
        if self.answered is not None:
            yield self.answered, "who answered the question"

    def faults(self, sheet: Sheet, items: Sequence[Item]) -> Iterator[InvalidError]:
        """Yield cells that are neither 0, 1 nor blank, and ticks of who did not answer."""
        columns = readable(sheet.numbers, items)
        yield from not_zero_or_one(sheet, columns)
        if self.answered is None or self.answered not in sheet.numbers:
            return
        yield from not_zero_or_one(sheet, [self.answered])
        answered = sheet.numbers[self.answered]
        expected = f"no tick, or 1 in column {quoted(self.answered)}"
        for name, said in columns.items():
            wrong = (said == 1) & (answered != 1)
            yield from faults_at(wrong, name, lambda _: "a tick without an answer", expected)

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the share who tick each wish, of those who answered."""
        columns = offered(sheet, items)
        if self.answered is not None:
            answered = sheet.numbers[self.answered] == 1
            return _against_the_mean(sheet, columns, answered, Unused.NO_ANSWER, Among.ANSWERED)
        answered = np.zeros(sheet.rows, np.bool_)
        for said in columns:
            if said is not None:
                answered |= ~np.isnan(said)
        return _against_the_mean(sheet, columns, answered, Unused.NO_TICK, Among.TICKED)


@attrs.frozen
class PickK(StatementForm):
    """Each customer could pick up to k of the wishes: 1 for a pick, 0 or blank for none.

    Who left the whole row blank was not asked. A wish counts as asked for above the share that it
    would get by chance: k by the number of wishes on offer. A wish whose column is blank throughout
    was not on offer.

    Attributes:
        k: how many wishes a customer could pick.

    Raises:
        InvalidError: ``k`` is no whole number from 1.
    """

    k: int = attrs.field(validator=a_number(1, MANY))

    def faults(self, sheet: Sheet, items: Sequence[Item]) -> Iterator[InvalidError]:
        """Yield cells that are neither 0, 1 nor blank, and rows with more than k picks."""
        columns = readable(sheet.numbers, items)
        yield from not_zero_or_one(sheet, columns)
        on_offer = len(tuple(self.columns(items)))
        if self.k >= on_offer:
            found = f"{self.k} picks of {on_offer} wishes"
            yield InvalidError("", found, "fewer picks than wishes to pick from")
        picks = sum((said == 1 for said in columns.values()), np.zeros(1))
        expected = f"at most {self.k} in a row"
        yield from faults_at(picks > self.k, None, figure(picks, " picks"), expected)

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the share who pick each wish, of those who were asked."""
        columns = offered(sheet, items)
        were_asked = np.zeros(sheet.rows, np.bool_)
        for said in columns:
            if said is not None:
                were_asked |= ~np.isnan(said)
        answers = each(columns, lambda said: Answers(without_blanks(said), were_asked))
        tau = min(1.0, self.k / count_offered(columns))
        return weigh(sheet, answers, tau, Unused.NO_PICKS, Among.PICKED)


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

    def faults(self, sheet: Sheet, items: Sequence[Item]) -> Iterator[InvalidError]:
        """Yield points below 0, and rows whose points do not add up; empty rows pass."""
        columns = readable(sheet.numbers, items)
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
        tau = 1 / count_offered(columns)
        return weigh(sheet, answers, tau, Unused.NO_POINTS, Among.POINTS)


@attrs.frozen
class Ratings(StatementForm):
    """Each customer rated how important the wishes are, on whatever scale.

    A rating counts only relative to the mean of its row, never by a fixed cut: above the mean the
    customer says the wish, at the mean half. Where a customer puts the ratings, and how far apart,
    changes nothing. Who rates fewer than two wishes, or all the same, does not tell them apart. A
    wish counts as asked for where it is above the mean for more than half.
    """

    def faults(self, sheet: Sheet, items: Sequence[Item]) -> Iterator[InvalidError]:
        """Yield nothing: every number may be a rating."""
        del sheet, items
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

        return weigh(sheet, each(columns, tell), EVEN, Unused.NO_ORDER, Among.ORDERED)


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
                yield item.worst, f"how often {quoted(item.wish.about)} was chosen as worst"

    def faults(self, sheet: Sheet, items: Sequence[Item]) -> Iterator[InvalidError]:
        """Yield what is no count, and wishes that were chosen more often than shown."""
        numbers = sheet.numbers
        for item in items:
            if item.said is not None and item.worst is None:
                found = "how often a wish was chosen as best, but not how often as worst"
                yield InvalidError("", found, "both columns in its Item", column=item.said)
        for name in (name for name, _ in self.columns(items)):
            if name in numbers:
                counts = numbers[name]
                wrong = (counts < 0) | (np.floor(counts) < counts)
                yield from faults_at(wrong, name, figure(counts), "a whole number from 0")
        if self.shown is not None:
            yield from self._chosen_too_often(numbers, items, self.shown)

    @staticmethod
    def _chosen_too_often(
        numbers: Numbers, items: Sequence[Item], shown: int
    ) -> Iterator[InvalidError]:
        expected = f"at most {shown} as best and worst together, as often as it was shown"
        for best, worst in ((item.said, item.worst) for item in items):
            if best is not None and worst is not None and best in numbers and worst in numbers:
                chosen = without_blanks(numbers[best]) + without_blanks(numbers[worst])
                yield from faults_at(chosen > shown, best, figure(chosen, " choices"), expected)

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return how much each wish is chosen as best rather than as worst."""
        answers = (self._tell(sheet.numbers, item) for item in items)
        return weigh(sheet, answers, EVEN, Unused.NO_CHOICE, Among.CHOSEN)

    def _tell(self, numbers: Numbers, item: Item) -> Answers | None:
        if item.said is None or item.worst is None:
            return None
        shown = ~(np.isnan(numbers[item.said]) & np.isnan(numbers[item.worst]))
        best, worst = without_blanks(numbers[item.said]), without_blanks(numbers[item.worst])
        if self.shown is not None:
            return Answers((1 + (best - worst) / self.shown) / 2, shown)
        chosen = best + worst
        return Answers(best / np.maximum(chosen, 1), chosen > 0)
