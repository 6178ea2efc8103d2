"""Kano's questionnaire: the table, the coefficients, and what they say of a wish."""

import json
from collections import Counter
from decimal import Decimal
from itertools import count, product
from typing import Any

import attrs
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy import stats

from cxjourney import DecodeError
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.show._pictures._wish_plot import figure_svg  # axes of the caller's as SVG
from cxjourney.vocabulary import Lang, name
from cxjourney.wishes import (
    Criteria,
    Evidence,
    Item,
    Kano,
    KanoAnswer,
    KanoCategory,
    KanoMap,
    Moments,
    Outcomes,
    Reason,
    Tally,
    Wish,
    WishKind,
    YesNo,
    map_wishes,
    read_kano,
)
from tests.vocabulary.words import word

SEATS = Wish("clean seats")
NONE = Kano(SEATS)
LIKE, EXPECT, NEUTRAL, LIVE_WITH, DISLIKE = KanoAnswer
OUTCOME = NONE.evidence().outcome
CELLS = [(one, other) for one in KanoAnswer for other in KanoAnswer]
TABLE: dict[Any, Any] = {(one, other): NONE.add(one, other).category for one, other in CELLS}

answers = st.sampled_from(KanoAnswer)
sizes = st.one_of(st.integers(0, 12), st.integers(0, 400))


@st.composite
def kanos(draw: st.DrawFn) -> Kano:
    """Draw how often some pairs of answers were given, few or hundreds, and others never."""
    counts = [0] * len(CELLS)
    for cell in draw(st.lists(st.sampled_from(range(len(CELLS))), max_size=8, unique=True)):
        counts[cell] = draw(sizes)
    return Kano(SEATS, tuple(counts), draw(st.integers(0, 5)))


BY_LETTER = {"A": (LIKE, NEUTRAL), "O": (LIKE, DISLIKE), "M": (EXPECT, DISLIKE)}
BY_LETTER |= {"I": (NEUTRAL, NEUTRAL), "R": (NEUTRAL, LIKE), "Q": (LIKE, LIKE)}


def kano(**letters: int) -> Kano:
    """Return answers that make the wish so many times each category, by its letter."""
    found = NONE
    for letter, times in letters.items():
        found = found.add(*BY_LETTER[letter], times)
    return found


def mirrored(answer: KanoAnswer) -> KanoAnswer:
    """Return the answer that feels the opposite: like for dislike, and the other way round."""
    return KanoAnswer(6 - answer.value)


def test_the_table_is_the_published_one() -> None:
    """Berger et al. (1993): functional answers down, dysfunctional ones across."""
    letters = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]
    for row, functional in zip(letters, KanoAnswer, strict=True):
        for letter, dysfunctional in zip(row, KanoAnswer, strict=True):
            assert TABLE[functional, dysfunctional].value == letter


def test_the_table_only_asks_who_is_pleased_or_displeased() -> None:
    """Its 25 cells follow from the points of the two answers."""
    by_points = {
        (1, 1): "Q",
        (1, 0): "A",
        (1, -1): "O",
        (0, 1): "R",
        (0, 0): "I",
        (0, -1): "M",
        (-1, 1): "R",
        (-1, 0): "R",
        (-1, -1): "Q",
    }
    for (functional, dysfunctional), found in TABLE.items():
        assert found.value == by_points[functional.points, dysfunctional.points]


def test_the_table_is_symmetric() -> None:
    """Swapped questions make a wanted wish reverse; turned round too, they make delight must-be."""
    wanted = {KanoCategory.ATTRACTIVE, KanoCategory.ONE_DIMENSIONAL, KanoCategory.MUST_BE}
    other = {
        KanoCategory.ATTRACTIVE: KanoCategory.MUST_BE,
        KanoCategory.MUST_BE: KanoCategory.ATTRACTIVE,
    }
    for (functional, dysfunctional), found in TABLE.items():
        swapped = TABLE[dysfunctional, functional]
        assert (found in wanted) == (swapped is KanoCategory.REVERSE and found is not swapped)
        turned = TABLE[mirrored(dysfunctional), mirrored(functional)]
        assert turned is other.get(found, found)


