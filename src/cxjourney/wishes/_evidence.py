"""Evidence on one wish, fact by fact: what customers say, and what fulfilment brings (SPEC 8)."""

from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import (
    a,
    a_name,
    check_number,
    check_type,
    describe,
    is_name,
)
from cxjourney.vocabulary._forms import FLAG, record, versioned
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Showable
from cxjourney.wishes._classification import Classification
from cxjourney.wishes._evidence_forms import (
    NAME,
    OUTCOMES,
    SCHEMA,
    STRATA,
    TALLY,
    WISH,
    Strata,
    joined,
)
from cxjourney.wishes._kinds import Answer, Criteria, Reason, Wish, criteria_or_ours
from cxjourney.wishes._moments import (
    BINARY,
    MOST,
    NUMERIC,
    Arm,
    Moments,
    Outcomes,
    Pairs,
    Tally,
    check_outcome,
)
from cxjourney.wishes._respondents import (
    RESPONDENTS,
    Respondent,
    Respondents,
    Sum,
    outcomes_of,
    statements_of,
)

TAU = 0.5
"""The share above which a wish counts as asked for, where the user names none: our convention."""
JUDGE = "cxjourney.wishes._judged"  # it needs the extra ``survey``


def _check_times(times: object) -> None:
    check_number("times", times, 0, MOST)


def _check_key(field: str, key: object) -> None:
    if not is_name(key):
        raise InvalidError(field, describe(key), "a text of 1 to 200 characters that is not blank")


def _is_strata(instance: object, field: "attrs.Attribute[Strata]", strata: Strata) -> None:
    place = f"{type(instance).__name__}.{field.name}"
    for name, outcomes in strata:
        _check_key(place, name)
        check_type(place, outcomes, Outcomes)


