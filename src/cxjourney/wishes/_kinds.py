"""A wish and its kind, what is known of its two facts, and what to do about it (SPEC 8)."""

from collections.abc import Mapping
from enum import Enum, unique
from typing import overload

import attrs
from attrs.validators import optional

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang, Phase
from cxjourney.vocabulary._checks import MANY, a, a_figure, a_name, check_type, describe
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._texts import usual_advice


@unique
class WishKind(Enum):
    """The four kinds of wishes (SPEC 8; Shaw, Dibeehi and Walden 2010).

    The value of a member is its two facts: customers say it, fulfilling it adds value.
    """

    SUBCONSCIOUS = (False, True)
    CONSCIOUS = (True, True)
    INVISIBLE = (False, False)
    DECEPTION = (True, False)

    @property
    def stated(self) -> bool:
        """Whether customers say it."""
        return self.value[0]

    @property
    def adds_value(self) -> bool:
        """Whether fulfilling it adds value."""
        return self.value[1]


@overload
def classify(stated: bool, adds_value: bool) -> WishKind: ...
@overload
def classify(stated: None, adds_value: bool | None) -> frozenset[WishKind]: ...
@overload
def classify(stated: bool | None, adds_value: None) -> frozenset[WishKind]: ...
@overload
def classify(stated: bool | None, adds_value: bool | None) -> WishKind | frozenset[WishKind]: ...
def classify(stated: bool | None, adds_value: bool | None) -> WishKind | frozenset[WishKind]:
    """Return the kind of a wish, or every kind that it may still be (SPEC 8).

    Args:
        stated: whether customers say it; None where that is not known.
        adds_value: whether fulfilling it adds value; None where that is not known.

    Returns:
        The kind where both facts are known, else the set of candidates.

    Raises:
        InvalidError: a fact is neither a bool nor None.

    >>> classify(True, False)
    <WishKind.DECEPTION: (True, False)>
    >>> sorted(kind.name for kind in classify(None, True))
    ['CONSCIOUS', 'SUBCONSCIOUS']
    """
    for field, fact in (("stated", stated), ("adds_value", adds_value)):
        if fact is not None:
            check_type(field, fact, bool, "True, False or None (not known)")
    if stated is None or adds_value is None:
        return _candidates(stated, adds_value)
    return WishKind((stated, adds_value))


def _candidates(stated: bool | None, adds_value: bool | None) -> frozenset[WishKind]:
    return frozenset(
        kind
        for kind in WishKind
        if stated in {None, kind.stated} and adds_value in {None, kind.adds_value}
    )


@attrs.frozen
class Wish(Showable):
    """Something that a customer may want, and what is known of it as fact.

    Attributes:
        about: what it is about, such as ``quiet seats``.
        phase: the phase of the journey that it belongs to, or None.
        stated: whether customers say it; None where that is not known.
        adds_value: whether fulfilling it adds value; None where that is not known.

    Raises:
        InvalidError: a field is not of its type, or ``about`` is blank or too long.
    """

    about: str = attrs.field(validator=a_name, repr=describe)
    phase: Phase | None = attrs.field(default=None, validator=a(Phase, optional=True))
    stated: bool | None = attrs.field(default=None, validator=a(bool, optional=True))
    adds_value: bool | None = attrs.field(default=None, validator=a(bool, optional=True))

    @property
    def kind(self) -> WishKind | None:
        """The wish's kind where both facts are known, else None."""
        found = classify(self.stated, self.adds_value)
        return found if isinstance(found, WishKind) else None

    @property
    def candidates(self) -> frozenset[WishKind]:
        """Every kind that it may still be."""
        return _candidates(self.stated, self.adds_value)


def as_wish(wish: Wish | str) -> Wish:
    """Return a wish; a text is taken for what it is about."""
    return wish if isinstance(wish, Wish) else Wish(wish)


def advise(
    kind: WishKind, lang: Lang = Lang.EN, *, own: Mapping[WishKind, str] | None = None
) -> str:
    """Return what to do about a wish of a kind, as an imperative clause (SPEC 8).

    Args:
        kind: the kind of the wish.
        lang: the language of the usual advice.
        own: advice of your own for some kinds or all; it is returned as it stands.

    >>> advise(WishKind.CONSCIOUS)
    'fulfil it, and say so'
    >>> advise(WishKind.INVISIBLE, own={WishKind.INVISIBLE: "ask Mari first"})
    'ask Mari first'
    """
    if own is not None and kind in own:
        return own[kind]
    return usual_advice(kind.name, lang)


LEVEL = 0.8
"""The probability from which something counts as known (SPEC 8, *default*)."""

DELTA = 0.05
"""The smallest effect worth its cost, in standard deviations: our convention, no source."""


@unique
class EffectScale(Enum):
    """The unit of effects and of ``delta``.

    STANDARD: standard deviations of the outcome for one standard deviation of fulfilment. In
    online evidence: standard deviations of a numeric outcome, over all customers with it and
    without, or the difference of two shares.
    RAW: points of the outcome for one point of the rating, or for fulfilled against not.
    """

    STANDARD = "standard"
    RAW = "raw"


@unique
class EffectPrior(Enum):
    """What is believed of the effects in a survey before looking.

    HIERARCHICAL: a part of them scatters round a mean, perhaps widely; of the others half are small
    and half next to none. Part, mean and scatter are learned from the survey itself. FLAT: nothing;
    each effect is on its own.
    """

    HIERARCHICAL = "hierarchical"
    FLAT = "flat"


SURE = 0.9999999
"""The most that a probability to be reached may be."""


