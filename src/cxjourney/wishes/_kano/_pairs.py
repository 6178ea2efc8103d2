"""The answers to Kano's two questions, and what a pair of them makes of a wish."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, unique
from itertools import chain
from types import MappingProxyType

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_several, check_whole
from cxjourney.vocabulary._forms import converted, exact, row
from cxjourney.wishes._moments import MOST, Moments


@unique
class KanoAnswer(Enum):
    """One of the five answers, coded 1 to 5, to how one would feel.

    LIKE: I would like it. EXPECT: it must be so. NEUTRAL: I do not care. LIVE_WITH: I can live
    with it. DISLIKE: I would dislike it.
    """

    LIKE = 1
    EXPECT = 2
    NEUTRAL = 3
    LIVE_WITH = 4
    DISLIKE = 5

    @property
    def points(self) -> int:
        """How it feels: 1 where it pleases, -1 where it displeases, else 0."""
        return (self is KanoAnswer.LIKE) - (self is KanoAnswer.DISLIKE)

    @property
    def functional(self) -> int:
        """What it counts with the wish fulfilled, from 4 for like to -2 for dislike.

        The scores of DuMouchel (Berger et al. 1993): what speaks for the wish weighs double.
        """
        return {1: 4, 2: 2, 3: 0, 4: -1, 5: -2}[self.value]

    @property
    def dysfunctional(self) -> int:
        """What it counts without the wish, from -2 for like to 4 for dislike (DuMouchel)."""
        return {1: -2, 2: -1, 3: 0, 4: 2, 5: 4}[self.value]


@unique
class KanoCategory(Enum):
    """What a wish is to a customer; the value is the letter of the table.

    MUST_BE: taken for granted, missed when it is not there. ONE_DIMENSIONAL: the more the better.
    ATTRACTIVE: delights, and is not missed. INDIFFERENT: neither. REVERSE: not wanted.
    QUESTIONABLE: the two answers contradict each other.
    """

    MUST_BE = "M"
    ONE_DIMENSIONAL = "O"
    ATTRACTIVE = "A"
    INDIFFERENT = "I"
    REVERSE = "R"
    QUESTIONABLE = "Q"


TABLE: Mapping[tuple[KanoAnswer, KanoAnswer], KanoCategory] = MappingProxyType(
    {
        (functional, dysfunctional): KanoCategory(letter)
        for functional, letters in zip(
            KanoAnswer, ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"), strict=True
        )
        for dysfunctional, letter in zip(KanoAnswer, letters, strict=True)
    }
)
"""What each pair of answers makes of a wish: with it fulfilled, and without."""
CELLS: tuple[tuple[KanoAnswer, KanoAnswer], ...] = tuple(TABLE)
"""Every pair of answers, by functional answer, then by dysfunctional one."""
SIZE = len(KanoAnswer)
NONE: tuple[int, ...] = (0,) * len(CELLS)


def as_counts(counts: Iterable[int]) -> tuple[int, ...]:
    """Return how many customers gave each pair of answers, in the order of ``CELLS``.

    Raises:
        InvalidError: they are no whole numbers, one for each pair.
    """
    check_several("Kano.counts", counts, f"{len(CELLS)} whole numbers")
    found = tuple(check_whole("Kano.counts", count, 0, MOST) for count in counts)
    if len(found) != len(CELLS):
        raise InvalidError(
            "Kano.counts", f"{len(found)} numbers", f"{len(CELLS)}, one a pair of answers"
        )
    return found


def functional_scores(counts: Iterable[int]) -> Moments:
    """Return the continuous scores of customers with the wish fulfilled."""
    answers = zip(CELLS, counts, strict=True)
    return Moments.counted((one.functional, count) for (one, _), count in answers)


def dysfunctional_scores(counts: Iterable[int]) -> Moments:
    """Return the continuous scores of customers without the wish."""
    answers = zip(CELLS, counts, strict=True)
    return Moments.counted((other.dysfunctional, count) for (_, other), count in answers)


def _rows(counts: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(counts[start : start + SIZE]) for start in range(0, len(CELLS), SIZE))


COUNT = exact(int, "a whole number")
"""The stored form of a count; which ones may be, its owner checks."""
COUNTS = converted(
    row(*[row(*[COUNT] * SIZE)] * SIZE), lambda rows: tuple(chain.from_iterable(rows)), _rows
)
"""The stored form of counts: the rows of the table."""
