"""Whether a survey says that fulfilling a wish adds value."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.wishes import Answer, Criteria, EffectPrior, EffectScale, Reason
from tests.wishes.drivers import Floats, Rated

SEEDS = st.integers(0, 2**32 - 1)


def ratings_of(rows: int, wishes: int, seed: int = 0) -> Floats:
    """Return ratings from 1 to 5 that go together a little, one wish a row."""
    random = np.random.default_rng(seed)
    liking = random.normal(size=(wishes, rows)) + 0.5 * random.normal(size=rows)
    return np.clip(np.rint(3 + liking), 1, 5)


def outcome_of(ratings: Floats, effects: list[float], seed: int = 1, noise: float = 1) -> Floats:
    """Return an outcome on which each standardised rating has an effect."""
    standard = (ratings - ratings.mean(axis=1, keepdims=True)) / ratings.std(axis=1, keepdims=True)
    random = np.random.default_rng(seed)
    found: Floats = np.array(effects) @ standard + noise * random.normal(size=ratings.shape[1])
    return found


@attrs.frozen
class Value:
    """What is said of the value of a wish, and the figures beside it."""

    answer: Answer
    harm: float | None
    coefficient: float | None
    error: float | None
    vif: float | None
    robustness: float | None


def judged(rated: Rated, criteria: Criteria | None = None) -> list[Value]:
    """Return what is said of the value of each wish."""
    return [
        Value(
            found.classification.value,
            found.classification.harm,
            found.coefficient,
            found.error,
            found.vif,
            found.robustness,
        )
        for found in rated.map(criteria=criteria).findings
    ]


def test_clear_effects_are_told_from_none() -> None:
    """With 2,000 rows a strong wish adds value, an idle one does not, and a harmful one harms."""
    ratings = ratings_of(2_000, 4)
    strong, idle, harmful, other = judged(
        Rated(list(ratings), outcome_of(ratings, [0.5, 0.0, -0.4, 0.3]))
    )
    assert strong.answer.says is True
    assert idle.answer.says is False
    assert harmful.answer.says is False
    assert harmful.harm is not None
    assert harmful.harm > 0.99
    assert other.answer.says is True
    assert idle.harm is not None
    assert idle.harm < 0.2
    interval = strong.answer.interval
    assert interval is not None
    sd = float(np.std(outcome_of(ratings, [0.5, 0.0, -0.4, 0.3])))
    assert interval.low < 0.5 / sd < interval.high


@pytest.mark.no_cover
@settings(max_examples=20)
@given(seed=SEEDS, slope=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3))
def test_the_units_of_ratings_and_outcome_decide_nothing(
    seed: int, slope: float, shift: float
) -> None:
    """Stretching or shifting a rating or the outcome changes no standard effect."""
    ratings = ratings_of(200, 3, seed)
    outcome = outcome_of(ratings, [0.3, 0.1, 0.0], seed)
    plain = judged(Rated(list(ratings), outcome))
    moved = judged(
        Rated([ratings[0] * slope + shift, ratings[1], ratings[2]], outcome * slope - shift)
    )
    for one, other in zip(plain, moved, strict=True):
        assert other.answer.probability == pytest.approx(one.answer.probability, abs=1e-6)
        assert other.answer.estimate == pytest.approx(one.answer.estimate, abs=1e-6)
        assert other.answer.doubts == one.answer.doubts
        assert other.robustness == pytest.approx(one.robustness, abs=1e-6)


def test_raw_points_are_the_same_question_in_another_unit() -> None:
    """A delta in points gives the probabilities of the same delta in standard deviations."""
    ratings = ratings_of(300, 1)
    outcome = outcome_of(ratings, [0.2]) * 1.7
    (standard,) = judged(Rated(list(ratings), outcome), Criteria(delta=0.1))
    points = float(outcome.std() / ratings[0].std())
    (raw,) = judged(
        Rated(list(ratings), outcome), Criteria(delta=0.1 * points, scale=EffectScale.RAW)
    )
    assert raw.answer.probability == pytest.approx(standard.answer.probability)
    assert standard.answer.estimate is not None
    assert raw.answer.estimate == pytest.approx(standard.answer.estimate * points)
    assert raw.answer.threshold == pytest.approx(0.1 * points)
    assert raw.robustness == pytest.approx(standard.robustness)
    assert raw.coefficient == pytest.approx(standard.coefficient)


def test_blanks_are_customers_who_did_not_use_it() -> None:
    """What some did not use has the same effect among the others, with fewer rows behind it."""
    ratings = ratings_of(4_000, 3)
    outcome = outcome_of(ratings, [0.4, 0.2, 0.0])
    whole, *_ = judged(Rated(list(ratings), outcome))
    idle = np.random.default_rng(5).random(4_000) < 0.6
    blanked = ratings.copy()
    blanked[0, idle] = np.nan
    outcome[idle] -= 0.4 * (ratings[0, idle] - ratings[0].mean()) / ratings[0].std()
    used, *_ = judged(Rated(list(blanked), outcome))
    assert used.answer.n == np.count_nonzero(~np.isnan(blanked[0]))
    assert used.coefficient == pytest.approx(whole.coefficient, abs=0.1)
    assert used.error is not None
    assert whole.error is not None
    assert used.error > 1.3 * whole.error


def test_who_uses_it_is_held_constant() -> None:
    """That users are happier anyway is not taken for an effect of how well it is done."""
    ratings = ratings_of(3_000, 2)
    ratings[0, ::2] = np.nan
    happier = np.where(np.isnan(ratings[0]), 0.0, 3.0)
    outcome = happier + np.random.default_rng(2).normal(size=3_000)
    used, _ = judged(Rated(list(ratings), outcome))
    assert used.answer.says is False


def test_controls_are_held_constant() -> None:
    """A wish that only goes with what moves the outcome loses its effect under that control."""
    random = np.random.default_rng(4)
    cause = random.normal(size=2_000)
    ratings = np.rint(3 + cause + random.normal(size=(2, 2_000)))
    outcome = 2 * cause + random.normal(size=2_000)
    assert judged(Rated(list(ratings), outcome))[0].answer.says is True
    controlled = judged(Rated(list(ratings), outcome, controls=[cause, np.ones(2_000)]))
    assert controlled[0].answer.says is False


@pytest.mark.parametrize(
    ("reason", "usual", "others"),
    [
        (Reason.NOT_RATED, np.nan, 0),
        (Reason.FEW_ROWS, np.nan, 20),
        (Reason.HARDLY_VARIES, 5.0, 20),
        (Reason.HARDLY_VARIES, 5.0, 0),
    ],
)
def test_what_cannot_be_told_is_said_so(reason: Reason, usual: float, others: int) -> None:
    """A wish nobody rated, or that all rate alike, stays open; the others are judged."""
    ratings = ratings_of(800, 3)
    outcome = outcome_of(ratings, [0.4, 0.0, 0.4])
    ratings[1, others:] = usual
    one, doubted, other = judged(Rated(list(ratings), outcome))
    assert (one.answer.says, other.answer.says) == (True, True)
    assert doubted.answer.doubts == (reason,)
    assert doubted.answer.probability == 0.5
    assert doubted.harm is None


def test_a_wish_met_by_all_is_never_without_value() -> None:
    """A constant rating tells nothing, whether others vary or not."""
    ratings = ratings_of(500, 2)
    ratings[0] = 5
    met, _ = judged(Rated(list(ratings), outcome_of(ratings[1:], [0.3])))
    assert met.answer.doubts == (Reason.HARDLY_VARIES,)
    assert met.coefficient is None
    alone = judged(Rated([ratings[0], None], outcome_of(ratings[1:], [0.3])))
    assert [one.answer.doubts for one in alone] == [(Reason.HARDLY_VARIES,), (Reason.NOT_RATED,)]


def test_too_few_rows_or_respondents_decide_nothing() -> None:
    """With hardly more rows, users or respondents than wishes, each wish says that it is so few."""
    ratings = ratings_of(34, 4)
    outcome = outcome_of(ratings, [0.9, 0.0, 0.0, 0.0], noise=0.01)
    assert {one.answer.doubts for one in judged(Rated(list(ratings), outcome))} == {
        (Reason.FEW_ROWS,)
    }
    many = ratings_of(400, 2)
    outcome = outcome_of(many, [0.5, 0.0])
    clusters = (np.arange(400) % 20).astype(np.intp)
    assert {one.answer.doubts for one in judged(Rated(list(many), outcome, clusters=clusters))} == {
        (Reason.FEW_ROWS,)
    }
    many[0, 30:] = np.nan
    used, other = judged(Rated(list(many), outcome))
    assert used.answer.doubts == (Reason.FEW_ROWS,)
    assert other.answer.doubts == ()


def test_an_outcome_that_does_not_vary_says_nothing() -> None:
    """Where all are equally content, every wish says so."""
    found = judged(Rated(list(ratings_of(300, 2)), np.full(300, 4.0)))
    assert {one.answer.doubts for one in found} == {(Reason.CONSTANT_OUTCOME,)}


@pytest.mark.parametrize(("every", "doubts"), [(25, (Reason.CONSTANT_OUTCOME,)), (15, ())])
def test_nothing_is_worthless_by_an_outcome_that_hardly_varies(
    every: int, doubts: tuple[Reason, ...]
) -> None:
    """Of an outcome that is rare no effect is large: with 4 % nothing is ruled out, with 7 % it is.

    What is valuable all the same may be called so.
    """
    ratings = ratings_of(6000, 2)
    rare = np.zeros(6000)
    rare[::every] = 1
    for one in judged(Rated(list(ratings), rare)):
        assert one.answer.says is (None if doubts else False)
        assert one.answer.doubts == doubts
    told = np.where(ratings[0] == ratings[0].max(), rare, 0)
    assert judged(Rated(list(ratings), told))[0].answer.says


def test_a_few_rows_in_which_two_ratings_differ_tell_nothing_of_either() -> None:
    """However near each other those rows' outcomes lie, both are left open; the third is not."""
    ratings = ratings_of(600, 3)
    ratings[1] = ratings[0]
    ratings[1, :3] = 6 - ratings[1, :3]
    for seed in range(12):
        noise = np.random.default_rng(seed).normal(size=600)
        found = judged(Rated(list(ratings), outcome_of(ratings, [0.5, 0.0, 0.3]) + noise))
        assert found[0].answer.doubts == found[1].answer.doubts == (Reason.COLLINEAR,)
        assert found[2].answer.doubts == ()