def test_the_coefficients_are_those_of_berger() -> None:
    """Better is (A + O) / (A + O + M + I), worse -(O + M) / (A + O + M + I)."""
    found = kano(A=10, O=20, M=40, I=30, R=7, Q=3)
    assert found.better == 0.3
    assert found.worse == -0.6
    assert found.category is KanoCategory.MUST_BE
    assert found.categories[KanoCategory.QUESTIONABLE] == 3


def test_the_intervals_are_those_of_a_beta_distribution() -> None:
    """Jeffreys' prior for the share that each coefficient is."""
    found = kano(A=10, O=20, M=40, I=30, R=7)
    better, worse = found.better_interval, found.worse_interval
    ends = stats.beta(30.5, 70.5).ppf([0.025, 0.975])
    assert (better.low, better.high) == pytest.approx(tuple(ends), abs=1e-9)
    ends = -stats.beta(60.5, 40.5).ppf([0.975, 0.025])
    assert (worse.low, worse.high) == pytest.approx(tuple(ends), abs=1e-9)


def test_without_answers_there_is_nothing_to_tell() -> None:
    """No category and no coefficients, and intervals over all of their range."""
    assert (NONE.category, NONE.better, NONE.worse) == (None, None, None)
    assert kano(R=9).better is None
    assert (NONE.better_interval.low, NONE.better_interval.high) == (0, 1)
    assert NONE.certainty == pytest.approx(0.5)
    assert not NONE.must_be()


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("MOAIRQ", "M"),
        ("OAIRQ", "O"),
        ("AIRQ", "A"),
        ("IRQ", "I"),
        ("RQ", "R"),
        ("Q", "Q"),
    ],
)
def test_of_equals_what_is_missed_most_counts(letters: str, first: str) -> None:
    """Ties go to M, then O, A, I, R and Q."""
    found = kano(**dict.fromkeys(letters, 5)).category
    assert found is not None
    assert found.value == first


def test_how_far_ahead_a_category_is() -> None:
    """Forty against thirty is not as sure as four hundred against three hundred."""
    assert kano(M=40, I=30, A=10).certainty == pytest.approx(stats.beta(40.5, 30.5).sf(0.5))
    assert kano(M=40, I=30, A=10).certainty < 0.95 < kano(M=400, I=300, A=100).certainty


@pytest.mark.no_cover
@given(kanos(), kanos(), kanos(), answers, answers)
def test_answers_add_up_and_are_stored(
    one: Kano, two: Kano, three: Kano, functional: KanoAnswer, dysfunctional: KanoAnswer
) -> None:
    """Counts add up, whichever come first; no answers change nothing; JSON brings them back.

    Each new answer gives a new record, one cell higher.
    """
    assert (one + two) + three == one + (two + three)
    assert one + two == two.merge(one)
    assert one + NONE == one
    assert (one + two).left_open == one.left_open + two.left_open
    assert Kano.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    after = one.add(functional, dysfunctional)
    grown = Counter(dict(zip(CELLS, after.counts, strict=True)))
    grown.subtract(dict(zip(CELLS, one.counts, strict=True)))
    assert +grown == Counter({(functional, dysfunctional): 1})
    assert after.left_open == one.left_open


@pytest.mark.no_cover
@given(kanos())
def test_answers_are_evidence_in_pairs(found: Kano) -> None:
    """The pairs of the evidence are the answers one by one, questionable ones left out.

    Where nobody answers in reverse their mean difference is just better - worse; reverse answers
    lower it.
    """
    one, other = [], []
    for (functional, dysfunctional), times in zip(CELLS, found.counts, strict=True):
        if functional.points * dysfunctional.points != 1:
            one += [functional.points] * times
            other += [dysfunctional.points] * times
    gaps = [high - low for high, low in zip(one, other, strict=True)]
    pairs = found.evidence().outcomes.pairs
    for moments, values in (
        (pairs.fulfilled, one),
        (pairs.unfulfilled, other),
        (pairs.difference, gaps),
    ):
        assert moments.n == len(values)
        assert moments.mean == pytest.approx(np.mean(values) if values else 0, abs=1e-12)
        assert moments.m2 == pytest.approx(np.var(values) * len(values) if values else 0, abs=1e-8)
    wanted = attrs.evolve(
        found,
        counts=tuple(
            0 if TABLE[cell] is KanoCategory.REVERSE else times
            for cell, times in zip(CELLS, found.counts, strict=True)
        ),
    )
    mean = wanted.evidence().outcomes.pairs.difference.mean
    if wanted.better is not None and wanted.worse is not None:
        assert mean == pytest.approx(wanted.better - wanted.worse)
    assert pairs.difference.mean <= mean + 1e-12


