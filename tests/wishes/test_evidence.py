"""Evidence fact by fact: how it adds up, how it is stored, and what it says of a wish."""

import json
import math
import pickle
import sys
from contextlib import suppress
from functools import reduce
from itertools import count
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import integrate, stats

from cxjourney import DecodeError
from cxjourney.errors import InvalidError, MissingExtraError
from cxjourney.vocabulary import Phase
from cxjourney.wishes import (
    Answer,
    Criteria,
    EffectScale,
    Evidence,
    Moments,
    Outcomes,
    Reason,
    Tally,
    Wish,
    WishKind,
)

SEATS = Wish("quiet seats", phase=Phase.ACTIVATE)
NONE = Evidence(SEATS, "satisfaction")
ANY_TIME = Criteria(min_events=0)

Pairs: Any = type(Outcomes().pairs)

numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
sizes = st.integers(0, 50)
tallies = st.builds(Tally, sizes, sizes)
samples = st.lists(numbers, max_size=6).map(Moments.of)


@st.composite
def pairs(draw: st.DrawFn) -> Any:
    """Draw the outcomes of a few customers who met both."""
    both = draw(st.lists(st.tuples(numbers, numbers), max_size=6))
    return Pairs(
        Moments.of(one for one, _ in both),
        Moments.of(other for _, other in both),
        Moments.of(one - other for one, other in both),
    )


binary = st.builds(Outcomes, tallies, tallies)
numeric = st.builds(Outcomes, samples, samples, pairs())
told = st.builds(Evidence, st.just(SEATS), st.just("satisfaction"), tallies, numeric)
counted = st.builds(Evidence, st.just(SEATS), st.just("satisfaction"), tallies, binary)


def close(one: Evidence, other: Evidence) -> bool:
    """Tell whether counts are equal and moments equal to rounding."""
    flat, same = (json.loads(json.dumps(each.to_dict())) for each in (one, other))
    return alike(flat, same)


def alike(one: Any, other: Any) -> bool:
    """Tell whether plain values are equal, numbers to rounding of sums of squares up to 1e12."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-3)
    return bool(one == other)


def test_each_fact_gives_new_evidence_and_leaves_the_old() -> None:
    """Evidence is immutable: what was known then is still there."""
    seen = NONE.heard(True)
    assert (NONE.stated, seen.stated) == (Tally(0, 0), Tally(1, 0))
    assert seen.heard(False).stated == Tally(1, 1)
    assert seen.outcomes == Outcomes()


def test_binary_outcomes_are_tallied() -> None:
    """A success and a failure go to the arm that they were seen in."""
    seen = NONE.succeeded(True, fulfilled=True).succeeded(False, fulfilled=False, times=3)
    assert seen.outcomes == Outcomes(fulfilled=Tally(1, 0), unfulfilled=Tally(0, 3))
    assert seen.outcomes.n == 4


def test_numeric_outcomes_are_moments() -> None:
    """A measure goes to the arm that it was seen in, as often as it was seen."""
    seen = NONE.measured(4.5, fulfilled=False, times=2).measured(3, fulfilled=False)
    arm = seen.outcomes.unfulfilled
    assert isinstance(arm, Moments)
    assert (arm.n, arm.mean, arm.m2) == (3, 4.0, 1.5)
    assert seen.outcomes.fulfilled is None


def test_pairs_keep_the_difference_and_both_outcomes() -> None:
    """The same customer's two outcomes tell more than their difference: how outcomes spread."""
    seen = NONE.paired(4, 1).paired(5, 4, times=2)
    pairs = Pairs(Moments.of([4, 5, 5]), Moments.of([1, 4, 4]), Moments.of([3, 1, 1]))
    assert close(seen, attrs.evolve(NONE, outcomes=Outcomes(pairs=pairs)))


@pytest.mark.no_cover
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30))
def test_facts_one_by_one_equal_the_whole_batch(both: list[tuple[float, float]]) -> None:
    """Welford's running moments are those of all numbers at once."""
    step = NONE
    for high, low in both:
        step = step.measured(high, fulfilled=True).measured(low, fulfilled=False)
        step = step.paired(high, low)
    one, other = (Moments.of(column) for column in zip(*both, strict=True))
    gaps = Moments.of(high - low for high, low in both)
    whole = Evidence(SEATS, "satisfaction", outcomes=Outcomes(one, other, Pairs(one, other, gaps)))
    assert close(step, whole)


@pytest.mark.no_cover
@given(st.lists(numbers, min_size=2, max_size=30))
def test_moments_are_those_of_numpy(values: list[float]) -> None:
    """Count, mean and variance of the numbers themselves."""
    found = reduce(lambda seen, value: seen + Moments.at("value", value, 1), values, Moments())
    assert found.n == len(values)
    assert found.mean == pytest.approx(np.mean(values), rel=1e-9, abs=1e-6)
    assert found.variance == pytest.approx(np.var(values, ddof=1), rel=1e-9, abs=1e-4)


@pytest.mark.no_cover
@given(st.floats(-1e12, 1e12), st.integers(1, 30), st.integers(1, 30))
def test_numbers_that_are_all_the_same_do_not_vary(value: float, one: int, other: int) -> None:
    """However they were merged, equal numbers have no variance at all."""
    found = Moments.of([value] * one) + Moments.at("value", value, other)
    assert (found.mean, found.m2) == (value, 0)