def test_the_same_thing_rated_twice_is_collinear() -> None:
    """Two equal ratings, or nearly equal ones, are left open with that reason; the third is not."""
    ratings = ratings_of(600, 3)
    outcome = outcome_of(ratings, [0.5, 0.0, 0.3])
    ratings[1] = 6 - ratings[0]
    found = judged(Rated(list(ratings), outcome))
    assert [one.answer.doubts for one in found] == [
        (Reason.COLLINEAR,),
        (Reason.COLLINEAR,),
        (),
    ]
    assert found[0].vif == np.inf
    assert found[0].coefficient is None
    ratings[1, ::60] = 3
    near = judged(Rated(list(ratings), outcome_of(ratings, [0.3, 0.0, 0.3], noise=3)))
    assert near[0].answer.doubts == near[1].answer.doubts == (Reason.COLLINEAR,)
    assert near[0].vif is not None
    assert 10 < near[0].vif < 1_000


def test_what_is_rated_nearly_alike_by_many_is_told_apart_only_where_the_survey_does() -> None:
    """Differences all over the rows tell of small effects nothing, and of large ones enough."""
    ratings = ratings_of(600, 3)
    ratings[1] = ratings[0] + np.random.default_rng(2).normal(0, 0.25, 600)
    for effects, blurred in (([0.1, 0.1, 0.3], True), ([3.0, -3.0, 0.3], False)):
        found = judged(Rated(list(ratings), outcome_of(ratings, effects, noise=3)))
        doubted = [Reason.COLLINEAR in one.answer.doubts for one in found]
        assert doubted == [blurred, blurred, False]