def test_a_must_be_wish_is_missed_by_most_and_pleases_few() -> None:
    """It must outweigh delight, and be missed by more than half, each known at the level."""
    assert kano(M=70, I=20, A=5, O=5).must_be()
    assert kano(M=45, O=35, I=20).must_be()
    assert not kano(M=30, I=65, A=5).must_be()
    assert not kano(A=60, M=20, I=20).must_be()
    assert not kano(M=40, R=60).must_be()
    assert not kano(M=5, I=3).must_be(0.95)
    assert kano(M=50, I=30).must_be(0.95)


@pytest.mark.no_cover
@given(kanos())
def test_a_must_be_wish_is_never_called_without_value(found: Kano) -> None:
    """Whatever is heard, alone or with other outcomes: not DECEPTION, and not INVISIBLE.

    An indifferent wish is never called one that adds value.
    """
    arms = Outcomes(Tally(300, 300), Tally(300, 300)), Outcomes(Tally(500, 100), Tally(100, 500))
    for heard, outcomes in product((Tally(), Tally(900, 100)), (Outcomes(), *arms)):
        seen = Evidence(SEATS, OUTCOME, heard, outcomes)
        known = found.classify(Criteria(min_events=0), evidence=seen)
        assert (Reason.MUST_BE in (*known.notes, *known.value.doubts)) == found.must_be()
        if found.must_be():
            assert known.decision not in {WishKind.DECEPTION, WishKind.INVISIBLE}
        if found.indifferent():
            assert known.decision not in {WishKind.CONSCIOUS, WishKind.SUBCONSCIOUS}


