"""The five answers to Kano's questions, what a pair of them makes of a wish, and counts of pairs.

After Kano, Seraku, Takahashi and Tsuji (1984), with the table of Berger et al. (1993).
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, unique
from itertools import chain
from types import MappingProxyType

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_several, check_whole
from cxjourney.vocabulary._forms import converted, exact, row
from cxjourney.wishes.evidence.moments import MOST

__all__ = ["CELLS", "TABLE", "KanoAnswer", "KanoCategory"]


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


def _rows(counts: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(counts[start : start + SIZE]) for start in range(0, len(CELLS), SIZE))


COUNT = exact(int, "a whole number")
"""The stored form of a count; which ones may be, its owner checks."""
COUNTS = converted(
    row(*[row(*[COUNT] * SIZE)] * SIZE), lambda rows: tuple(chain.from_iterable(rows)), _rows
)
"""The stored form of counts: the rows of the table."""
