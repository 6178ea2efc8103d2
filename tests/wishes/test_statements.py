"""The forms of statements: every one against the textbook, and what must not change them."""

import math
from random import Random
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wishes.tables import left_out
from tests.wishes.voices import (
    CASES,
    WISHES,
    Case,
    Survey,
    assert_same,
    items_of,
    measure,
    share,
    sheet_of,
    surveys,
)

some = settings(max_examples=20)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", CASES)
@some
@given(data=st.data())
def test_shares_and_effective_numbers_are_those_of_the_textbook(
    name: str, data: st.DataObject
) -> None:
    """Whatever the weights, respondents and blanks, each figure is what a slow count gives.

    Where every wish is on offer, the threshold hangs on the answers only with mentions. The order
    of rows, and weights times a constant, change nothing; items keep their order. Every row twice
    by its respondent tells no more; a weight of two is two such rows.
    """
    case = CASES[name]
    survey = data.draw(surveys(case))
    found = measure(case.form, survey)
    told = case.tell(survey.rows)
    for wish in range(WISHES):
        mean, effective, n = share((row[wish] for row in told), survey)
        np.testing.assert_allclose(found.share[wish], mean, atol=1e-12)
        np.testing.assert_allclose(found.effective[wish], effective, rtol=1e-7)
        assert found.n[wish] == n
    silent = sum(not any(row) for row in told)
    assert sum(rows for _, rows in left_out(found)) == silent
    assert 0 < found.tau <= 1
    if case.tau is not None and not np.isnan(found.share).any():
        assert math.isclose(found.tau, case.tau)
    check_orders(case, survey, found, data.draw(st.randoms(use_true_random=False)))
    check_repeats(case, survey, found)


def check_orders(case: Case, survey: Survey, found: Any, chance: Random) -> None:
    """Check that rows and wishes may come in any order, and that only proportions count."""
    order, wishes = list(range(len(survey.rows))), list(range(WISHES))
    chance.shuffle(order)
    chance.shuffle(wishes)
    weights, scale = survey.weights or [1] * len(survey.rows), chance.randint(1, 1_000)
    shuffled = Survey(
        [survey.rows[row] for row in order],
        [weights[row] * scale for row in order],
        survey.ids and [survey.ids[row] for row in order],
    )
    assert_same(measure(case.form, shuffled), found)
    items = items_of(case.form)
    turned = case.form.measure(sheet_of(case.form, survey), [items[wish] for wish in wishes])
    expected = attrs.evolve(
        found, share=found.share[wishes], effective=found.effective[wishes], n=found.n[wishes]
    )
    assert_same(turned, expected)


def check_repeats(case: Case, survey: Survey, found: Any) -> None:
    """Check that what a respondent repeats is said once, and that weights are repetitions."""
    ids = survey.ids or list(range(len(survey.rows)))
    twice = measure(
        case.form, Survey(survey.rows * 2, survey.weights and survey.weights * 2, ids * 2)
    )
    silent = tuple(attrs.evolve(one, rows=2 * one.rows) for one in found.left_out)
    assert_same(twice, attrs.evolve(found, n=found.n * 2, left_out=silent))
    weights = [1 + weight for weight in survey.weights or [0] * len(survey.rows)]
    times = [row for row, weight in enumerate(weights) for _ in range(weight)]
    repeated = Survey([survey.rows[row] for row in times], None, [ids[row] for row in times])
    said = measure(case.form, repeated)
    expected = measure(case.form, attrs.evolve(survey, weights=weights))
    np.testing.assert_allclose(said.share, expected.share, atol=1e-12)
    np.testing.assert_allclose(said.effective, expected.effective, rtol=1e-7)
