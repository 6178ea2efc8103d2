"""What is known of one fact of a wish: an answer, how sure it is, and why it may stay open."""

from enum import Enum, unique

import attrs

__all__ = ["Answer", "Interval", "Reason"]


@unique
class Reason(Enum):
    """Why one of the two facts of a wish stays open, or what was noted about it.

    BETWEEN: the evidence lies on both sides of the threshold. FEW_EVENTS: too few to decide
    without an informed prior. FEW_ROWS: too few rows for the number of wishes. NOT_ASKED: nobody
    was asked, or no statements were heard. NOT_RATED: nobody rated the fulfilment. NO_OUTCOMES: no
    outcomes at all. HARDLY_VARIES: fulfilment hardly varies (met by all, or by none). COLLINEAR: it
    moves together with other wishes. NOISE: the threshold lies under what this many answers can
    tell from noise. CONSTANT_OUTCOME: the outcome does not vary. MUST_BE: Kano's questionnaire says
    that customers take it for granted and miss it when it is not there, so "adds no value" is not
    the whole truth. EXPERIMENT (a note): a randomised trial replaced the survey.
    """

    BETWEEN = "between"
    FEW_EVENTS = "few events"
    FEW_ROWS = "few rows"
    NOT_ASKED = "not asked"
    NOT_RATED = "not rated"
    NO_OUTCOMES = "no outcomes"
    HARDLY_VARIES = "hardly varies"
    COLLINEAR = "collinear"
    NOISE = "noise"
    CONSTANT_OUTCOME = "constant outcome"
    MUST_BE = "must-be"
    EXPERIMENT = "experiment"


@attrs.frozen
class Interval:
    """A central interval of 95 % posterior probability.

    Attributes:
        low: the lower end.
        high: the upper end.
    """

    low: float
    high: float


@attrs.frozen
class Answer:
    """What is known of one fact: customers say it, or fulfilling it adds value.

    Attributes:
        probability: how likely the fact is; 0.5 where nothing is known of it.
        threshold: the share, or the effect, above which the fact holds.
        level: the probability from which an answer counts as known.
        estimate: the share, or the effect, as far as it is known.
        interval: where that lies with 95 % probability.
        n: how many answers it rests on; with weights, the effective number.
        doubts: what keeps the answer open, whatever the probability.
    """

    probability: float
    threshold: float
    level: float
    estimate: float | None = None
    interval: Interval | None = None
    n: float = 0
    doubts: tuple[Reason, ...] = ()

    @property
    def says(self) -> bool | None:
        """The answer: True, False, or None while it is open."""
        if self.doubts or max(self.probability, 1 - self.probability) < self.level:
            return None
        return self.probability >= self.level

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the answer is open; empty where it is known."""
        return self.doubts or ((Reason.BETWEEN,) if self.says is None else ())

    @classmethod
    def fact(cls, fact: bool, threshold: float, level: float) -> "Answer":
        """Return the answer for a fact that is known."""
        return cls(float(fact), threshold, level)

    def unless(self, fact: bool | None) -> "Answer":
        """Return the answer for a fact where it is known, else this answer."""
        return self if fact is None else Answer.fact(fact, self.threshold, self.level)