@pytest.mark.no_cover
@given(st.one_of(st.tuples(told, told, told), st.tuples(counted, counted, counted)))
def test_merging_is_associative_and_commutative(parts: tuple[Evidence, Evidence, Evidence]) -> None:
    """In whatever order evidence comes together, it says the same."""
    one, two, three = parts
    assert close((one + two) + three, one + (two + three))
    assert close(one + two, two.merge(one))
    assert (one + two).stated == (two + one).stated
    assert (one + two).outcomes.n == one.outcomes.n + two.outcomes.n


@pytest.mark.no_cover
@given(st.one_of(told, counted))
def test_empty_evidence_changes_nothing(seen: Evidence) -> None:
    """The empty evidence is the identity of merging, and what is discounted to nothing is empty."""
    assert seen + NONE == seen == NONE + seen
    assert seen.discounted(0) == NONE
    assert seen.discounted(1) == seen


def test_no_numbers_change_no_moments() -> None:
    """The moments of no numbers are the identity of adding them, on either side."""
    some = Moments.of([1.0, 4.0])
    assert some + Moments.of([]) == some == Moments.of([]) + some


@pytest.mark.no_cover
@given(st.one_of(told, counted), st.floats(0, 1))
def test_discounted_evidence_weighs_less_and_says_the_same(seen: Evidence, share: float) -> None:
    """Counts shrink by the share; shares and means stay where they were."""
    less = seen.discounted(share)
    assert less.stated.n == pytest.approx(seen.stated.n * share)
    assert less.outcomes.n == pytest.approx(seen.outcomes.n * share)
    assert less.outcomes.pairs.difference.mean in {seen.outcomes.pairs.difference.mean, 0}
    assert Evidence.from_dict(less.to_dict()) == less


@pytest.mark.no_cover
@given(st.one_of(told, counted))
@example(Evidence(Wish("x", stated=True, adds_value=False), "loyalty"))
def test_evidence_survives_storing(seen: Evidence) -> None:
    """Through JSON and back, and through pickle and back, it is the same."""
    assert Evidence.from_dict(json.loads(json.dumps(seen.to_dict()))) == seen
    assert pickle.loads(pickle.dumps(seen)) == seen  # noqa: S301 - our own


def test_the_stored_form_is_plain() -> None:
    """Numbers of numpy's and texts of another class are stored as plain ones."""
    shout = type("Shout", (str,), {})
    seen = Evidence(Wish(shout("a")), shout("b")).measured(np.float64(2.5), fulfilled=True)
    seen = seen.heard(True, times=np.float64(2.0))
    stored = seen.to_dict()
    assert stored == {
        "schema": 1,
        "wish": {"about": "a", "phase": None, "stated": None, "adds_value": None},
        "outcome": "b",
        "stated": {"yes": 2.0, "no": 0},
        "outcomes": {
            "fulfilled": {"n": 1, "mean": 2.5, "m2": 0.0},
            "unfulfilled": None,
            "pairs": {
                name: {"n": 0, "mean": 0.0, "m2": 0.0}
                for name in ("fulfilled", "unfulfilled", "difference")
            },
        },
        "strata": {},
        "respondents": {"binary": None, "given": {}},
        "randomised": False,
    }
    assert type(stored["outcome"]) is type(stored["wish"]["about"]) is str
    assert type(stored["stated"]["yes"]) is float


GOOD = (
    NONE.heard(True, 3).measured(2, fulfilled=True).measured(4, fulfilled=False).paired(3, 1)
).to_dict()

junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.just(10**400),
        st.binary(max_size=2),
        st.just(Phase.ADMIT),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["n", "mean", "m2", "yes", "no", "schema", "x"]), inner),
        st.dictionaries(st.integers(), inner, max_size=2),
    ),
    max_leaves=6,
)


def places(data: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of everything in nested objects."""
    inner = data.items() if isinstance(data, dict) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def planted(data: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return a copy of nested objects with another value in one place."""
    if not path:
        return value
    return {**data, path[0]: planted(data[path[0]], path[1:], value)}


@pytest.mark.no_cover
@given(st.sampled_from(places(GOOD)), junk)
def test_other_data_is_refused_with_its_place(path: tuple[str, ...], value: Any) -> None:
    """Whatever stands anywhere in the data, it is evidence or a DecodeError; nothing else."""
    data = planted(GOOD, path, value)
    with suppress(DecodeError):
        found = Evidence.from_dict(data)
        assert Evidence.from_dict(found.to_dict()) == found


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ((), [], "evidence"),
        (("schema",), 2, "schema"),
        (("schema",), True, "schema"),
        (("wish",), None, "wish"),
        (("wish", "about"), " ", "wish.about"),
        (("wish", "about"), 3, "wish.about"),
        (("wish", "phase"), "NEVER", "wish.phase"),
        (("wish", "phase"), 4, "wish.phase"),
        (("wish", "stated"), 1, "wish.stated"),
        (("outcome",), "x" * 201, "outcome"),
        (("outcome",), "", "outcome"),
        (("stated", "yes"), -1, "stated.yes"),
        (("stated", "yes"), math.nan, "stated.yes"),
        (("stated", "yes"), 10**400, "stated.yes"),
        (("stated", "yes"), True, "stated.yes"),
        (("stated", "yes"), "3", "stated.yes"),
        (("stated",), {"yes": 1}, "stated.no"),
        (("stated",), {"yes": 1, 2: 1}, "stated"),
        (("outcomes", "fulfilled"), {"yes": 1, "no": 1}, "outcomes.unfulfilled"),
        (("outcomes", "fulfilled", "n"), 0, "outcomes.fulfilled.n"),
        (("outcomes", "fulfilled", "m2"), -0.1, "outcomes.fulfilled.m2"),
        (("outcomes", "fulfilled", "mean"), math.inf, "outcomes.fulfilled.mean"),
        (("outcomes", "pairs", "difference", "n"), 2, "outcomes.pairs.difference"),
        (("outcomes", "pairs", "difference", "mean"), 7.0, "outcomes.pairs.difference.mean"),
        (("outcomes", "pairs"), None, "outcomes.pairs"),
    ],
)
def test_what_is_wrong_is_named(path: tuple[str, ...], value: Any, at: str) -> None:
    """The error's path leads to the fault."""
    with pytest.raises(DecodeError) as raised:
        Evidence.from_dict(planted(GOOD, path, value))
    assert raised.value.where == at


