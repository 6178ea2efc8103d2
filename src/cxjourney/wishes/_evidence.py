"""Evidence on one wish, fact by fact: what customers say, and what fulfilment brings (SPEC 8)."""

from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Phase
from cxjourney.vocabulary._checks import a, a_name, check_number, check_type
from cxjourney.vocabulary._forms import (
    FLAG,
    NUMBER,
    OBJECT,
    Form,
    FormError,
    maybe,
    member,
    record,
    text,
    versioned,
)
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes._classification import Classification
from cxjourney.wishes._kinds import Answer, Criteria, Wish, criteria_or_ours
from cxjourney.wishes._moments import MOST, Arm, Moments, Outcomes, Pairs, Tally

SCHEMA = 1
"""The version of the stored form."""
ROUNDING = 1e-6
"""How far the mean of differences may be from the difference of the means, for their size."""


def _pairs(fulfilled: Moments, unfulfilled: Moments, difference: Moments) -> Pairs:
    pairs = Pairs(fulfilled, unfulfilled, difference)
    apart = fulfilled.mean - unfulfilled.mean
    size = max(abs(fulfilled.mean), abs(unfulfilled.mean))
    if abs(difference.mean - apart) > ROUNDING * size:
        expected = "the mean with it minus the mean without it"
        raise FormError("another number", expected, ".mean", ".difference")
    return pairs


def _read_arm(data: object) -> Arm:
    return (TALLY if "yes" in OBJECT.read(data) else _MOMENTS).read(data)


def _write_arm(arm: Arm) -> object:
    return (TALLY if isinstance(arm, Tally) else _MOMENTS).write(arm)


NAME = text()
WISH = record(
    Wish,
    {
        "about": NAME,
        "phase": maybe(member(Phase)),
        "stated": maybe(FLAG),
        "adds_value": maybe(FLAG),
    },
)
TALLY = record(Tally, {"yes": NUMBER, "no": NUMBER})
_MOMENTS = record(Moments, {"n": NUMBER, "mean": NUMBER, "m2": NUMBER})
_ARM: Form[Arm | None] = maybe(Form(_read_arm, _write_arm))
_PAIRS = record(
    Pairs,
    {"fulfilled": _MOMENTS, "unfulfilled": _MOMENTS, "difference": _MOMENTS},
    _pairs,
)
OUTCOMES = record(Outcomes, {"fulfilled": _ARM, "unfulfilled": _ARM, "pairs": _PAIRS})


TAU = 0.5
"""The share above which a wish counts as asked for, where the user names none: our convention."""

JUDGE = "cxjourney.wishes._judged"
"""The module that judges evidence; it needs the extra ``survey``."""


def _check_times(times: object) -> None:
    check_number("times", times, 0, MOST)