@pytest.mark.parametrize("others", ["A", "O", "M"])
@pytest.mark.parametrize("n", [5, 10, 100, 1000])
def test_what_most_are_indifferent_to_is_never_conscious(others: str, n: int) -> None:
    """With 80 % indifferent it adds no value, whatever the others say and whatever is heard."""
    found = kano(I=n * 8 // 10) + kano(**{others: n - n * 8 // 10})
    heard = Evidence(SEATS, OUTCOME, Tally(950, 50))
    assert found.indifferent()
    assert found.classify(evidence=heard).decision in {WishKind.DECEPTION, None}
    survey = Evidence(
        SEATS, "bought again", Tally(950, 50), Outcomes(Tally(400, 100), Tally(100, 400))
    )
    assert survey.classify().decision is WishKind.CONSCIOUS
    known = found.temper(survey.classify())
    assert (known.decision, known.value.doubts) == (None, (Reason.INDIFFERENT,))
    fact = attrs.evolve(SEATS, adds_value=True)
    stated = Evidence(fact, "bought again", Tally(950, 50)).classify()
    assert Kano(fact, found.counts).temper(stated).decision is WishKind.CONSCIOUS


def test_indifference_must_be_known() -> None:
    """A bare majority of few is no word against a survey; of many it is."""
    assert not kano(I=6, A=5).indifferent()
    assert kano(I=600, A=500).indifferent()
    assert not NONE.indifferent()


def test_value_is_bergers_rule_with_its_probability() -> None:
    """Wanted by more than half, for whatever reason: the chance of that among all customers."""
    known = kano(A=40, O=30, M=50, I=60, R=15, Q=5).classify()
    assert known.value.estimate == 0.6
    assert known.value.probability == pytest.approx(stats.beta(120.5, 80.5).sf(0.5))
    assert known.value.says is True
    assert known.harm == pytest.approx(stats.beta(15.5, 185.5).sf(0.5))
    assert kano(R=90, A=10).classify().harm == pytest.approx(1, abs=1e-6)
    assert NONE.classify().value.doubts == (Reason.NO_OUTCOMES,)
    assert NONE.classify().harm is None


def test_many_questionable_answers_are_a_doubt() -> None:
    """Where more than a tenth contradict themselves the questions were not understood."""
    assert kano(O=80, Q=20).classify().value.doubts == (Reason.QUESTIONABLE,)
    assert kano(O=95, Q=5).classify().value.doubts == ()
    assert kano(O=9, Q=1).classify().value.doubts == ()


def test_a_must_be_wish_has_value() -> None:
    """Whoever misses it wants it: it adds value, and it is noted as a must-be."""
    heard = Evidence(SEATS, OUTCOME, Tally(100, 900))
    known = kano(M=700, I=250, A=25, O=25).classify(evidence=heard)
    assert known.decision is WishKind.SUBCONSCIOUS
    assert known.notes == (Reason.MUST_BE,)


def test_a_survey_is_tempered_too() -> None:
    """What any instrument calls DECEPTION stays open where Kano's finds a must-be; a fact stays."""
    arms = Outcomes(Tally(5_000, 5_000), Tally(5_000, 5_000))
    survey = Evidence(SEATS, "bought again", Tally(900, 100), arms)
    assert survey.classify().decision is WishKind.DECEPTION
    tempered = kano(M=70, I=30).classify(evidence=survey)
    assert (tempered.decision, tempered.outcome) == (None, "bought again")
    assert kano(I=90, M=10).classify(evidence=survey) == survey.classify()
    fact = attrs.evolve(SEATS, adds_value=False)
    known = Evidence(fact, "bought again", Tally(900, 100)).classify()
    assert Kano(fact, kano(M=70, I=30).counts).temper(known).decision is WishKind.DECEPTION
    found = Kano(fact, kano(A=70, I=30).counts).classify()
    assert (found.value.says, found.harm) == (False, None)


def test_answers_that_are_all_alike_decide() -> None:
    """Three hundred of three hundred like it and miss it: that is value, not a thing unknown."""
    known = kano(O=300).classify().value
    assert (known.says, known.estimate) == (True, 1)
    assert kano(O=299, I=1).classify().value.estimate == pytest.approx(299 / 300)
    assert kano(I=300).classify().value.says is False


# Published figures.

STP25KANO = {
    "Service app": ((95, 123, 45, 33, 0, 0), "O", "O", 0.89, 0.09, 28, 19.4, 0.568, -0.736),
    "Excellent service": ((101, 54, 54, 81, 3, 3), "M", "M", 0.71, 0.07, 20, 18.5, 0.372, -0.534),
    "Hotline": ((15, 24, 121, 124, 6, 6), "I", "A", 0.54, 0.01, 3, 19.8, 0.511, -0.137),
    "Ready-to-use return": ((9, 18, 83, 177, 6, 3), "I", "I", 0.37, 0.32, 94, 19.9, 0.352, -0.094),
}
"""Five rows of a table that the R package stp25kano prints: counts of M, O, A, I, R and Q; most
frequent; by rule; total and category strength; lead and what Fong's test holds it to; CS+, CS-."""


@pytest.mark.parametrize("row", STP25KANO)
def test_measures_are_those_of_a_published_table(row: str) -> None:
    """Category, strengths, Fong's test and coefficients, as stp25kano 0.1 prints them."""
    counts, most, rule, total, lead, ahead, bar, better, worse = STP25KANO[row]
    found = kano(**dict(zip("MOAIRQ", counts, strict=True)))
    assert found.category is KanoCategory(most)
    assert found.grade is KanoCategory(rule)
    assert found.total_strength == pytest.approx(total, abs=0.006)
    assert found.strength == pytest.approx(lead, abs=0.006)
    assert found.significant == (ahead >= bar)
    assert found.better == pytest.approx(better, abs=6e-4)
    assert found.worse == pytest.approx(worse, abs=6e-4)


def test_bergers_rule_asks_first_whether_it_is_wanted() -> None:
    """Wanted for different reasons is not indifferent; a tie goes to the second half."""
    found = kano(M=20, O=25, A=10, I=40, R=5)
    assert (found.category, found.grade) == (KanoCategory.INDIFFERENT, KanoCategory.ONE_DIMENSIONAL)
    assert kano(A=50, I=50).grade is KanoCategory.INDIFFERENT
    assert kano(Q=3, R=3).grade is KanoCategory.REVERSE
    assert NONE.grade is None
    assert (NONE.strength, NONE.total_strength, NONE.significant) == (None, None, None)


def test_continuous_scores_are_dumouchels() -> None:
    """Functional 4, 2, 0, -1, -2 and dysfunctional -2, -1, 0, 2, 4 (Berger et al. 1993)."""
    assert [one.functional for one in KanoAnswer] == [4, 2, 0, -1, -2]
    assert [one.dysfunctional for one in KanoAnswer] == [-2, -1, 0, 2, 4]
    found = NONE.add(LIKE, DISLIKE, 3).add(NEUTRAL, LIVE_WITH)
    assert (found.functional, found.dysfunctional) == (3.0, 3.5)
    assert (NONE.functional, NONE.dysfunctional) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: Kano("seats"), "wish"),  # type: ignore[arg-type]
        (lambda: Kano(SEATS, 3), "counts"),  # type: ignore[arg-type]
        (lambda: Kano(SEATS, (1, 2)), "counts"),
        (lambda: Kano(SEATS, (-1,) * 25), "counts"),
        (lambda: Kano(SEATS, (1.0,) * 25), "counts"),  # type: ignore[arg-type]
        (lambda: Kano(SEATS, left_open=-1), "left_open"),
        (lambda: NONE.add(1, DISLIKE), "functional"),  # type: ignore[arg-type]
        (lambda: NONE.add(LIKE, "dislike"), "dysfunctional"),  # type: ignore[arg-type]
        (lambda: NONE.add(LIKE, LIKE, True), "times"),
        (lambda: NONE.add(LIKE, LIKE, -1), "times"),
        (lambda: NONE.merge(3), "other"),  # type: ignore[arg-type]
        (lambda: NONE.merge(Kano(Wish("wifi"))), "other"),
        (lambda: NONE.must_be(0.2), "level"),
        (lambda: NONE.indifferent(2), "level"),
        (lambda: NONE.evidence(" "), "outcome"),
        (lambda: NONE.classify(evidence=3), "evidence"),  # type: ignore[arg-type]
        (lambda: NONE.classify(evidence=Evidence(Wish("wifi"), OUTCOME)), "evidence"),
        (lambda: Kano(SEATS, importance=5), "importance"),  # type: ignore[arg-type]
    ],
    ids=count(),
)
def test_what_is_not_of_its_type_is_refused(wrong: Any, field: str) -> None:
    """The error names the argument that was wrong."""
    with pytest.raises(InvalidError) as raised:
        wrong()
    assert raised.value.field == field


