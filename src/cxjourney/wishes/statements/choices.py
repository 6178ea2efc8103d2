"""Forms of statements in which customers choose: yes or no, open mentions, up to k picks (SPEC 8).

Every cell is 0, 1 or blank.
"""

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from attrs.validators import optional

from cxjourney.errors import InvalidError
from cxjourney.shown import quoted
from cxjourney.vocabulary._checks import MANY, a_column, a_number
from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.findings import Unused
from cxjourney.wishes.reading.items import Item
from cxjourney.wishes.reading.sheet import Sheet, Use, faults_at, figure
from cxjourney.wishes.statements.forms import (
    EVEN,
    StatementForm,
    count_offered,
    each,
    not_zero_or_one,
    offered,
    readable,
    total,
    without_blanks,
)
from cxjourney.wishes.statements.shares import Answers, Statements, count_respondents, weigh

__all__ = [
    "Mentions",
    "PickK",
    "YesNo",
]


@attrs.frozen
class YesNo(StatementForm):
    """Each wish was asked about by itself: 1 for yes, 0 for no, blank for no answer.

    A wish counts as asked for where more than half say yes.
    """

    def faults(
        self, numbers: Mapping[str, Floats], items: Sequence[Item]
    ) -> Iterator[InvalidError]:
        """Yield the answers that are neither 0, 1 nor blank."""
        return not_zero_or_one(readable(numbers, items))

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the share of yes among those who answered about a wish."""
        answers = each(offered(sheet, items), lambda said: Answers(said, ~np.isnan(said)))
        return weigh(sheet, answers, EVEN, Unused.NO_ANSWER)


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

    commented: str | None = attrs.field(default=None, validator=optional(a_column))

    def columns(self, items: Sequence[Item]) -> Iterator[Use]:
        """Yield the columns that the form reads."""
        yield from super().columns(items)
        if self.commented is not None:
            yield Use(self.commented, "who commented")

    def faults(
        self, numbers: Mapping[str, Floats], items: Sequence[Item]
    ) -> Iterator[InvalidError]:
        """Yield cells that are neither 0, 1 nor blank, and mentions by who did not comment."""
        columns = readable(numbers, items)
        yield from not_zero_or_one(columns)
        if self.commented is None or self.commented not in numbers:
            return
        commented = numbers[self.commented]
        yield from not_zero_or_one({self.commented: commented})
        expected = f"no mention, or 1 in column {quoted(self.commented)}"
        for name, said in columns.items():
            wrong = (said == 1) & (commented != 1)
            yield from faults_at(wrong, name, lambda _: "a mention without a comment", expected)

    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return the share who mention each wish, of those who commented."""
        columns = offered(sheet, items)
        mean = total(sheet.rows, columns) / count_offered(columns)
        if self.commented is None:
            why, spoke = Unused.NO_MENTION, mean > 0
        else:
            why, spoke = Unused.NO_COMMENT, sheet.numbers[self.commented] == 1

        def tell(said: Floats) -> Answers:
            mentioned = without_blanks(said)
            return Answers(mentioned, spoke, mentioned - mean)

        heard = weigh(sheet, each(columns, tell), EVEN, why)
        n, all_shares = count_respondents(sheet, spoke), float(np.nansum(heard.share))
        fair = (n * all_shares / count_offered(columns) + 0.5) / (n + 1)
        return attrs.evolve(heard, tau=fair)


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

    def faults(
        self, numbers: Mapping[str, Floats], items: Sequence[Item]
    ) -> Iterator[InvalidError]:
        """Yield cells that are neither 0, 1 nor blank, and rows with more than k picks."""
        columns = readable(numbers, items)
        yield from not_zero_or_one(columns)
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
        return weigh(sheet, answers, tau, Unused.NO_PICKS)