@attrs.frozen(kw_only=True)
class Criteria(Showable):
    """The limits that a classification is held to; where a limit is None our convention stands.

    The defaults are conventions of ours, and results say so: ``delta`` is the smallest effect
    worth its cost, which only the user can know.

    Attributes:
        level: the probability from which something counts as known, above 0.5.
        tau: the share of customers above which a wish counts as asked for; None for the
            convention of the form of the statements, 0.5 in online evidence.
        delta: the effect above which fulfilling counts as adding value, in the unit of ``scale``;
            None for 0.05, which is to be had on the standard scale only.
        scale: the unit of effects and of ``delta``.
        prior: what is believed of the effects in a survey before looking.
        sign: how sure the survey alone, without the prior, must be that an effect is above zero
            before it may count as value.
        min_events: the number of events before online evidence without an informed prior decides:
            statements for the one fact, outcomes in each arm, with the wish fulfilled and without,
            for the other.
        min_freedom: the rows that a survey must have beyond its number of drivers, and how many
            must have said something of a wish; respondents, where some gave several rows.
        min_varied: the share of the rows whose fulfilment must differ from the most usual one.
        min_robustness: the robustness value under which a verdict on the value is called fragile;
            on a survey of an airport three usual controls overturned verdicts of .007 to .047.
        max_vif: the variance inflation above which a survey alone, without the prior, must decide.

    Raises:
        InvalidError: a limit is no number within its bounds, or ``delta`` is missing on the scale
            RAW.
    """

    level: float = attrs.field(default=LEVEL, validator=a_figure(0.5000001, SURE))
    tau: float | None = attrs.field(default=None, validator=optional(a_figure(0, 1)))
    delta: float | None = attrs.field(default=None, validator=optional(a_figure(0, MANY)))
    scale: EffectScale = attrs.field(default=EffectScale.STANDARD, validator=a(EffectScale))
    prior: EffectPrior = attrs.field(default=EffectPrior.HIERARCHICAL, validator=a(EffectPrior))
    sign: float = attrs.field(default=0.99, validator=a_figure(0.5, SURE))
    min_events: float = attrs.field(default=50, validator=a_figure(0, MANY))
    min_freedom: int = attrs.field(default=30, validator=a_figure(1, MANY))
    min_varied: float = attrs.field(default=0.05, validator=a_figure(0, 1))
    min_robustness: float = attrs.field(default=0.05, validator=a_figure(0, 1))
    max_vif: float = attrs.field(default=10, validator=a_figure(1, MANY))

    def __attrs_post_init__(self) -> None:
        if self.scale is EffectScale.RAW and self.delta is None:
            raise InvalidError("Criteria.delta", "None", "a number of points, for the scale is RAW")

    @property
    def effect(self) -> float:
        """The effect above which fulfilling counts as adding value: ``delta`` or the convention."""
        return DELTA if self.delta is None else self.delta


def criteria_or_ours(criteria: Criteria | None) -> Criteria:
    """Return the user's limits, or our conventions where there are none.

    Raises:
        InvalidError: they are no ``Criteria``.
    """
    if criteria is None:
        return Criteria()
    check_type("criteria", criteria, Criteria, "Criteria or None")
    return criteria


@unique
class Reason(Enum):
    """Why one of the two facts of a wish stays open, or what was noted about it.

    BETWEEN: the evidence lies on both sides of the threshold. FEW_EVENTS: too few to decide without
    an informed prior. FEW_ROWS: too few rows for the number of wishes. NOT_ASKED: nobody was asked,
    or no statements were heard. NOT_RATED: nobody rated the fulfilment. NO_OUTCOMES: no outcomes at
    all. HARDLY_VARIES: fulfilment hardly varies (met by all, or by none). COLLINEAR: it moves
    together with other wishes. NOISE: the threshold lies under what this many answers can tell from
    noise. ONLY_TICKS: what customers say has not a single "no" beside blanks, as a question that is
    ticked has. FAR_VALUES: a rating or the outcome has values far from all others, as codes for no
    answer are. CONSTANT_OUTCOME: the outcome does not vary, or so little that every effect
    would look small. MUST_BE: Kano's questionnaire says that
    customers take it for granted and miss it when it is not there, so "adds no value" is not the
    whole truth. INDIFFERENT: it says that most do not care. QUESTIONABLE: many of its pairs of
    answers contradict each other. FRAGILE (a note): a hidden cause need not be strong to overturn
    the verdict on its value. SCALE_USE (a note): so few ratings, which go together, cannot tell its
    value from a habit of rating everything high. EXPERIMENT (a note): a randomised trial replaced
    the survey. NOT_RANDOMISED (a note): customers with the wish fulfilled are compared with others,
    and chance did not decide who is which.
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
    ONLY_TICKS = "only ticks"
    FAR_VALUES = "far values"
    CONSTANT_OUTCOME = "constant outcome"
    MUST_BE = "must-be"
    INDIFFERENT = "indifferent"
    QUESTIONABLE = "questionable"
    FRAGILE = "fragile"
    SCALE_USE = "scale use"
    EXPERIMENT = "experiment"
    NOT_RANDOMISED = "not randomised"


@attrs.frozen
class Interval(Showable):
    """A central interval of 95 % posterior probability.

    Attributes:
        low: the lower end.
        high: the upper end.
    """

    low: float
    high: float


@attrs.frozen
class Answer(Showable):
    """What is known of one fact: customers say it, or fulfilling it adds value.

    Attributes:
        probability: how likely the fact is; 0.5 where nothing is known of it.
        threshold: the share, or the effect, above which the fact holds.
        level: the probability from which an answer counts as known.
        estimate: the share, or the effect, as far as it is known.
        interval: where that lies with 95 % probability; in online evidence, at all looks together.
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