def test_a_delta_beyond_what_the_rows_can_tell_is_noise() -> None:
    """A tiny delta with few rows leaves the wish open, and says that it is lost in noise."""
    ratings = ratings_of(80, 3)
    outcome = outcome_of(ratings, [0.05, 0.0, 0.1], noise=3)
    for one in judged(Rated(list(ratings), outcome), Criteria(delta=0.001)):
        assert one.answer.doubts == (Reason.NOISE,)


def test_the_prior_alone_makes_nothing_valuable() -> None:
    """A wish that is drawn up by its neighbours must show an effect of its own."""
    ratings = ratings_of(150, 8, seed=17)
    outcome = outcome_of(ratings, [0.45] * 7 + [0.0], noise=2)
    last = judged(Rated(list(ratings), outcome))[-1]
    assert last.answer.probability > 0.8
    assert last.answer.doubts == (Reason.NOISE,)


def test_a_flat_prior_takes_each_effect_alone() -> None:
    """Without the prior the estimate is that of least squares."""
    ratings = ratings_of(300, 3)
    outcome = outcome_of(ratings, [0.3, 0.2, 0.1])
    criteria = Criteria(prior=EffectPrior.FLAT, scale=EffectScale.RAW, delta=0.1)
    for one in judged(Rated(list(ratings), outcome), criteria):
        assert one.answer.estimate == pytest.approx(one.coefficient)


