"""Kano's questionnaire: the answers, what a pair of them makes of a wish, and counts of pairs."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, unique
from itertools import chain
from types import MappingProxyType
from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import a, check_number, check_several, check_type, check_whole
from cxjourney.vocabulary._forms import converted, exact, record, row, versioned
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes._classification import Classification
from cxjourney.wishes._evidence import Evidence
from cxjourney.wishes._evidence_forms import SCHEMA, WISH
from cxjourney.wishes._kinds import LEVEL, Criteria, Interval, Reason, Wish
from cxjourney.wishes._moments import MOST, Moments, Outcomes, Pairs


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


OUTCOME = "pleased or displeased"
"""The outcome of the evidence that the questionnaire gives: +1, -1, or 0 for neither."""
POSTERIOR = "cxjourney.wishes._effects._posterior"
HALF = 0.5


@attrs.frozen
class Kano:
    """The answers of customers to Kano's two questions about one wish.

    The functional question is how they would feel with it fulfilled, the dysfunctional one how
    without it. Each new answer gives a new ``Kano``.

    Attributes:
        wish: the wish.
        counts: how many customers gave each pair of answers, by functional answer, then by
            dysfunctional one, in the order of ``KanoAnswer``.
        left_open: how many customers were asked and left a question open; they count for nothing.

    Raises:
        InvalidError: a field is not of its type, or a count is negative.

    >>> seats = Kano(Wish("clean seats")).add(KanoAnswer.EXPECT, KanoAnswer.DISLIKE, 40)
    >>> seats = seats.add(KanoAnswer.NEUTRAL, KanoAnswer.NEUTRAL, 10)
    >>> seats.category, seats.better, seats.worse
    (<KanoCategory.MUST_BE: 'M'>, 0.0, -0.8)
    """

    wish: Wish = attrs.field(validator=a(Wish))
    counts: tuple[int, ...] = attrs.field(default=NONE, converter=as_counts)
    left_open: int = 0

    def __attrs_post_init__(self) -> None:
        check_whole("Kano.left_open", self.left_open, 0, MOST)

    def __repr__(self) -> str:
        category = self.category
        kind = category.name if category else "no category"
        return f"<Kano of {sum(self.counts):,} answers: {kind}>"

    def add(self, functional: KanoAnswer, dysfunctional: KanoAnswer, times: int = 1) -> "Kano":
        """Return the answers with those of one more customer.

        Args:
            functional: how the customer would feel with the wish fulfilled.
            dysfunctional: how without it.
            times: how many such customers.

        Raises:
            InvalidError: an argument is not of its type, or ``times`` is negative.
        """
        for field, answer in (("functional", functional), ("dysfunctional", dysfunctional)):
            check_type(field, answer, KanoAnswer)
        counts = list(self.counts)
        counts[CELLS.index((functional, dysfunctional))] += check_whole("times", times, 0, MOST)
        return Kano(self.wish, counts, self.left_open)

    def merge(self, other: "Kano") -> "Kano":
        """Return these answers and others about the same wish, as one.

        Raises:
            InvalidError: they are about another wish.
        """
        check_type("other", other, Kano)
        if other.wish != self.wish:
            raise InvalidError("other", "answers about another wish", "answers about the same wish")
        counts = (one + more for one, more in zip(self.counts, other.counts, strict=True))
        return Kano(self.wish, counts, self.left_open + other.left_open)

    def __add__(self, other: "Kano") -> "Kano":
        return self.merge(other)

    @property
    def categories(self) -> Mapping[KanoCategory, int]:
        """How many customers put the wish in each category."""
        found = dict.fromkeys(KanoCategory, 0)
        for cell, count in zip(CELLS, self.counts, strict=True):
            found[TABLE[cell]] += count
        return MappingProxyType(found)

    @property
    def category(self) -> KanoCategory | None:
        """The category in which most customers put the wish; None without answers.

        Of equally frequent categories the first in the order M, O, A, I, R, Q counts: what is
        missed most before what is missed less (Berger et al. 1993).
        """
        found = self.categories
        return max(found, key=found.__getitem__) if any(self.counts) else None

    @property
    def certainty(self) -> float:
        """How likely ``category`` is more frequent among all customers than the runner-up.

        By Jeffreys' prior for their shares of the two. Fong (1996) tests the same pair.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        runner_up, first = sorted(self.categories.values())[-2:]
        return _above(first, runner_up)

    @property
    def better(self) -> float | None:
        """By how much fulfilling it pleases: (A + O) / (A + O + M + I); None without such answers.

        Reverse and questionable answers do not count (Berger et al. 1993).
        """
        pleased, others = self._better
        return pleased / (pleased + others) if pleased + others else None

    @property
    def worse(self) -> float | None:
        """By how much its absence displeases: -(O + M) / (A + O + M + I), from -1 to 0."""
        missed, others = self._worse
        return -missed / (missed + others) if missed + others else None

    @property
    def better_interval(self) -> Interval:
        """Where ``better`` lies with 95 % probability, by Jeffreys' prior.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        return _interval(*self._better)

    @property
    def worse_interval(self) -> Interval:
        """Where ``worse`` lies with 95 % probability, by Jeffreys' prior.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        turned = _interval(*self._worse)
        return Interval(-turned.high, -turned.low)

    def must_be(self, level: float = LEVEL) -> bool:
        """Tell whether customers take it for granted, and miss it when it is not there.

        Two things must be known: that its absence displeases more than its presence pleases (M is
        above A, so -worse above better), and that it displeases more than half of those who gave no
        questionable answers. The half is where Berger et al. (1993) divide their map; reverse
        answers count against it here.

        Args:
            level: the probability from which something counts as known.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
            InvalidError: the level is no number from 0.5 to 1.
        """
        check_number("level", level, HALF, 1)
        found = self.categories
        missed, pleased_or_not = self._worse
        others = pleased_or_not + found[KanoCategory.REVERSE]
        outweighs = _above(found[KanoCategory.MUST_BE], found[KanoCategory.ATTRACTIVE])
        return min(outweighs, _above(missed, others)) >= level

    def evidence(self, outcome: str = OUTCOME) -> Evidence:
        """Return the answers as evidence: pairs of +1 pleased, -1 displeased, 0 neither.

        Questionable answers are left out. The mean difference is ``better - worse``, less what
        reverse answers take away.

        Args:
            outcome: the name of the outcome.

        Raises:
            InvalidError: the name is blank or too long.
        """
        answered = [
            (cell, count)
            for cell, count in zip(CELLS, self.counts, strict=True)
            if TABLE[cell] is not KanoCategory.QUESTIONABLE
        ]
        pairs = Pairs(
            Moments.counted((one.points, count) for (one, _), count in answered),
            Moments.counted((other.points, count) for (_, other), count in answered),
            Moments.counted((one.points - other.points, count) for (one, other), count in answered),
        )
        return Evidence(self.wish, outcome, outcomes=Outcomes(pairs=pairs))

    def classify(
        self,
        criteria: Criteria | None = None,
        *,
        evidence: Evidence | None = None,
        prior: Evidence | None = None,
    ) -> Classification:
        """Tell which kind the wish is of, by these answers and other evidence of the same outcome.

        A must-be wish is never called without value. A questionnaire alone is looked at once, at
        its end, so ``criteria.min_events`` holds only together with other evidence.

        Args:
            criteria: the limits; conventions of ours where None.
            evidence: other evidence, such as statements heard.
            prior: an informed prior, as ``Evidence.classify`` takes it.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
            InvalidError: the evidence or the prior is of another wish, or of another kind of
                outcome.
        """
        if evidence is not None:
            seen = self.evidence(evidence.outcome) + evidence
            return self.temper(seen.classify(criteria, prior=prior))
        return self.temper(self.evidence().classify(criteria, prior=prior, once=True))

    def temper(self, known: Classification) -> Classification:
        """Return a classification that does not call a must-be wish one without value.

        "Adds no value" stays open then, for ``Reason.MUST_BE``: to stop fulfilling such a wish
        costs what fulfilling it more does not bring. A fact that the wish itself
        states stays as it is; then the classification only notes that it is a must-be.

        Args:
            known: what is known of the wish, by any instrument and for any outcome.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        if not self.must_be(known.value.level):
            return known
        if known.value.says is False and known.wish.adds_value is None:
            return attrs.evolve(known, value=attrs.evolve(known.value, doubts=(Reason.MUST_BE,)))
        return attrs.evolve(known, notes=(*known.notes, Reason.MUST_BE))

    def to_dict(self) -> dict[str, Any]:
        """Return the answers as plain values that JSON can hold, with a schema version."""
        plain: dict[str, Any] = _KANO.encode(self, top=_TOP)
        return plain

    @classmethod
    def from_dict(cls, data: object) -> "Kano":
        """Return the answers that ``to_dict`` gave as plain values.

        Raises:
            DecodeError: the data is of any other form; ``path`` says where.
        """
        return _KANO.decode(data, top=_TOP)

    @property
    def _better(self) -> tuple[int, int]:
        """How many it pleases when fulfilled, and how many others count."""
        found = self.categories
        pleased = found[KanoCategory.ATTRACTIVE] + found[KanoCategory.ONE_DIMENSIONAL]
        return pleased, found[KanoCategory.MUST_BE] + found[KanoCategory.INDIFFERENT]

    @property
    def _worse(self) -> tuple[int, int]:
        """How many its absence displeases, and how many others count."""
        found = self.categories
        missed = found[KanoCategory.ONE_DIMENSIONAL] + found[KanoCategory.MUST_BE]
        return missed, found[KanoCategory.ATTRACTIVE] + found[KanoCategory.INDIFFERENT]


def _above(one: int, other: int) -> float:
    """Return how likely the first of two kinds of answers is the more frequent one."""
    chance: float = load(POSTERIOR).share_above(one, other, HALF)
    return chance


def _interval(part: int, others: int) -> Interval:
    interval: Interval = load(POSTERIOR).share_interval(part, others)
    return interval


_TOP = "evidence"
_KANO = versioned(record(Kano, {"wish": WISH, "counts": COUNTS, "left_open": COUNT}), SCHEMA)