def test_a_customers_words_are_never_in_an_error() -> None:
    """A text that does not belong is told by its length."""
    with pytest.raises(DecodeError) as raised:
        Evidence.from_dict(planted(GOOD, ("stated", "yes"), "my secret"))
    assert "secret" not in str(raised.value)
    assert "a text of 9 characters" in str(raised.value)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: Evidence("quiet", "x"), "wish"),  # type: ignore[arg-type]
        (lambda: Evidence(SEATS, 3), "outcome"),  # type: ignore[arg-type]
        (lambda: Evidence(SEATS, " "), "outcome"),
        (lambda: Evidence(SEATS, "x", (1, 2)), "stated"),  # type: ignore[arg-type]
        (lambda: Evidence(SEATS, "x", Tally(), None), "outcomes"),  # type: ignore[arg-type]
        (lambda: NONE.heard(1), "said"),  # type: ignore[arg-type]
        (lambda: NONE.heard(True, -1), "times"),
        (lambda: NONE.heard(True, math.nan), "times"),
        (lambda: NONE.heard(True, 10**400), "times"),
        (lambda: NONE.succeeded(0, fulfilled=True), "success"),  # type: ignore[arg-type]
        (lambda: NONE.succeeded(True, fulfilled=1), "fulfilled"),  # type: ignore[arg-type]
        (lambda: NONE.succeeded(True, fulfilled=True, times=True), "times"),
        (lambda: NONE.measured(True, fulfilled=True), "value"),
        (lambda: NONE.measured(math.inf, fulfilled=True), "value"),
        (lambda: NONE.measured(1e13, fulfilled=True), "value"),
        (lambda: NONE.measured(1, fulfilled="yes"), "fulfilled"),  # type: ignore[arg-type]
        (lambda: NONE.paired("5", 4), "fulfilled"),  # type: ignore[arg-type]
        (lambda: NONE.paired(5, math.nan), "unfulfilled"),
        (lambda: NONE.merge(None), "other"),  # type: ignore[arg-type]
        (lambda: NONE.merge(Evidence(Wish("wifi"), "satisfaction")), "other"),
        (lambda: NONE.merge(Evidence(SEATS, "loyalty")), "other"),
        (lambda: NONE.classify(prior=Evidence(SEATS, "loyalty")), "prior"),
        (lambda: NONE.discounted(1.1), "share"),
        (lambda: Outcomes("many"), "fulfilled"),  # type: ignore[arg-type]
        (lambda: Outcomes(pairs=None), "pairs"),  # type: ignore[arg-type]
        (lambda: Moments(0, 1.0), "n"),
        (lambda: Moments.of([1, "2"]), "values"),  # type: ignore[list-item]
        (lambda: Pairs(Moments.of([1])), "unfulfilled"),
        (lambda: Tally(2**53) + Tally(2**53), "yes"),
    ],
    ids=count(),
)
def test_what_is_not_of_its_type_is_refused(wrong: Any, field: str) -> None:
    """The error names the argument that was wrong, and what would be right."""
    with pytest.raises(InvalidError) as raised:
        wrong()
    assert raised.value.field == field
    assert raised.value.expected


@pytest.mark.parametrize(
    "mix",
    [
        lambda: NONE.succeeded(True, fulfilled=True).measured(1, fulfilled=True),
        lambda: NONE.succeeded(True, fulfilled=True).measured(1, fulfilled=False),
        lambda: NONE.measured(1, fulfilled=True).succeeded(True, fulfilled=True),
        lambda: NONE.succeeded(True, fulfilled=False).paired(1, 0),
        lambda: NONE.paired(1, 0).succeeded(True, fulfilled=True),
    ],
    ids=count(),
)
def test_binary_and_numeric_outcomes_do_not_mix(mix: Any) -> None:
    """One evidence holds one kind of outcome, else their effects had no common unit."""
    with pytest.raises(InvalidError, match=r"binary|numeric"):
        mix()


# What it says.

VALUED = Evidence(
    SEATS, "bought again", Tally(300, 200), Outcomes(Tally(150, 100), Tally(100, 150))
)


def exceeds(delta: float) -> float:
    """Return how likely the share with it is larger by ``delta``, by Jeffreys' priors and scipy."""
    one, other = stats.beta(150.5, 100.5), stats.beta(100.5, 150.5)
    found, _ = integrate.quad(
        lambda share: float(other.pdf(share) * one.sf(share + delta)), 0.1, 0.8, epsabs=1e-13
    )
    return float(found)


def test_plenty_of_evidence_decides() -> None:
    """Most say it and buy again when it is fulfilled: a conscious wish, and no harm."""
    assert VALUED.classify().decision is WishKind.CONSCIOUS
    known = VALUED.classify(once=True)
    assert known.decision is WishKind.CONSCIOUS
    assert sum(known.posterior.values()) == pytest.approx(1)
    assert (known.wish, known.outcome, known.reasons) == (SEATS, "bought again", ())
    assert known.stated.probability == pytest.approx(stats.beta(300.5, 200.5).sf(0.5))
    assert known.value.probability == pytest.approx(exceeds(0.05), abs=1e-12)
    assert known.harm == pytest.approx(1 - exceeds(-0.05), abs=1e-12)
    assert known.value.estimate == pytest.approx(0.2)
    assert known.value.n == 500