@attrs.frozen
class Evidence:
    """What was seen of one wish, for one named outcome; each new fact gives a new ``Evidence``.

    Outcomes are binary, such as whether the customer bought again, or numeric, such as a rating;
    one ``Evidence`` holds one kind. Counts that were kept elsewhere are taken in whole:
    ``Evidence(wish, outcome, Tally(40, 60), Outcomes(fulfilled=Tally(9, 1), ...))``.

    Attributes:
        wish: the wish.
        outcome: what value means here, such as ``satisfaction``.
        stated: how many customers say it, and how many were asked or listened to and do not.
        outcomes: what came of it with the wish fulfilled, and not fulfilled.

    Raises:
        InvalidError: a field is not of its type, or ``outcome`` is blank or too long.

    >>> seen = Evidence(Wish("quiet seats"), "bought again")
    >>> seen = seen.heard(True).succeeded(True, fulfilled=True)
    >>> seen.stated.yes, seen.outcomes.n
    (1, 1)
    """

    wish: Wish = attrs.field(validator=a(Wish))
    outcome: str = attrs.field(validator=a_name)
    stated: Tally = attrs.field(default=Tally(), validator=a(Tally))
    outcomes: Outcomes = attrs.field(default=Outcomes(), validator=a(Outcomes))

    def __repr__(self) -> str:
        return f"<Evidence: {self.stated.n:g} statements, {self.outcomes.n:g} outcomes>"

    def heard(self, said: bool, times: float = 1) -> "Evidence":
        """Return the evidence with a customer who says it, or does not.

        Args:
            said: whether the customer says it.
            times: how many such customers; a fraction where they are weighted.

        Raises:
            InvalidError: an argument is not of its type, or ``times`` is negative.
        """
        check_type("said", said, bool, "True or False")
        _check_times(times)
        stated = self.stated + (Tally(times, 0) if said else Tally(0, times))
        return Evidence(self.wish, self.outcome, stated, self.outcomes)

    def succeeded(self, success: bool, *, fulfilled: bool, times: float = 1) -> "Evidence":
        """Return the evidence with a binary outcome.

        Args:
            success: whether the outcome came about, such as that the customer bought again.
            fulfilled: whether the wish had been fulfilled.
            times: how many such outcomes.

        Raises:
            InvalidError: an argument is not of its type, or earlier outcomes are numeric.
        """
        check_type("success", success, bool, "True or False")
        _check_times(times)
        return self._after(_arm(Tally(times, 0) if success else Tally(0, times), fulfilled))

    def measured(self, value: float, *, fulfilled: bool, times: float = 1) -> "Evidence":
        """Return the evidence with a numeric outcome.

        Args:
            value: the outcome, such as a rating, up to 1e12 in size.
            fulfilled: whether the wish had been fulfilled.
            times: how many such outcomes.

        Raises:
            InvalidError: an argument is not of its type, or earlier outcomes are binary.
        """
        _check_times(times)
        return self._after(_arm(Moments.at("value", value, times), fulfilled))

    def paired(self, fulfilled: float, unfulfilled: float, times: float = 1) -> "Evidence":
        """Return the evidence with both outcomes of a customer who met both.

        Args:
            fulfilled: the numeric outcome with the wish fulfilled.
            unfulfilled: the same customer's outcome without it.
            times: how many such customers.

        Raises:
            InvalidError: an argument is not of its type, or earlier outcomes are binary.
        """
        _check_times(times)
        one, other = (
            Moments.at("fulfilled", fulfilled, times),
            Moments.at("unfulfilled", unfulfilled, times),
        )
        pair = Pairs(one, other, Moments(one.n, one.mean - other.mean))
        return self._after(Outcomes(pairs=pair))

    def merge(self, other: "Evidence") -> "Evidence":
        """Return this evidence and other evidence of the same wish and outcome, as one.

        Merging is associative and commutative: counts exactly, moments to rounding.

        Raises:
            InvalidError: it is of another wish or outcome, or binary and numeric outcomes would
                mix.
        """
        self._check_same("other", other)
        stated, outcomes = self.stated + other.stated, self.outcomes + other.outcomes
        return Evidence(self.wish, self.outcome, stated, outcomes)

    def __add__(self, other: "Evidence") -> "Evidence":
        return self.merge(other)

    def discounted(self, share: float) -> "Evidence":
        """Return this evidence with every fact weighted by a share.

        So last year's evidence, worth less by now, can be this year's informed prior.

        Args:
            share: from 0 to 1.

        Raises:
            InvalidError: it is not from 0 to 1.
        """
        check_number("share", share, 0, 1)
        stated, outcomes = self.stated.discounted(share), self.outcomes.discounted(share)
        return Evidence(self.wish, self.outcome, stated, outcomes)

    def classify(
        self, criteria: Criteria | None = None, *, prior: "Evidence | None" = None
    ) -> Classification:
        """Tell which kind the wish is of, as far as the evidence can know; at any time.

        A fact that the wish itself states needs no evidence. Else its probability starts from
        Jeffreys' prior, and it stays open under ``criteria.min_events`` events for that fact, since
        looking again and again at little evidence is overconfident; an informed prior lifts that
        minimum. It stays open too where the wish was nearly always fulfilled, or hardly ever
        (``criteria.min_varied``). An effect counts as value only where this evidence, without the
        prior, tells clearly that it is above zero (``criteria.sign``).

        Args:
            criteria: the limits; conventions of ours where None. ``tau`` is 0.5 where it is None.
            prior: earlier evidence of the same wish and outcome, discounted as far as it is old.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
            InvalidError: the prior is of another wish or outcome, or of another kind of outcomes.

        >>> seen = Evidence(Wish("quiet seats"), "bought again").heard(True, 400)
        >>> seen.heard(False, 100).classify().stated.says
        True
        """
        criteria = criteria_or_ours(criteria)
        before = Evidence(self.wish, self.outcome) if prior is None else prior
        self._check_same("prior", before)
        tau = TAU if criteria.tau is None else criteria.tau
        harm = None
        if self.wish.stated is None:
            stated = load(JUDGE).judge_statements(self.stated, before.stated, tau, criteria)
        else:
            stated = Answer.fact(self.wish.stated, tau, criteria.level)
        if self.wish.adds_value is None:
            value, harm = load(JUDGE).judge_outcomes(self.outcomes, before.outcomes, criteria)
        else:
            value = Answer.fact(self.wish.adds_value, criteria.effect, criteria.level)
        return Classification(self.wish, self.outcome, stated, value, harm)

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as plain values that JSON can hold, with a schema version."""
        plain: dict[str, Any] = _EVIDENCE.encode(self, top=_TOP)
        return plain

    @classmethod
    def from_dict(cls, data: object) -> "Evidence":
        """Return the evidence that ``to_dict`` gave as plain values.

        Raises:
            DecodeError: the data is of any other form; ``path`` says where.
        """
        return _EVIDENCE.decode(data, top=_TOP)

    def _after(self, outcomes: Outcomes) -> "Evidence":
        return Evidence(self.wish, self.outcome, self.stated, self.outcomes + outcomes)

    def _check_same(self, field: str, other: "Evidence") -> None:
        check_type(field, other, Evidence)
        if other.wish != self.wish:
            raise InvalidError(field, "evidence of another wish", "evidence of the same wish")
        if other.outcome != self.outcome:
            raise InvalidError(
                field, "evidence for another outcome", "evidence for the same outcome"
            )


def _arm(arm: Arm, fulfilled: object) -> Outcomes:
    check_type("fulfilled", fulfilled, bool, "True or False")
    return Outcomes(fulfilled=arm) if fulfilled else Outcomes(unfulfilled=arm)


_TOP = "evidence"
_EVIDENCE = versioned(
    record(
        Evidence,
        {"wish": WISH, "outcome": NAME, "stated": TALLY, "outcomes": OUTCOMES},
    ),
    SCHEMA,
)