GOOD = kano(M=3, A=1).to_dict()
ROWS: list[list[int]] = GOOD["counts"]


@pytest.mark.parametrize(
    ("key", "value", "at"),
    [
        ("schema", 0, "schema"),
        ("wish", {}, "wish.about"),
        ("counts", ROWS[:4], "counts"),
        ("counts", [*ROWS[:4], [0] * 6], "counts[4]"),
        ("counts", [*ROWS[:4], [0, 0, 0, 0, 1.0]], "counts[4][4]"),
        ("counts", [*ROWS[:4], [0, 0, 0, 0, -1]], "counts"),
        ("counts", [*ROWS[:4], [0, 0, 0, 0, 10**400]], "counts"),
        ("left_open", "1", "left_open"),
        ("left_open", -1, "left_open"),
        ("more", 1, "evidence"),
    ],
)
def test_what_is_wrong_with_stored_answers_is_named(key: str, value: Any, at: str) -> None:
    """The error's path leads to the fault."""
    with pytest.raises(DecodeError) as raised:
        Kano.from_dict({**GOOD, key: value})
    assert raised.value.where == at


@pytest.mark.no_cover
@given(
    st.sampled_from(["schema", "wish", "counts", "left_open"]),
    st.recursive(
        st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.booleans()),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=2), inner),
    ),
)
def test_other_data_is_answers_or_a_decode_error(key: str, value: Any) -> None:
    """Nothing else gets out of decoding."""
    try:
        found = Kano.from_dict({**GOOD, key: value})
    except DecodeError:
        return
    assert Kano.from_dict(found.to_dict()) == found


# Reading a table.


def test_coded_answers_are_read() -> None:
    """Codes of any number type, members, and blanks; half a pair counts as left open."""
    table = {
        "with": [2, 2.0, np.int64(2), EXPECT, None, 1, float("nan"), Decimal(2), np.float32(2)],
        "without": [5, 5, 5, DISLIKE, 5, np.float64("nan"), None, 5, np.int8(5)],
    }
    found = read_kano(table, [(SEATS, "with", "without")])
    assert found["clean seats"] == kano(M=6) + Kano(SEATS, left_open=3)


