"""Kano's questionnaire: the table, the coefficients, and what they say of a wish."""

import json
from collections import Counter
from itertools import count, product
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxjourney import DecodeError
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.wishes import (
    Criteria,
    EffectScale,
    Evidence,
    Kano,
    KanoAnswer,
    KanoCategory,
    Outcomes,
    Reason,
    Tally,
    Wish,
    WishKind,
    read_kano,
)

SEATS = Wish("clean seats")
NONE = Kano(SEATS)
LIKE, EXPECT, NEUTRAL, LIVE_WITH, DISLIKE = KanoAnswer
AT_ONCE = Criteria(min_events=0)
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
    """Whatever is heard, and whatever delta is asked for: not DECEPTION, and not INVISIBLE."""
    for heard, criteria in product(
        (Tally(), Tally(900, 100), Tally(100, 900)),
        (Criteria(), AT_ONCE, Criteria(delta=3, min_events=0)),
    ):
        known = found.classify(criteria, evidence=Evidence(SEATS, OUTCOME, heard))
        must_be = Reason.MUST_BE in (*known.notes, *known.value.doubts)
        assert must_be == found.must_be()
        if must_be:
            assert known.decision not in {WishKind.DECEPTION, WishKind.INVISIBLE}


def test_wanted_on_average_by_nobody_a_must_be_wish_stays_open() -> None:
    """Half miss it sorely and half would be pleased without it: no value on average, and open."""
    torn = kano(M=600, I=0).add(DISLIKE, LIKE, 400)
    heard = Evidence(SEATS, OUTCOME, Tally(900, 100))
    assert (torn.evidence() + heard).classify().decision is WishKind.DECEPTION
    known = torn.classify(evidence=heard)
    assert known.decision is None
    assert known.value.reasons == (Reason.MUST_BE,)


def test_a_must_be_wish_with_value_is_noted() -> None:
    """Where its value is known the must-be is a note beside it."""
    heard = Evidence(SEATS, OUTCOME, Tally(100, 900))
    known = kano(M=700, I=250, A=25, O=25).classify(evidence=heard)
    assert known.decision is WishKind.SUBCONSCIOUS
    assert known.notes == (Reason.MUST_BE,)


def test_a_survey_is_tempered_too() -> None:
    """What any instrument calls DECEPTION stays open where Kano's finds a must-be; a fact stays."""
    arms = Outcomes(Tally(5_000, 5_000), Tally(5_000, 5_000))
    survey = Evidence(SEATS, "bought again", Tally(900, 100), arms).classify()
    assert survey.decision is WishKind.DECEPTION
    tempered = kano(M=70, I=30).temper(survey)
    assert (tempered.decision, tempered.outcome) == (None, "bought again")
    assert kano(I=90, M=10).temper(survey) is survey
    fact = attrs.evolve(SEATS, adds_value=False)
    known = Evidence(fact, "bought again", Tally(900, 100)).classify()
    assert Kano(fact, kano(M=70, I=30).counts).temper(known).decision is WishKind.DECEPTION


def test_delight_is_value_and_indifference_is_none() -> None:
    """The two ends of the scale: attractive adds value, indifferent does not."""
    raw = Criteria(scale=EffectScale.RAW, delta=0.1)
    assert kano(A=300, I=100).classify(raw).value.says is True
    known = kano(A=10, I=390).classify(raw)
    assert known.value.says is False
    assert known.value.n == 400


def test_answers_that_are_all_alike_decide() -> None:
    """Three hundred of three hundred like it and miss it: that is value, not a thing unknown."""
    known = kano(O=300).classify().value
    assert known.says is True
    assert known.estimate == pytest.approx(2, abs=0.01)
    assert kano(O=299, I=1).classify().value.estimate == pytest.approx(2, abs=0.05)
    assert kano(I=300).classify().value.doubts == (Reason.CONSTANT_OUTCOME,)


def test_a_questionnaire_is_looked_at_once() -> None:
    """Alone it needs no minimum of events; with evidence that comes in bit by bit it does."""
    found = kano(A=30, I=10)
    assert found.classify().value.says is True
    heard = Evidence(SEATS, OUTCOME).heard(True)
    assert found.classify(evidence=heard).value.doubts == (Reason.FEW_EVENTS,)


def test_a_prior_informs_kano_too() -> None:
    """Earlier answers, discounted, count with the new ones, and lift the minimum."""
    found, heard = kano(A=60, I=20), Evidence(SEATS, OUTCOME).heard(True)
    earlier = found.evidence().discounted(0.5)
    assert found.classify(evidence=heard, prior=earlier).value.says is True
    assert found.classify(prior=earlier).value.n == 120


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
        (lambda: NONE.evidence(" "), "outcome"),
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
        "with": [2, 2.0, np.int64(2), EXPECT, None, 1, float("nan")],
        "without": [5, 5, 5, DISLIKE, 5, np.float64("nan"), None],
    }
    (found,) = read_kano(table, [(SEATS, "with", "without")])
    assert found == kano(M=4) + Kano(SEATS, left_open=3)


@pytest.mark.no_cover
@given(st.lists(st.tuples(answers, answers), max_size=40))
def test_a_table_is_the_same_as_answers_one_by_one(
    rows: list[tuple[KanoAnswer, KanoAnswer]],
) -> None:
    """Reading all at once counts what adding one by one counts; columns may serve two wishes."""
    table = {"f": [one.value for one, _ in rows], "d": [other.value for _, other in rows]}
    step = NONE
    for one, other in rows:
        step = step.add(one, other)
    found, swapped = read_kano(table, [(SEATS, "f", "d"), ("no seats", "d", "f")])
    assert found == step
    assert swapped.wish.about == "no seats"
    assert swapped.counts == tuple(
        step.counts[CELLS.index((other, one))] for one, other in product(KanoAnswer, repeat=2)
    )


def test_every_fault_of_a_table_is_listed() -> None:
    """Cells that are no codes by row and column, missing columns, and columns of other lengths."""
    table: dict[str, list[Any]] = {
        "f": [1, 6, "like", True, 2.5, 0, float("inf"), 3],
        "d": [1] * 8,
        "e": [1] * 7,
    }
    items = [("a", "f", "d"), ("b", "f", "gone"), ("c", "d", "e")]
    with pytest.raises(FaultsError) as raised:
        read_kano(table, items)
    found = {fault.column: fault for fault in raised.value.faults}
    assert found.keys() == {"f", "gone", "e"}
    assert (found["f"].rows, found["f"].count) == ((1, 2, 3, 4, 5), 6)
    assert found["f"].found == "6"
    assert (found["gone"].rows, found["e"].found) == ((), "7 rows")
    assert "like" not in found["f"].found


@pytest.mark.parametrize(
    ("cell", "told"),
    [("like", "a str"), (2.5, "2.5"), (0, "0"), (10**400, "a huge number")],
    ids=count(),
)
def test_a_cell_is_told_by_number_or_type(cell: object, told: str) -> None:
    """A number as it stands; of a customer's words only that they are a text."""
    with pytest.raises(FaultsError) as raised:
        read_kano({"f": [cell], "d": [1]}, [("a", "f", "d")])
    assert raised.value.faults[0].found == told


def test_a_wish_is_asked_about_once() -> None:
    """Two pairs of columns for one wish are a mistake."""
    table = {"f": [1], "d": [1]}
    with pytest.raises(InvalidError, match="each wish once"):
        read_kano(table, [("a", "f", "d"), ("a", "d", "f")])