def test_without_evidence_nothing_is_known() -> None:
    """All four kinds stay possible, and the reasons say that nobody was asked and nothing seen."""
    known = NONE.classify()
    assert known.decision is None
    assert known.credible == frozenset(WishKind)
    assert known.reasons == (Reason.NOT_ASKED, Reason.NO_OUTCOMES)
    assert known.harm is None


def test_each_fact_is_answered_for_itself() -> None:
    """Asked for; value unknown."""
    known = NONE.heard(True, 350).heard(False, 50).classify()
    assert (known.stated.says, known.value.says) == (True, None)
    assert known.candidates == {WishKind.CONSCIOUS, WishKind.DECEPTION}


@pytest.mark.parametrize("fulfilled", [True, False])
def test_met_by_all_or_by_none_cannot_be_told(fulfilled: bool) -> None:
    """Outcomes on one side only leave the value open, whatever they are (SPEC 8)."""
    for seen in (
        NONE.succeeded(True, fulfilled=fulfilled, times=900),
        NONE.measured(1, fulfilled=fulfilled, times=9).measured(4, fulfilled=fulfilled, times=900),
    ):
        known = seen.heard(True, 900).classify()
        assert known.value.doubts == (Reason.HARDLY_VARIES,)
        assert known.decision is None
        assert known.value.probability == 0.5


def test_hardly_varying_fulfilment_is_never_called_deception() -> None:
    """Ten in a thousand without it are too few to say that it adds nothing."""
    arms = Outcomes(fulfilled=Tally(49_500, 49_500), unfulfilled=Tally(500, 500))
    seen = Evidence(SEATS, "bought again", Tally(900, 100), arms)
    known = seen.classify()
    assert known.value.doubts == (Reason.HARDLY_VARIES,)
    assert known.decision is None
    assert seen.classify(Criteria(min_varied=0)).decision is WishKind.DECEPTION


def test_few_events_stay_open_for_the_fact_that_they_are_of() -> None:
    """The minimum holds for statements and for outcomes, each by itself."""
    known = VALUED.discounted(0.05).classify()
    assert known.stated.doubts == known.value.doubts == (Reason.FEW_EVENTS,)
    some = VALUED.merge(Evidence(SEATS, "bought again", Tally(0, 0))).classify()
    assert some.value.doubts == ()
    heard = attrs.evolve(VALUED, stated=Tally(45, 4)).classify()
    assert (heard.stated.doubts, heard.value.doubts) == ((Reason.FEW_EVENTS,), ())
    assert attrs.evolve(VALUED, stated=Tally(45, 5)).classify().decision is WishKind.CONSCIOUS


def test_each_arm_needs_its_minimum() -> None:
    """Many outcomes without the wish do not make up for few with it."""
    for n, doubts in ((49, (Reason.FEW_EVENTS,)), (50, ())):
        arms = Outcomes(fulfilled=Tally(n, 0), unfulfilled=Tally(200, 400))
        assert Evidence(SEATS, "bought again", outcomes=arms).classify().value.doubts == doubts
    assert NONE.paired(5, 3, times=49).classify().value.doubts == (Reason.FEW_EVENTS,)


def test_an_informed_prior_counts_and_lifts_the_minimum() -> None:
    """Last year's evidence, at a tenth of its weight, lets this year's few events decide."""
    new = Evidence(SEATS, "bought again", Tally(20, 10), Outcomes(Tally(36, 9), Tally(14, 31)))
    known = new.classify(prior=VALUED.discounted(0.1))
    assert known.decision is WishKind.CONSCIOUS
    assert known.stated.n == pytest.approx(30 + 50)
    both = Tally(20, 10) + VALUED.discounted(0.1).stated
    assert known.stated == attrs.evolve(new, stated=both).classify(ANY_TIME).stated
    assert new.classify().decision is None


def test_a_prior_informs_only_what_it_tells_of() -> None:
    """A prior without outcomes, or with outcomes of one side, lifts no minimum for the value."""
    new = Evidence(SEATS, "bought again", Tally(20, 10), Outcomes(Tally(36, 9), Tally(14, 31)))
    for prior in (
        Evidence(SEATS, "bought again"),
        Evidence(SEATS, "bought again", outcomes=Outcomes(fulfilled=Tally(20, 20))),
    ):
        known = new.classify(prior=prior)
        assert known.stated.doubts == known.value.doubts == (Reason.FEW_EVENTS,)


def test_value_needs_new_evidence_that_is_clear_of_zero() -> None:
    """A prior alone does not make value: the new evidence must tell it from zero (sign)."""
    empty = Evidence(SEATS, "bought again")
    known = empty.classify(prior=VALUED)
    assert known.value.probability > 0.99
    assert known.value.doubts == (Reason.NOISE,)
    weak = Evidence(SEATS, "bought again", outcomes=Outcomes(Tally(12, 10), Tally(10, 12)))
    assert weak.classify(prior=VALUED).value.doubts == (Reason.NOISE,)
    assert weak.classify(Criteria(sign=0.5), prior=VALUED).value.says is True