def test_a_perfect_fit_has_no_robustness_to_tell() -> None:
    """Where nothing is left unexplained there is no error to reckon with, and no warning."""
    ratings = ratings_of(200, 2)
    for outcome in (2 * ratings[0] + ratings[1], ratings[0]):
        found = judged(Rated(list(ratings), outcome))
        assert found[0].answer.says is True
        assert found[0].answer.probability == pytest.approx(1, abs=1e-12)


def test_weights_count_rows() -> None:
    """A weight of 0 apart, doubling a row's weight draws the effect as a second such row would."""
    ratings = ratings_of(400, 2)
    outcome = outcome_of(ratings, [0.3, 0.0])
    twice = np.arange(400) < 200
    weights = np.where(twice, 2.0, 1.0)
    heavy = judged(Rated(list(ratings), outcome, weights=weights * 400 / weights.sum()))
    more = np.concatenate([np.arange(400), np.flatnonzero(twice)])
    repeated = judged(Rated(list(ratings[:, more]), outcome[more]))
    for one, other in zip(heavy, repeated, strict=True):
        assert one.coefficient == pytest.approx(other.coefficient)


def test_figures_stand_beside_a_wish_that_hardly_varies() -> None:
    """What can be reckoned is shown even where it does not decide."""
    ratings = ratings_of(800, 2)
    ratings[0] = np.where(np.arange(800) % 40, 5.0, ratings[0])
    doubted, _ = judged(Rated(list(ratings), outcome_of(ratings[1:], [0.3])))
    assert doubted.coefficient is not None
    assert doubted.vif is not None
    assert attrs.evolve(doubted.answer, doubts=()).says is None


def test_an_effect_just_at_delta_is_between() -> None:
    """With rows enough to tell delta from noise, an effect that lies there is open for itself."""
    ratings = ratings_of(20_000, 2)
    outcome = outcome_of(ratings, [0.3, 0.0])
    (effect, _) = judged(Rated(list(ratings), outcome))
    assert effect.answer.estimate is not None
    there, _ = judged(Rated(list(ratings), outcome), Criteria(delta=effect.answer.estimate))
    assert there.answer.says is None
    assert there.answer.doubts == ()
    assert there.answer.reasons == (Reason.BETWEEN,)


def test_no_value_by_the_prior_alone_is_noise() -> None:
    """Where noise hides effects like delta, others without effect do not make one worthless."""
    ratings = ratings_of(120, 10, seed=1)
    outcome = outcome_of(ratings, [0.0] * 10, seed=2)
    found = judged(Rated(list(ratings), outcome))
    blurred = [one for one in found if one.answer.probability <= 0.2 and one.answer.doubts]
    assert blurred
    for one in blurred:
        assert one.answer.doubts == (Reason.NOISE,)
        assert one.answer.says is None


def test_the_least_number_of_rows_is_enough() -> None:
    """With just as many rows beyond the drivers as asked for, effects are told; not with less."""
    ratings = ratings_of(34, 3)
    outcome = outcome_of(ratings, [0.9, 0.0, 0.0], noise=0.01)
    (enough, *_) = judged(Rated(list(ratings), outcome))
    assert enough.answer.says is True
    (few, *_) = judged(Rated(list(ratings[:, 1:]), outcome[1:]))
    assert few.answer.doubts == (Reason.FEW_ROWS,)


def test_the_least_variety_is_enough() -> None:
    """A rating that differs in just the share of rows that is asked for is judged."""
    ratings = ratings_of(1_000, 2)
    outcome = outcome_of(ratings, [0.0, 0.3])
    criteria = Criteria(delta=2, min_varied=0.25)
    for others, doubts in ((250, ()), (249, (Reason.HARDLY_VARIES,))):
        ratings[0] = np.where(np.arange(1_000) < others, 1.0, 5.0)
        found, _ = judged(Rated(list(ratings), outcome), criteria)
        assert found.answer.doubts == doubts