def frames() -> dict[str, Any]:
    """Return the same answers in frames of several kinds."""
    cells: dict[str, list[Any]] = {"f": [1, 2, None, 3], "d": [5, 5, 1, None]}
    narrow = {
        name: [np.nan if one is None else one for one in column] for name, column in cells.items()
    }
    return {
        "lists": cells,
        "float32": {name: np.array(column, np.float32) for name, column in narrow.items()},
        "pandas": pd.DataFrame(cells),
        "pandas nullable": pd.DataFrame(cells).astype("Int8"),
        "pandas arrow": pd.DataFrame(cells).convert_dtypes(dtype_backend="pyarrow"),
        "pandas texts": pd.DataFrame(cells).astype("Int8").astype("string"),
        "polars": pl.DataFrame(cells),
        "lazy polars": pl.LazyFrame(cells),
        "pyarrow": pa.table(cells),
    }


@pytest.mark.parametrize("kind", list(frames()))
def test_any_frame_is_read_as_map_wishes_reads_it(kind: str) -> None:
    """Nullable and Arrow columns, narrow floats and lazy frames say the same."""
    codes = ["1", "2", "3", "4", "5"] if kind == "pandas texts" else [1, 2, 3, 4, 5]
    found = read_kano(frames()[kind], [(SEATS, "f", "d")], codes=codes)
    assert found["clean seats"] == kano(M=1, O=1) + Kano(SEATS, left_open=2)


@pytest.mark.no_cover
@given(st.lists(st.tuples(answers, answers), max_size=40))
def test_a_table_is_the_same_as_answers_one_by_one(
    rows: list[tuple[KanoAnswer, KanoAnswer]],
) -> None:
    """Reading all at once counts what adding one by one counts; columns may serve two wishes.

    Codes the other way round, or texts, say the same.
    """
    table = {"f": [one.value for one, _ in rows], "d": [other.value for _, other in rows]}
    step = NONE
    for one, other in rows:
        step = step.add(one, other)
    found = read_kano(table, [(SEATS, "f", "d"), ("no seats", "d", "f")])
    assert found["clean seats"] == step
    assert found["no seats"].counts == tuple(
        step.counts[CELLS.index((other, one))] for one, other in product(KanoAnswer, repeat=2)
    )
    texts = ("I like it", "it must be", "neutral", "I can live with it", "I dislike it")
    for codes in ((5, 4, 3, 2, 1), texts):
        coded = {name: [codes[one - 1] for one in column] for name, column in table.items()}
        again = read_kano(coded, [(SEATS, "f", "d")], codes=codes)
        assert again["clean seats"] == step


def test_importance_and_segments_are_read() -> None:
    """A third column says how important it is; a segment's column parts the customers."""
    table = {
        "f": [1, 1, 2, 3],
        "d": [3, 5, 5, 3],
        "i": [9, None, 5.5, 4],
        "s": ["new", "old", "new", None],
    }
    found = read_kano(table, [(SEATS, "f", "d", "i")], segment="s")
    assert found["clean seats"].importance == Moments.of([9, 5.5, 4])
    segments = dict(found.segments)
    assert list(segments) == ["new", "old"]
    assert segments["new"]["clean seats"] == attrs.evolve(
        kano(A=1, M=1), importance=Moments.of([9, 5.5])
    )
    merged = segments["new"]["clean seats"] + segments["old"]["clean seats"]
    assert merged.importance == Moments.of([9, 5.5])
    by_year = read_kano(
        {**table, "s": [2025, 2026.0, 2025, None]}, [(SEATS, "f", "d")], segment="s"
    )
    assert [name for name, _ in by_year.segments] == ["2025", "2026"]


def test_segments_that_differ_are_told_after_correction() -> None:
    """Chi-squared, as scipy tests it, times the number of wishes; what is all alike is out."""
    business, leisure = kano(M=40, I=10), kano(M=20, I=30)
    alike = attrs.evolve(kano(I=50), wish=Wish("music"))
    other = attrs.evolve(kano(A=30, I=20), wish=Wish("wifi"))
    found = KanoMap(
        (business + leisure, other, alike),
        (("b", KanoMap((business, other, alike))), ("l", KanoMap((leisure, other, alike)))),
    )
    p = stats.chi2_contingency([[40, 10], [20, 30]], correction=False).pvalue
    assert found.differences() == {"clean seats": pytest.approx(2 * p), "wifi": pytest.approx(1)}