def test_a_threshold_under_the_noise_is_named() -> None:
    """Where delta is less than the evidence can tell from noise, that is why it is open."""
    seen = Evidence(SEATS, "bought again", outcomes=Outcomes(Tally(26, 24), Tally(25, 25)))
    assert seen.classify(once=True).value.doubts == (Reason.NOISE,)
    between = Evidence(
        SEATS, "bought again", outcomes=Outcomes(Tally(5_500, 4_500), Tally(5_000, 5_000))
    )
    assert between.classify().value.reasons == (Reason.BETWEEN,)


def test_tau_is_the_users() -> None:
    """Forty percent is not asked for by half, and is by a third; the convention is a half."""
    heard = NONE.heard(True, 800).heard(False, 1200)
    assert heard.classify().stated.threshold == 0.5
    assert heard.classify().stated.says is False
    assert heard.classify(Criteria(tau=1 / 3)).stated.says is True
    assert heard.classify(Criteria(tau=0.0)).stated.probability == 1


@pytest.mark.parametrize("stated", [True, False, None])
@pytest.mark.parametrize("adds_value", [True, False, None])
def test_facts_of_the_wish_are_facts(stated: bool | None, adds_value: bool | None) -> None:
    """What the wish itself states needs no evidence and has no doubts."""
    wish = Wish("quiet seats", stated=stated, adds_value=adds_value)
    known = Evidence(wish, "bought again", VALUED.stated, VALUED.outcomes).classify()
    for fact, answer, threshold in (
        (stated, known.stated, 0.5),
        (adds_value, known.value, 0.05),
    ):
        if fact is not None:
            assert answer == Answer(float(fact), threshold, 0.8)
    assert known.decision is wish.kind or (stated is None or adds_value is None)
    assert (known.harm is None) == (adds_value is not None)


def levels(n: int, mean: float, spread: float) -> list[float]:
    """Return numbers of about that mean and standard deviation, always the same ones."""
    return [mean + spread * float(z) for z in stats.norm.ppf((np.arange(n) + 0.5) / n)]


def test_numeric_arms_are_welchs_t() -> None:
    """On the raw scale: difference, chance and interval of scipy's test for unequal variances."""
    one, other = levels(40, 7.3, 1.5), levels(60, 6.9, 2.5)
    seen = Evidence(SEATS, "rating", outcomes=Outcomes(Moments.of(one), Moments.of(other)))
    raw = Criteria(scale=EffectScale.RAW, delta=0.1)
    answer = seen.classify(raw, once=True).value
    welch = stats.ttest_ind(one, other, equal_var=False)
    error = welch.statistic**-1 * (np.mean(one) - np.mean(other))
    expected = stats.t(welch.df, np.mean(one) - np.mean(other), error)
    assert answer.estimate == pytest.approx(np.mean(one) - np.mean(other), abs=1e-12)
    assert answer.probability == pytest.approx(expected.sf(0.1), abs=1e-12)
    assert answer.interval is not None
    ends = welch.confidence_interval(0.95)
    assert (answer.interval.low, answer.interval.high) == pytest.approx((ends.low, ends.high))


def test_the_standard_scale_is_in_deviations_of_the_outcome() -> None:
    """The same effect in standard deviations of all outcomes, whatever the outcome's unit."""
    one, other = levels(400, 7.5, 2.0), levels(400, 7.0, 2.0)
    seen = Evidence(SEATS, "rating", outcomes=Outcomes(Moments.of(one), Moments.of(other)))
    answer = seen.classify().value
    assert answer.estimate == pytest.approx(0.5 / np.std([*one, *other], ddof=1))
    tenfold = Outcomes(Moments.of(10 * x - 3 for x in one), Moments.of(10 * x - 3 for x in other))
    again = Evidence(SEATS, "rating", outcomes=tenfold).classify().value
    assert again.probability == pytest.approx(answer.probability)
    assert again.estimate == pytest.approx(answer.estimate)
    assert answer.says is True


def test_pairs_are_a_paired_t() -> None:
    """On the raw scale: scipy's test of the differences of the same customers."""
    before, noise = np.array(levels(50, 5, 2)), np.array(levels(50, 0.3, 0.8))[::-1]
    after = before + np.roll(noise, 17)
    seen = NONE
    for one, other in zip(after.tolist(), before.tolist(), strict=True):
        seen = seen.paired(one, other)
    raw = Criteria(scale=EffectScale.RAW, delta=0.1)
    answer = seen.classify(raw, once=True).value
    test = stats.ttest_rel(after, before)
    interval = test.confidence_interval(0.95)
    assert answer.estimate == pytest.approx(np.mean(after - before))
    assert answer.interval is not None
    assert (answer.interval.low, answer.interval.high) == pytest.approx(
        (interval.low, interval.high)
    )
    assert answer.n == 50
    standard = seen.classify(once=True).value
    deviation = np.std([*after, *before], ddof=1)
    assert standard.estimate == pytest.approx(np.mean(after - before) / deviation)


def test_arms_and_pairs_are_weighed_by_what_they_tell() -> None:
    """Together they lie between the two, nearer to the sharper, and are sharper than either."""
    arms = Outcomes(Moments.of(levels(50, 6, 2)), Moments.of(levels(50, 5, 2)))
    gaps = levels(50, 0.2, 1)
    both = Pairs(Moments.of(5 + gap for gap in gaps), Moments.of([5.0] * 50), Moments.of(gaps))
    raw = Criteria(scale=EffectScale.RAW, delta=0.1)
    apart = [
        Evidence(SEATS, "rating", outcomes=outcomes).classify(raw, once=True).value
        for outcomes in (arms, Outcomes(pairs=both))
    ]
    joint = (
        Evidence(SEATS, "rating", outcomes=arms + Outcomes(pairs=both))
        .classify(raw, once=True)
        .value
    )
    errors = [0.4, 1 / math.sqrt(50)]
    weights = [error**-2 for error in errors]
    expected = (weights[0] * 1.0 + weights[1] * 0.2) / sum(weights)
    assert joint.estimate == pytest.approx(expected, abs=0.01)
    widths = [
        answer.interval.high - answer.interval.low
        for answer in (joint, *apart)
        if answer.interval is not None
    ]
    assert widths[0] < min(widths[1:])
    assert joint.n == 150