@attrs.frozen
class Evidence(Showable):
    """What was seen of one wish, for one named outcome; each new fact gives a new ``Evidence``.

    Outcomes are binary, such as whether the customer bought again, or numeric, such as a rating;
    one ``Evidence`` holds one kind. Counts that were kept elsewhere are taken in whole:
    ``Evidence(wish, outcome, Tally(40, 60), Outcomes(fulfilled=Tally(9, 1), ...))``.

    Facts with the same respondent's key count together: however often a customer returns, it is one
    respondent, who gave the mean of what was seen. A fact with a stratum, such as the month, is
    compared with facts of the same stratum only. ``counted`` drops the keys.

    Attributes:
        wish: the wish.
        outcome: what value means here, such as ``satisfaction``.
        stated: how many customers say it, and how many were asked or listened to and do not.
        outcomes: what came of it with the wish fulfilled, and not fulfilled.
        strata: outcomes by stratum, where one was given.
        respondents: what was given with a respondent's key; these are not in the counts above.
        randomised: whether chance decided for whom it was fulfilled; else comparisons say so.

    Raises:
        InvalidError: a field is not of its type, or ``outcome`` is blank or too long.

    >>> seen = Evidence(Wish("quiet seats"), "bought again")
    >>> seen = seen.heard(True).succeeded(True, fulfilled=True)
    >>> seen.stated.yes, seen.outcomes.n
    (1, 1)
    >>> seen.heard(True, respondent="c-17").heard(True, respondent="c-17").counted().stated.yes
    2.0
    """

    wish: Wish = attrs.field(validator=a(Wish))
    outcome: str = attrs.field(validator=a_name)
    stated: Tally = attrs.field(default=Tally(), validator=a(Tally))
    outcomes: Outcomes = attrs.field(default=Outcomes(), validator=a(Outcomes))
    strata: Strata = attrs.field(default=(), validator=_is_strata)
    respondents: Respondents = attrs.field(
        default=Respondents(), validator=a(Respondents), hash=False
    )
    randomised: bool = attrs.field(default=False, validator=a(bool))

    def __attrs_post_init__(self) -> None:
        kinds = {one.kind for one in (self.outcomes, *(found for _, found in self.strata))}
        if self.respondents.binary is not None:
            kinds.add(BINARY if self.respondents.binary else NUMERIC)
        if {BINARY, NUMERIC} <= kinds:
            raise InvalidError("Evidence.strata", "binary and numeric outcomes", "one kind of them")

    def __repr__(self) -> str:
        seen = self.outcomes.n + sum(outcomes.n for _, outcomes in self.strata)
        by_key = f", {len(self.respondents):,} respondents" if self.respondents else ""
        return f"<Evidence: {self.stated.n:g} statements, {seen:g} outcomes{by_key}>"

    def heard(self, said: bool, times: float = 1, *, respondent: str | None = None) -> "Evidence":
        """Return the evidence with a customer who says it, or does not.

        Args:
            said: whether the customer says it.
            times: how many such customers; a fraction where they are weighted. With a respondent's
                key, how often that one was heard.
            respondent: the customer's key, a pseudonym, so that who is heard again counts once.

        Raises:
            InvalidError: an argument is not of its type, or ``times`` is negative.
        """
        check_type("said", said, bool, "True or False")
        _check_times(times)
        if respondent is not None:
            return self._of(respondent, Respondent(Sum(times, times * said)))
        return attrs.evolve(
            self, stated=self.stated + (Tally(times, 0) if said else Tally(0, times))
        )

    def succeeded(
        self,
        success: bool,
        *,
        fulfilled: bool,
        times: float = 1,
        respondent: str | None = None,
        stratum: str | None = None,
    ) -> "Evidence":
        """Return the evidence with a binary outcome.

        Args:
            success: whether the outcome came about, such as that the customer bought again.
            fulfilled: whether the wish had been fulfilled.
            times: how many such outcomes.
            respondent: the customer's key, so that who returns counts once.
            stratum: what it may be compared within, such as the month, ``2026-03``.

        Raises:
            InvalidError: an argument is not of its type, or earlier outcomes are numeric.
        """
        check_type("success", success, bool, "True or False")
        _check_times(times)
        if respondent is not None:
            given = _on_side(Sum(times, times * success), fulfilled)
            return self._of(respondent, given, stratum, binary=True)
        return self._after(
            _arm(Tally(times, 0) if success else Tally(0, times), fulfilled), stratum
        )

    def measured(
        self,
        value: float,
        *,
        fulfilled: bool,
        times: float = 1,
        respondent: str | None = None,
        stratum: str | None = None,
    ) -> "Evidence":
        """Return the evidence with a numeric outcome.

        Args:
            value: the outcome, such as a rating, up to 1e12 in size.
            fulfilled: whether the wish had been fulfilled.
            times: how many such outcomes.
            respondent: the customer's key, so that who returns counts once.
            stratum: what it may be compared within, such as the month, ``2026-03``.

        Raises:
            InvalidError: an argument is not of its type, or earlier outcomes are binary.
        """
        _check_times(times)
        if respondent is not None:
            given = _on_side(Sum(times, times * check_outcome("value", value)), fulfilled)
            return self._of(respondent, given, stratum, binary=False)
        return self._after(_arm(Moments.at("value", value, times), fulfilled), stratum)

    def paired(
        self,
        fulfilled: float,
        unfulfilled: float,
        times: float = 1,
        *,
        respondent: str | None = None,
        stratum: str | None = None,
    ) -> "Evidence":
        """Return the evidence with both outcomes of a customer who met both.

        Args:
            fulfilled: the numeric outcome with the wish fulfilled.
            unfulfilled: the same customer's outcome without it.
            times: how many such customers.
            respondent: the customer's key, so that who returns counts once.
            stratum: what it may be compared within, such as the month, ``2026-03``.

        Raises:
            InvalidError: an argument is not of its type, or earlier outcomes are binary.
        """
        _check_times(times)
        one, other = (
            Moments.at("fulfilled", fulfilled, times),
            Moments.at("unfulfilled", unfulfilled, times),
        )
        if respondent is not None:
            given = Respondent(
                fulfilled=Sum(times, times * one.mean), unfulfilled=Sum(times, times * other.mean)
            )
            return self._of(respondent, given, stratum, binary=False)
        pair = Pairs(one, other, Moments(one.n, one.mean - other.mean))
        return self._after(Outcomes(pairs=pair), stratum)

    def merge(self, other: "Evidence") -> "Evidence":
        """Return this evidence and other evidence of the same wish and outcome, as one.

        Merging is associative and commutative: counts exactly, moments to rounding. It is of a
        randomised trial only where all its outcomes are.

        Raises:
            InvalidError: it is of another wish or outcome, or binary and numeric outcomes would
                mix.
        """
        self._check_same("other", other)
        self._check_kind("other", other.kind)
        with_outcomes = [one.randomised for one in (self, other) if one.kind is not None]
        return Evidence(
            self.wish,
            self.outcome,
            self.stated + other.stated,
            self.outcomes + other.outcomes,
            joined(self.strata, other.strata),
            self.respondents + other.respondents,
            all(with_outcomes) if with_outcomes else self.randomised or other.randomised,
        )

    def __add__(self, other: "Evidence") -> "Evidence":
        return self.merge(other)

    def counted(self) -> "Evidence":
        """Return the same evidence in counts alone: each respondent counts once, and has no key.

        So it can be stored or sent without anybody in it. Who returns afterwards counts anew.
        """
        if not self.respondents:
            return self
        given = outcomes_of(self.respondents)
        return attrs.evolve(
            self,
            stated=self.stated + statements_of(self.respondents),
            outcomes=self.outcomes + given.pop("", Outcomes()),
            strata=joined(self.strata, tuple(given.items())),
            respondents=Respondents(),
        )

    def discounted(self, share: float) -> "Evidence":
        """Return this evidence in counts, with every fact weighted by a share.

        So last year's evidence, worth less by now, can be this year's informed prior.

        Args:
            share: from 0 to 1.

        Raises:
            InvalidError: it is not from 0 to 1.
        """
        check_number("share", share, 0, 1)
        seen = self.counted()
        return attrs.evolve(
            seen,
            stated=seen.stated.discounted(share),
            outcomes=seen.outcomes.discounted(share),
            strata=joined(tuple((name, one.discounted(share)) for name, one in seen.strata)),
        )

    def classify(
        self,
        criteria: Criteria | None = None,
        *,
        prior: "Evidence | None" = None,
        once: bool = False,
    ) -> Classification:
        """Tell which kind the wish is of, as far as the evidence can know; at any time.

        A fact that the wish itself states needs no evidence. Else the answer holds however often
        the evidence is looked at: it is judged as if the true figure scattered about the threshold,
        closely or widely, and its interval covers the truth at all looks together
        (docs/wishes-accuracy.md). It stays open under ``criteria.min_events`` events for that fact,
        or in one of its arms; an informed prior lifts that minimum. It stays open too where the
        wish was nearly always fulfilled, or hardly ever (``criteria.min_varied``). An effect counts
        as value only where this evidence, without the prior, tells clearly that it is above zero
        (``criteria.sign``).

        Args:
            criteria: the limits; conventions of ours where None. ``tau`` is 0.5 where it is None.
            prior: earlier evidence of the same wish and outcome, discounted as far as it is old.
            once: whether the evidence is looked at this once, at an end that was set beforehand.
                Then there is no minimum, and every answer is the plain posterior with Jeffreys'
                prior.

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
        self._check_kind("prior", before.kind)
        seen, before = self.counted(), before.counted()
        tau = TAU if criteria.tau is None else criteria.tau
        if self.wish.stated is None:
            stated = load(JUDGE).judge_statements(seen.stated, before.stated, tau, criteria, once)
        else:
            stated = Answer.fact(self.wish.stated, tau, criteria.level)
        if (known := self.wish.adds_value) is not None:
            fact = Answer.fact(known, criteria.effect, criteria.level)
            return Classification(self.wish, self.outcome, stated, fact)
        value, harm = load(JUDGE).judge_outcomes(
            _by_stratum(seen), _by_stratum(before), criteria, once
        )
        told = value.estimate is not None
        notes = (Reason.NOT_RANDOMISED,) if told and _chosen(seen + before) else ()
        return Classification(self.wish, self.outcome, stated, value, harm, notes)

    @property
    def kind(self) -> str | None:
        """Which kind of outcomes there are: ``binary outcomes``, ``numeric outcomes``, or None."""
        if self.respondents.binary is not None:
            return BINARY if self.respondents.binary else NUMERIC
        return self.outcomes.kind or next((one.kind for _, one in self.strata), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as plain values that JSON can hold, with a schema version.

        Keys of respondents are among them; ``counted`` drops them.
        """
        plain: dict[str, Any] = _EVIDENCE.encode(self, top=_TOP)
        return plain

    @classmethod
    def from_dict(cls, data: object) -> "Evidence":
        """Return the evidence that ``to_dict`` gave as plain values.

        Raises:
            DecodeError: the data is of any other form; ``path`` says where.
        """
        return _EVIDENCE.decode(data, top=_TOP)

    def _check_kind(self, field: str, kind: str | None) -> None:
        own = self.kind
        if own is not None and kind is not None and kind != own:
            raise InvalidError(field, kind, f"{own}, as before")

    def _after(self, outcomes: Outcomes, stratum: str | None) -> "Evidence":
        self._check_kind("fulfilled", outcomes.kind)
        if stratum is None:
            return attrs.evolve(self, outcomes=self.outcomes + outcomes)
        _check_key("stratum", stratum)
        return attrs.evolve(self, strata=joined(self.strata, ((stratum, outcomes),)))

    def _of(
        self,
        respondent: str,
        given: Respondent,
        stratum: str | None = None,
        *,
        binary: bool | None = None,
    ) -> "Evidence":
        _check_key("respondent", respondent)
        if stratum is not None:
            _check_key("stratum", stratum)
            given = attrs.evolve(given, stratum=stratum)
        if binary is not None:
            self._check_kind("fulfilled", BINARY if binary else NUMERIC)
        return attrs.evolve(self, respondents=self.respondents.plus(respondent, given, binary))

    def _check_same(self, field: str, other: "Evidence") -> None:
        check_type(field, other, Evidence)
        if other.wish != self.wish:
            raise InvalidError(field, "evidence of another wish", "evidence of the same wish")
        if other.outcome != self.outcome:
            raise InvalidError(
                field, "evidence for another outcome", "evidence for the same outcome"
            )


def _by_stratum(seen: Evidence) -> Strata:
    """Return the counted outcomes of each stratum; those that were given without one under ""."""
    return joined((("", seen.outcomes),), seen.strata)


def _chosen(seen: Evidence) -> bool:
    """Return whether customers are compared of whom chance did not decide who has it."""
    compared = any(one.fulfilled and one.unfulfilled for _, one in _by_stratum(seen))
    return compared and not seen.randomised


def _arm(arm: Arm, fulfilled: object) -> Outcomes:
    check_type("fulfilled", fulfilled, bool, "True or False")
    return Outcomes(fulfilled=arm) if fulfilled else Outcomes(unfulfilled=arm)


def _on_side(given: Sum, fulfilled: object) -> Respondent:
    check_type("fulfilled", fulfilled, bool, "True or False")
    return Respondent(fulfilled=given) if fulfilled else Respondent(unfulfilled=given)


_TOP = "evidence"
_EVIDENCE = versioned(
    record(
        Evidence,
        {
            "wish": WISH,
            "outcome": NAME,
            "stated": TALLY,
            "outcomes": OUTCOMES,
            "strata": STRATA,
            "respondents": RESPONDENTS,
            "randomised": FLAG,
        },
    ),
    SCHEMA,
)