@pytest.mark.no_cover
def test_segments_that_do_not_differ_are_seldom_told_apart() -> None:
    """Of 80 maps of ten wishes in three like segments at most one in twenty shows a difference."""
    draws = np.random.default_rng(7)
    wrong = 0
    for _ in range(80):
        shares = draws.dirichlet([2] * 6, 10)
        parts = [
            KanoMap(
                tuple(
                    attrs.evolve(
                        kano(
                            **dict(zip("MOAIRQ", draws.multinomial(80, one).tolist(), strict=True))
                        ),
                        wish=Wish(f"w{place}"),
                    )
                    for place, one in enumerate(shares)
                )
            )
            for _ in range(3)
        ]
        found = KanoMap(parts[0].kanos, tuple(zip("abc", parts, strict=True)))
        wrong += min(found.differences().values()) < 0.05
    assert wrong <= 8  # 4 expected; this is the 98th percentile


def test_every_fault_of_a_table_is_listed() -> None:
    """Cells that are no codes by row and column, missing columns, and columns of other lengths."""
    table: dict[str, list[Any]] = {
        "f": [1, 6, "like", True, 2.5, 0, float("inf"), 3],
        "d": [1] * 8,
        "e": [1] * 7,
        "i": [1, "x", *[None] * 6],
        "s": [object()] + ["a"] * 7,
    }
    items: list[Any] = [("a", "f", "d", "i"), ("b", "f", "gone"), ("c", "d", "e")]
    with pytest.raises(FaultsError) as raised:
        read_kano(table, items, segment="s")
    found = {fault.column: fault for fault in raised.value.faults}
    assert found.keys() == {"f", "gone", "e", "i", "s"}
    assert (found["f"].rows, found["f"].count) == ((1, 2, 3, 4, 5), 6)
    assert found["f"].found == "6"
    assert (found["gone"].rows, found["e"].found) == ((), "7 rows")
    assert (found["i"].rows, found["s"].rows) == ((1,), (0,))
    assert "like" not in found["f"].found


@pytest.mark.parametrize(
    ("cell", "told"),
    [("like", "a str"), (2.5, "2.5"), (0, "0"), (10**400, "a huge number"), ([], "a list")],
    ids=count(),
)
def test_a_cell_is_told_by_number_or_type(cell: object, told: str) -> None:
    """A number as it stands; of a customer's words only that they are a text."""
    with pytest.raises(FaultsError) as raised:
        read_kano({"f": [cell], "d": [1]}, [("a", "f", "d")])
    assert raised.value.faults[0].found == told


def test_a_wish_is_asked_about_once() -> None:
    """Two pairs of columns for one wish are a mistake, and so is one column alone."""
    table = {"f": [1], "d": [1]}
    with pytest.raises(InvalidError, match="each wish once"):
        read_kano(table, [("a", "f", "d"), ("a", "d", "f")])
    with pytest.raises(InvalidError, match="two columns of a wish, or three"):
        read_kano(table, [("a", "f")])


@pytest.mark.parametrize("codes", [5, (1, 2, 3), (1, 2, 3, 4, 4), (1, 2, 3, 4, None), "12345 "])
def test_codes_are_five_different_ones(codes: Any) -> None:
    """Whatever else they are, it is refused before the table is read."""
    with pytest.raises(InvalidError) as raised:
        read_kano({}, [("a", "f", "d")], codes=codes)
    assert raised.value.field == "codes"


# The map of several.

PICTURED = KanoMap(
    tuple(
        attrs.evolve(one, wish=Wish(about))
        for about, one in {
            "seats": kano(M=70, I=20, A=5, O=5),
            "wifi": kano(O=60, A=20, M=20),
            "music": attrs.evolve(kano(A=60, I=40), importance=Moments.of([3, 4, 9])),
            "ads": kano(R=80, I=20),
            "unclear": kano(O=60, Q=40),
            "reverse only": kano(R=9),
            "not asked": NONE,
        }.items()
    )
)