def test_an_outcome_that_does_not_vary_is_named() -> None:
    """Everybody gives the same grade, with the wish fulfilled and without."""
    seen = NONE.measured(7, fulfilled=True, times=400).measured(7, fulfilled=False, times=400)
    assert seen.classify().value.doubts == (Reason.CONSTANT_OUTCOME,)
    assert NONE.paired(7, 7, times=400).classify().value.doubts == (Reason.CONSTANT_OUTCOME,)


PERFECT = {
    "grades": NONE.measured(5, fulfilled=True, times=200).measured(3, fulfilled=False, times=200),
    "pairs": NONE.paired(7, 6, times=400),
}


@pytest.mark.parametrize("name", PERFECT)
def test_perfect_evidence_decides_and_one_answer_changes_little(name: str) -> None:
    """Where all answers of a side are the same, their difference is told, within the scale.

    An answer that deviates neither turns an open answer into a known one, nor makes it huge: two
    halves that differ by all there is are two standard deviations apart.
    """
    perfect = PERFECT[name].classify().value
    assert perfect.says is True
    assert perfect.estimate == pytest.approx(2, abs=0.01)
    deviating = {
        "grades": PERFECT[name].measured(4, fulfilled=True),
        "pairs": PERFECT[name].paired(6, 6),
    }[name]
    again = deviating.classify().value
    assert again.says is True
    assert again.estimate == pytest.approx(2, abs=0.05)
    assert again.interval is not None
    assert again.interval.high < 2.1


def test_rounding_is_not_variation() -> None:
    """Numbers that differ in the last digit only do not vary."""
    sums = Moments.of([0.1 + 0.2, 0.3] * 200)
    assert sums.m2 > 0
    seen = Evidence(SEATS, "rating", outcomes=Outcomes(sums, sums))
    assert seen.classify().value.doubts == (Reason.CONSTANT_OUTCOME,)


def test_a_source_that_cannot_tell_leaves_the_word_to_the_other() -> None:
    """Where one of two sources has too few customers, the other one speaks alone."""
    arms = Outcomes(Moments.of(levels(400, 6, 2)), Moments.of(levels(400, 5, 2)))
    alone = Evidence(SEATS, "rating", outcomes=arms).classify().value
    both = Evidence(SEATS, "rating", outcomes=arms).paired(6, 5).classify().value
    assert (both.probability, both.estimate) == (alone.probability, alone.estimate)


def test_one_number_a_side_tells_no_error() -> None:
    """Two customers are too few for any effect, even where no minimum is asked for."""
    seen = NONE.measured(7, fulfilled=True).measured(3, fulfilled=False)
    assert seen.classify(once=True).value.doubts == (Reason.FEW_EVENTS,)
    assert NONE.paired(7, 3).classify(once=True).value.doubts == (Reason.FEW_EVENTS,)


def test_harm_is_told_apart() -> None:
    """Fulfilling it lowers the outcome: no value, and harm."""
    arms = Outcomes(fulfilled=Tally(100, 150), unfulfilled=Tally(150, 100))
    known = Evidence(SEATS, "bought again", outcomes=arms).classify()
    assert known.value.says is False
    assert known.harm is not None
    assert known.harm > 0.99


@pytest.mark.no_cover
@given(tallies, st.one_of(binary, numeric))
def test_any_evidence_gives_chances(stated: Tally, outcomes: Outcomes) -> None:
    """Whatever was seen, the four chances sum to 1, and the interval holds the estimate.

    What is looked at again and again is never surer than at one look, and its interval is as wide
    at least.
    """
    known = Evidence(SEATS, "rating", stated, outcomes).classify(once=True)
    one = Evidence(SEATS, "rating", stated, outcomes).classify(ANY_TIME)
    assert sum(known.posterior.values()) == pytest.approx(1)
    for answer in (known.stated, known.value):
        assert 0 <= answer.probability <= 1
        assert (answer.estimate is None) == (answer.interval is None)
        if answer.estimate is not None and answer.interval is not None:
            assert answer.interval.low <= answer.estimate <= answer.interval.high
    assert known.harm is None or 0 <= known.harm <= 1
    for answer, at_once in zip((one.stated, one.value), (known.stated, known.value), strict=True):
        assert abs(answer.probability - 0.5) <= abs(at_once.probability - 0.5) + 1e-12
        if answer.interval is not None and at_once.interval is not None:
            assert answer.interval.low <= at_once.interval.low + 1e-9
            assert answer.interval.high >= at_once.interval.high - 1e-9


# Looking again and again.


def stops(*, once: bool) -> tuple[list[bool], list[float]]:
    """Follow wishes, look after each tenth statement, and stop at the first decision."""
    right, claimed = [], []
    draws = np.random.default_rng(3)
    wish = Wish("quiet seats", adds_value=True)
    for share in draws.uniform(0.4, 0.6, 120):
        for look, yes in enumerate(draws.binomial(10, share, 60).cumsum().tolist(), start=1):
            seen = Evidence(wish, "satisfaction", Tally(yes, 10 * look - yes))
            known = seen.classify(Criteria(level=0.95), once=once)
            if known.decision is not None:
                right.append(known.decision.stated == (share > 0.5))
                claimed.append(known.posterior[known.decision])
                break
    return right, claimed


