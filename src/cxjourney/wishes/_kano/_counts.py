"""Kano's questionnaire: counts of the pairs of answers about one wish, and what they say of it."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import a, check_number, check_type, check_whole
from cxjourney.vocabulary._forms import record, versioned
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Showable
from cxjourney.wishes._classification import Classification
from cxjourney.wishes._evidence import Evidence
from cxjourney.wishes._evidence_forms import MOMENTS, SCHEMA, WISH
from cxjourney.wishes._kano._pairs import (
    CELLS,
    COUNT,
    COUNTS,
    NONE,
    TABLE,
    KanoAnswer,
    KanoCategory,
    as_counts,
    dysfunctional_scores,
    functional_scores,
)
from cxjourney.wishes._kinds import (
    LEVEL,
    Answer,
    Criteria,
    Interval,
    Reason,
    Wish,
    criteria_or_ours,
)
from cxjourney.wishes._moments import MOST, Moments, Outcomes, Pairs

OUTCOME = "pleased or displeased"
"""The outcome of the evidence that the questionnaire gives: +1, -1, or 0 for neither."""
POSTERIOR = "cxjourney.wishes._effects._posterior"
HALF = 0.5
WANTED = (KanoCategory.MUST_BE, KanoCategory.ONE_DIMENSIONAL, KanoCategory.ATTRACTIVE)
"""The categories in which a customer wants the wish fulfilled."""
MOST_INDIFFERENT = 0.8
"""With this share of indifferent customers a wish is indifferent, however few they are."""
MOST_QUESTIONABLE = 0.1
"""The share of questionable answers above which they tell nothing: our convention, no source."""
FONG = 1.65
"""The normal score that Fong (1996) holds the difference of two categories to: 90 %, two-sided."""


@attrs.frozen
class Kano(Showable):
    """The answers of customers to Kano's two questions about one wish.

    The functional question is how they would feel with it fulfilled, the dysfunctional one how
    without it. Each new answer gives a new ``Kano``.

    Attributes:
        wish: the wish.
        counts: how many customers gave each pair of answers, by functional answer, then by
            dysfunctional one, in the order of ``KanoAnswer``.
        left_open: how many customers were asked and left a question open; they count for nothing.
        importance: how important customers say it is to them, on any scale (Berger et al. 1993 ask
            for 1 to 9).

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
    importance: Moments = attrs.field(default=Moments(), validator=a(Moments))

    def __attrs_post_init__(self) -> None:
        check_whole("Kano.left_open", self.left_open, 0, MOST)

    def __repr__(self) -> str:
        category = self.category
        kind = category.name if category else "no category"
        return f"<Kano of {self.n:,} answers: {kind}>"

    @property
    def n(self) -> int:
        """How many customers answered both questions."""
        return sum(self.counts)

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
        return attrs.evolve(self, counts=counts)

    def merge(self, other: "Kano") -> "Kano":
        """Return these answers and others about the same wish, as one.

        Raises:
            InvalidError: they are about another wish.
        """
        check_type("other", other, Kano)
        if other.wish != self.wish:
            raise InvalidError("other", "answers about another wish", "answers about the same wish")
        counts = (one + more for one, more in zip(self.counts, other.counts, strict=True))
        return Kano(
            self.wish,
            counts,
            self.left_open + other.left_open,
            self.importance + other.importance,
        )

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
    def grade(self) -> KanoCategory | None:
        """The category by Berger's rule; None without answers.

        Where attractive, one-dimensional and must-be together outnumber indifferent, reverse and
        questionable, it is the most frequent of the former three, else of the latter (Berger et
        al. 1993). So a wish that some want for one reason and some for another is not indifferent.
        """
        if not self.n:
            return None
        found = self.categories
        wanted, others = self._wanted
        among = [one for one in KanoCategory if (one in WANTED) == (wanted > others)]
        return max(among, key=found.__getitem__)

    @property
    def total_strength(self) -> float | None:
        """The share of attractive, one-dimensional and must-be (Lee and Newcomb 1997)."""
        return self._wanted[0] / self.n if self.n else None

    @property
    def strength(self) -> float | None:
        """By how much of all answers ``category`` leads the next one (Lee and Newcomb 1997)."""
        lead, _ = self._lead
        return lead / self.n if self.n else None

    @property
    def significant(self) -> bool | None:
        """Whether ``category`` leads the next one by more than chance would; None without answers.

        Fong's test (1996, Center for Quality of Management Journal 5): of n answers, a and b in the
        two most frequent categories differ where ``abs(a - b)`` is at least
        ``1.65 sqrt((a + b) (2n - a - b) / 2n)``.
        """
        lead, both = self._lead
        n = self.n
        return lead >= FONG * math.sqrt(both * (2 * n - both) / (2 * n)) if n else None

    @property
    def functional(self) -> float | None:
        """The mean continuous score with the wish fulfilled, from 4 (like) to -2 (DuMouchel)."""
        found = functional_scores(self.counts)
        return found.mean if found.n else None

    @property
    def dysfunctional(self) -> float | None:
        """The mean continuous score without the wish, from 4 (dislike) to -2 (DuMouchel)."""
        found = dysfunctional_scores(self.counts)
        return found.mean if found.n else None

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

    def indifferent(self, level: float = LEVEL) -> bool:
        """Tell whether most customers do not care.

        They do not where that is known of more than half of them, and in any case where 80 % of
        those who answered are indifferent.

        Args:
            level: the probability from which something counts as known.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
            InvalidError: the level is no number from 0.5 to 1.
        """
        check_number("level", level, HALF, 1)
        count, n = self.categories[KanoCategory.INDIFFERENT], self.n
        return bool(n) and (count >= MOST_INDIFFERENT * n or _above(count, n - count) >= level)

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
        self, criteria: Criteria | None = None, *, evidence: Evidence | None = None
    ) -> Classification:
        """Tell which kind the wish is of, by Kano's own measures.

        It adds value where more than half of the customers put it among attractive, one-dimensional
        and must-be: Berger's rule, with the probability that it holds among all customers by
        Jeffreys' prior. It does harm where more than half would rather not have it. So a wish that
        80 % are indifferent to adds no value, and a must-be does. A wish with many questionable
        answers stays open: then the questions were not understood. The questionnaire is looked at
        once, at its end.

        Args:
            criteria: the limits; conventions of ours where None. ``delta`` and ``sign`` are of
                effects and do not hold here.
            evidence: other evidence of the wish, such as statements heard. Outcomes in it decide
                the value instead, and the questionnaire only tempers it.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
            InvalidError: the evidence is of another wish.
        """
        limits = criteria_or_ours(criteria)
        heard = Evidence(self.wish, OUTCOME) if evidence is None else evidence
        check_type("evidence", heard, Evidence)
        if heard.wish != self.wish:
            raise InvalidError("evidence", "of another wish", "evidence of the same wish")
        known = heard.classify(limits)
        if heard.kind is not None:
            return self.temper(known)
        value = self._value(limits.level).unless(self.wish.adds_value)
        harm = None if self.wish.adds_value is not None or not self.n else self._harm
        return self.temper(attrs.evolve(known, value=value, harm=harm))

    def _value(self, level: float) -> Answer:
        """Return whether more than half of all customers want it, for whatever reason."""
        wanted, _ = self._wanted
        if not self.n:
            return Answer(HALF, HALF, level, doubts=(Reason.NO_OUTCOMES,))
        answer: Answer = load(POSTERIOR).share_answer(wanted / self.n, self.n, HALF, level, self.n)
        asked = self.categories[KanoCategory.QUESTIONABLE]
        unclear = load(POSTERIOR).share_above(asked, self.n - asked, MOST_QUESTIONABLE) >= level
        return attrs.evolve(answer, doubts=(Reason.QUESTIONABLE,)) if unclear else answer

    @property
    def _harm(self) -> float:
        reverse = self.categories[KanoCategory.REVERSE]
        return _above(reverse, self.n - reverse)

    def temper(self, known: Classification) -> Classification:
        """Return a classification that does not contradict what customers said here.

        "Adds no value" stays open for a must-be wish, for ``Reason.MUST_BE``: to stop fulfilling it
        costs what fulfilling it more does not bring. "Adds value" stays open for one that most are
        indifferent to, for ``Reason.INDIFFERENT``. A fact that the wish itself states stays as it
        is; a must-be whose value is not denied is noted as one.

        Args:
            known: what is known of the wish, by any instrument and for any outcome.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        level, says = known.value.level, known.value.says
        stated = known.wish.adds_value is not None
        if self.must_be(level):
            if says is False and not stated:
                return attrs.evolve(
                    known, value=attrs.evolve(known.value, doubts=(Reason.MUST_BE,))
                )
            return attrs.evolve(known, notes=(*known.notes, Reason.MUST_BE))
        if says is True and not stated and self.indifferent(level):
            doubts = (Reason.INDIFFERENT,)
            return attrs.evolve(known, value=attrs.evolve(known.value, doubts=doubts))
        return known

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
    def _wanted(self) -> tuple[int, int]:
        """How many want it, for whatever reason, and how many others answered."""
        found = self.categories
        wanted = sum(found[one] for one in WANTED)
        return wanted, self.n - wanted

    @property
    def _lead(self) -> tuple[int, int]:
        """By how many the most frequent category leads the next, and how many are in the two."""
        second, first = sorted(self.categories.values())[-2:]
        return first - second, first + second

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
_KANO = versioned(
    record(Kano, {"wish": WISH, "counts": COUNTS, "left_open": COUNT, "importance": MOMENTS}),
    SCHEMA,
)