def test_a_map_is_read_by_name() -> None:
    """The answers are to be had by what each wish is about; nothing else is there."""
    assert list(PICTURED) == [
        "seats",
        "wifi",
        "music",
        "ads",
        "unclear",
        "reverse only",
        "not asked",
    ]
    assert PICTURED["wifi"] is PICTURED.kanos[1]
    assert (len(PICTURED), "bus" in PICTURED) == (7, False)
    counts = "1 MUST_BE, 2 ONE_DIMENSIONAL, 1 ATTRACTIVE, 2 REVERSE"
    assert repr(PICTURED) == f"<KanoMap of 7 wishes: {counts}>"
    assert repr(KanoMap(())) == "<KanoMap of 0 wishes: no answers>"
    with pytest.raises(InvalidError):
        KanoMap((3,))  # type: ignore[arg-type]


def test_a_map_goes_to_map_wishes_as_it_is() -> None:
    """By name it is just what ``map_wishes`` and the command's readers take."""
    table = {"y": [1, 2] * 50, "seats": [1, 2] * 50, "say": [0, 1] * 50}
    found = map_wishes(
        table,
        outcome="y",
        items=[Item("seats", "seats", "say")],
        statements=YesNo(),
        kano=KanoMap(PICTURED.kanos[:1]),
    )
    assert "seats" in found


def test_rows_and_documents_are_plain() -> None:
    """Each wish gives the same keys; JSON holds them, segments and their differences."""
    rows = PICTURED.to_rows()
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert (rows[0]["grade"], rows[0]["must_be"], rows[0]["better"]) == ("MUST_BE", 70, 0.1)
    assert (rows[-1]["grade"], rows[-1]["better"], rows[-1]["importance"]) == (None, None, None)
    assert rows[2]["importance"] == pytest.approx(16 / 3)
    test = stats.ttest_1samp([3, 4, 9], 0).confidence_interval()
    assert (rows[2]["importance_low"], rows[2]["importance_high"]) == pytest.approx(tuple(test))
    document = KanoMap(PICTURED.kanos, (("a", PICTURED), ("b", PICTURED))).to_dict()
    assert json.loads(json.dumps(document)) == document
    assert (document["kano"], list(document["segments"])) == (1, ["a", "b"])
    assert document["differences"]["wifi"] == 1
    assert PICTURED.to_dict()["differences"] == {}


@pytest.mark.parametrize("lang", Lang)
def test_the_tables_fit_a_terminal(lang: Lang) -> None:
    """At most 80 columns, with segments, long names and every remark, in any language."""
    long = attrs.evolve(kano(O=300, M=200, A=10), wish=Wish("a very long wish " * 9))
    parts = (("a segment with a long name " * 3, (kano(O=30, M=20), "x")), ("b", (kano(I=50), "y")))
    names = [label for label, _ in parts]
    one = KanoMap((*PICTURED.kanos, long))
    other = KanoMap(tuple(attrs.evolve(kano(I=200, R=9), wish=each.wish) for each in one.kanos))
    whole = KanoMap(one.kanos, tuple(zip(names, (one, other), strict=True)))
    text = whole.explain(lang)
    assert max(map(len, text.split("\n"))) <= 80
    for texts in (Reason.QUESTIONABLE, Reason.MUST_BE):
        assert name(texts, lang)[:20] in text
    assert word("differ", lang) in text
    assert KanoMap(()).explain(lang)
    assert "<table>" in whole.show().html()


@pytest.mark.parametrize("dark", [False, True])
def test_better_and_worse_are_drawn(dark: bool) -> None:
    """Each wish stands where its coefficients are; those without any are listed below."""
    axes = PICTURED.plot(dark=dark)
    places = {
        (round(float(x), 9), round(float(y), 9))
        for line in axes.lines
        if line.get_marker() not in {"None", "", None}
        for x, y in np.asarray(line.get_xydata())
    }
    expected = {
        (round(-one.worse, 9), round(one.better, 9))
        for one in PICTURED.kanos
        if one.better is not None and one.worse is not None
    }
    assert expected <= places
    texts = [text.get_text() for text in axes.texts]
    assert any("reverse only; not asked" in text.replace("\n", " ") for text in texts)
    one, other = figure_svg(axes.figure), figure_svg(PICTURED.plot(dark=dark).figure)  # type: ignore[arg-type]
    assert one == other
    own = Figure().subplots()
    assert KanoMap(PICTURED.kanos[:2]).plot(own, Lang.FI) is own
    assert own.get_xlabel() == word("worse_axis", Lang.FI)