@pytest.mark.no_cover
def test_looking_again_and_again_is_right_as_often_as_it_claims() -> None:
    """Judged as at one look it is right less often than claimed; judged for all looks it is not."""
    right, claimed = stops(once=True)
    assert np.mean(claimed) >= 0.95
    assert np.mean(right) < 0.93
    right, claimed = stops(once=False)
    assert np.mean(right) >= np.mean(claimed) >= 0.95


@pytest.mark.no_cover
def test_an_interval_covers_at_all_looks_together() -> None:
    """Of 60 streams at most one in twenty ever has the truth outside, at any of 40 looks."""
    draws = np.random.default_rng(4)
    outside = 0
    for share in draws.uniform(0.2, 0.8, 60):
        counts = enumerate(draws.binomial(10, share, 40).cumsum().tolist(), start=1)
        found = [
            Evidence(SEATS, "x", Tally(yes, 10 * look - yes)).classify().stated.interval
            for look, yes in counts
        ]
        outside += any(not one.low <= share <= one.high for one in found if one is not None)
    assert outside <= 3


# Respondents, strata, chance.


def test_a_respondent_who_returns_counts_once() -> None:
    """Ten visits of one customer are one customer, who gave their mean."""
    seen = NONE
    for said in (True, True, False, False):
        seen = seen.heard(said, respondent="c-1")
    seen = seen.heard(True, 10, respondent="c-2").heard(False)
    assert (seen.stated, seen.counted().stated) == (Tally(0, 1), Tally(1.5, 1.5))
    assert "2 respondents" in repr(seen)
    for success in (True, False, True, True):
        seen = seen.succeeded(success, fulfilled=True, respondent="c-1")
    seen = seen.succeeded(True, fulfilled=False, respondent="c-1")
    assert seen.counted().outcomes == Outcomes(Tally(0.75, 0.25), Tally(1, 0))


def test_a_respondent_who_met_both_is_a_pair() -> None:
    """Numeric outcomes of one customer on both sides are compared within the customer."""
    seen = NONE.measured(4, fulfilled=True, respondent="a").measured(2, fulfilled=False)
    seen = seen.measured(5, fulfilled=True, respondent="a", times=3)
    seen = seen.measured(2, fulfilled=False, respondent="a").paired(3, 1, respondent="b")
    seen = seen.measured(9, fulfilled=True, respondent="c")
    found = seen.counted().outcomes
    assert found.pairs.n == 2
    assert found.pairs.difference.mean == pytest.approx((4.75 - 2 + 2) / 2)
    assert (found.fulfilled, found.unfulfilled) == (Moments.of([9]), Moments.of([2]))


VALUED_NOW: Evidence = NONE.succeeded(True, fulfilled=True, respondent="a")

keys = st.sampled_from(["a", "b", "c", None])
months = st.sampled_from(["2026-01", "2026-02", None])
events = st.lists(st.tuples(st.booleans(), st.booleans(), keys, months, st.booleans()), max_size=12)


def of(given: list[Any], randomised: bool) -> Evidence:
    """Return the evidence of events, one by one."""
    seen = Evidence(SEATS, "bought again", randomised=randomised)
    for said, success, key, month, fulfilled in given:
        seen = seen.heard(said, respondent=key)
        seen = seen.succeeded(success, fulfilled=fulfilled, respondent=key, stratum=month)
    return seen


@pytest.mark.no_cover
@given(st.lists(st.tuples(events, st.booleans()), min_size=3, max_size=3))
def test_respondents_and_strata_merge_and_are_stored(parts: list[Any]) -> None:
    """In whatever order facts come together they say the same; JSON and pickle bring them back."""
    one, two, three = (of(*part) for part in parts)
    assert (one + two) + three == one + (two + three)
    assert one + two == two.merge(one)
    assert one + Evidence(SEATS, "bought again") == one
    assert hash(one) == hash(one + Evidence(SEATS, "bought again"))
    again = Evidence.from_dict(json.loads(json.dumps(one.to_dict())))
    assert again == one == pickle.loads(pickle.dumps(one))  # noqa: S301 - our own
    counted = one.counted()
    assert not counted.respondents
    known = {key for _, _, key, _, _ in parts[0][0] if key is not None}
    unknown = sum(key is None for _, _, key, _, _ in parts[0][0])
    assert counted.stated.n == pytest.approx(len(known) + unknown)
    assert one.classify(ANY_TIME).value == counted.classify(ANY_TIME).value


def test_strata_are_compared_each_within_itself() -> None:
    """In summer more buy again and more have the wish fulfilled; it itself does nothing."""
    summer, winter = (Tally(720, 180), Tally(80, 20)), (Tally(20, 80), Tally(180, 720))
    mixed = Evidence(SEATS, "x", outcomes=Outcomes(*summer) + Outcomes(*winter)).classify()
    assert mixed.value.says is True
    strata = (("2026-01", Outcomes(*winter)), ("2026-07", Outcomes(*summer)))
    apart = Evidence(SEATS, "x", strata=strata).classify()
    assert apart.value.estimate == pytest.approx(0, abs=1e-12)
    assert apart.value.says is not True


def test_strata_of_numbers_are_compared_each_within_itself() -> None:
    """The effect is that within strata, by the numbers in their arms; its error too."""
    low, high = levels(40, 3, 1), levels(60, 7, 1)
    strata = (
        ("a", Outcomes(Moments.of(x + 1 for x in low), Moments.of(low))),
        ("b", Outcomes(Moments.of(x + 0.5 for x in high), Moments.of(high))),
        ("c", Outcomes(fulfilled=Moments.of([9, 9]))),
    )
    seen = Evidence(SEATS, "x", strata=strata)
    answer = seen.classify(Criteria(scale=EffectScale.RAW, delta=0.1), once=True).value
    assert answer.estimate == pytest.approx(1 * 0.4 + 0.5 * 0.6)
    assert answer.interval is not None
    error = math.sqrt(2 * (0.4**2 / 40 + 0.6**2 / 60))
    assert (answer.interval.high - answer.interval.low) / 2 == pytest.approx(1.97 * error, rel=0.05)
    alone = Evidence(SEATS, "x", strata=strata[2:]).classify().value
    assert alone.doubts == (Reason.HARDLY_VARIES,)


def test_a_respondent_belongs_to_the_first_stratum() -> None:
    """Who comes in two months counts once, in the first."""
    seen = NONE.succeeded(True, fulfilled=True, respondent="a", stratum="2026-02")
    seen = seen.succeeded(False, fulfilled=True, respondent="a", stratum="2026-01")
    seen = seen.succeeded(True, fulfilled=True, stratum="2026-02")
    arms = {name: outcomes.fulfilled for name, outcomes in seen.counted().strata}
    assert arms == {"2026-01": Tally(0.5, 0.5), "2026-02": Tally(1, 0)}


def test_respondents_merge_and_are_stored() -> None:
    """Who is heard in two places counts once, and is stored by key."""
    one = NONE.heard(True, respondent="a").heard(False, respondent="a")
    other = NONE.heard(True, respondent="a").heard(True, respondent="b")
    both = one + other
    assert len(both.respondents) == 2
    assert Evidence.from_dict(both.to_dict()) == both
    assert [key for key, _ in both.respondents] == ["a", "b"]


def test_pairs_and_binary_arms_do_not_mix() -> None:
    """Pairs are of numbers, so an arm beside them is no tally."""
    pairs = Pairs(Moments.of([4, 5]), Moments.of([1, 4]), Moments.of([3, 1]))
    with pytest.raises(InvalidError, match="numeric outcomes; expected none, for fulfilled is"):
        Outcomes(fulfilled=Tally(1, 1), pairs=pairs)


def test_unless_chance_decided_the_answer_says_so() -> None:
    """Where customers chose, whoever compares them is told; a pair compares no customers."""
    assert VALUED.classify().notes == (Reason.NOT_RANDOMISED,)
    assert attrs.evolve(VALUED, randomised=True).classify().notes == ()
    assert NONE.paired(5, 3, times=400).classify().notes == ()
    assert NONE.heard(True, 400).classify().notes == ()
    trial = attrs.evolve(VALUED, randomised=True)
    assert (trial + VALUED).randomised is False
    assert (trial + Evidence(SEATS, "bought again").heard(True)).randomised is True
    assert trial.classify(prior=VALUED).notes == (Reason.NOT_RANDOMISED,)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: NONE.heard(True, respondent=17), "respondent"),  # type: ignore[arg-type]
        (lambda: NONE.heard(True, respondent=" "), "respondent"),
        (lambda: NONE.succeeded(True, fulfilled=True, stratum=""), "stratum"),
        (lambda: NONE.succeeded(True, fulfilled=1, respondent="a"), "fulfilled"),  # type: ignore[arg-type]
        (lambda: NONE.measured(math.inf, fulfilled=True, respondent="a"), "value"),
        (lambda: NONE.measured(1, fulfilled=True, respondent="a", stratum="x" * 201), "stratum"),
        (
            lambda: NONE.measured(1, fulfilled=True, respondent="a").succeeded(
                True, fulfilled=True
            ),
            "fulfilled",
        ),
        (
            lambda: NONE.paired(1, 0).succeeded(True, fulfilled=True, respondent="a"),
            "fulfilled",
        ),
        (lambda: Evidence(SEATS, "x", strata=(("", Outcomes()),)), "strata"),
        (lambda: Evidence(SEATS, "x", strata=(("a", None),)), "strata"),  # type: ignore[arg-type]
        (
            lambda: Evidence(
                SEATS, "x", Tally(), Outcomes(Tally(1, 0)), (("a", Outcomes(Moments.of([1]))),)
            ),
            "strata",
        ),
        (lambda: NONE.measured(1, fulfilled=True).merge(VALUED_NOW), "other"),
        (lambda: NONE.measured(1, fulfilled=True).classify(prior=VALUED_NOW), "prior"),
    ],
    ids=count(),
)
def test_keys_and_strata_that_are_none_are_refused(wrong: Any, field: str) -> None:
    """The error names the argument; no key is in it."""
    with pytest.raises(InvalidError) as raised:
        wrong()
    assert raised.value.field == field


# What it needs.


@pytest.mark.parametrize("package", ["numpy", "scipy"])
def test_a_missing_package_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    """To classify without numpy or scipy says what to install."""
    for module in ("_judged", "_effects._posterior"):
        monkeypatch.delitem(sys.modules, f"cxjourney.wishes.{module}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"cxjourney\[survey\]") as raised:
        NONE.classify()
    assert raised.value.package == package


def test_limits_are_criteria() -> None:
    """A number is not taken for the limits."""
    with pytest.raises(InvalidError, match="criteria: float; expected Criteria or None"):
        NONE.classify(0.8)  # type: ignore[arg-type]
