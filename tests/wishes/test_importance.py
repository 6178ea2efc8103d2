"""How the explained variance divides among the wishes of a survey."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.wishes import Finding, johnson, lmg
from tests.wishes.drivers import Floats, Rated

SEEDS = st.integers(0, 2**32 - 1)


def some_rows(seed: int, wishes: int = 4, rows: int = 200) -> tuple[Floats, Floats]:
    """Return ratings, one wish a row, that go together, and an outcome."""
    random = np.random.default_rng(seed)
    ratings = np.rint(3 + random.normal(size=(wishes, rows)) + random.normal(size=rows))
    outcome = random.normal(size=wishes) @ ratings + 2 * random.normal(size=rows)
    return ratings, outcome


def of(rated: Rated, **options: Any) -> list[Any]:
    """Return the findings of a survey that have a share, None for the others."""
    findings: list[Finding | None] = [
        None if found.lmg is None else found for found in rated.map(**options).findings
    ]
    return findings


def r2(columns: list[Floats], outcome: Floats) -> float:
    """Return the share of variance that columns explain."""
    x = np.column_stack([np.ones(len(outcome)), *columns])
    left = outcome - x @ np.linalg.lstsq(x, outcome)[0]
    return 1 - float(left @ left) / float(np.sum(np.square(outcome - outcome.mean())))


@pytest.mark.no_cover
@settings(max_examples=25)
@given(seed=SEEDS)
def test_with_nothing_held_constant_they_are_the_plain_shares(seed: int) -> None:
    """Without blanks and controls the shares are those of ``lmg`` and ``johnson``."""
    ratings, outcome = some_rows(seed)
    found = of(Rated(list(ratings), outcome))
    plain = zip(lmg(ratings.T, outcome), johnson(ratings.T, outcome), strict=True)
    for share, (one, other) in zip(found, plain, strict=True):
        assert share is not None
        assert share.lmg == pytest.approx(one, abs=1e-9)
        assert share.johnson == pytest.approx(other, abs=1e-9)
        assert share.lmg_error is None


@pytest.mark.no_cover
@settings(max_examples=25)
@given(seed=SEEDS, weighted=st.booleans())
def test_they_sum_to_what_is_explained_beyond_use_and_controls(seed: int, weighted: bool) -> None:
    """Both kinds of shares sum to the rise of R2 over who used what and the controls."""
    ratings, outcome = some_rows(seed)
    random = np.random.default_rng(seed)
    control = random.normal(size=200) + outcome / outcome.std()
    ratings[0, random.random(200) < 0.3] = np.nan
    used = ~np.isnan(ratings[0])
    weights = random.uniform(0.5, 2, 200) if weighted else np.ones(200)
    weights *= 200 / weights.sum()
    found = of(Rated(list(ratings), outcome, [control], weights=weights if weighted else None))
    root = np.sqrt(weights)
    mean = np.average(outcome, weights=weights)
    filled = [np.where(used, ratings[0], 0.0), *ratings[1:]]
    held = [used.astype(float), control]

    def left(columns: list[Floats]) -> float:
        x = np.column_stack([np.ones(200), *columns]) * root[:, None]
        rest = outcome * root - x @ np.linalg.lstsq(x, outcome * root)[0]
        return float(rest @ rest)

    whole = float(weights @ np.square(outcome - mean))
    rise = (left(held) - left([*filled, *held])) / whole
    assert sum(share.lmg for share in found if share) == pytest.approx(rise, abs=1e-9)
    assert sum(share.johnson for share in found if share) == pytest.approx(rise, abs=1e-9)


def test_many_wishes_are_sampled_and_say_how_well() -> None:
    """Beyond 25 wishes each share has an error, the sum is still R2, and progress is told."""
    ratings, outcome = some_rows(1, wishes=26, rows=500)
    told: list[tuple[str, int, int]] = []
    found = of(
        Rated(list(ratings), outcome),
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert sum(share.lmg for share in found if share) == pytest.approx(r2(list(ratings), outcome))
    for share in found:
        assert share is not None
        assert share.lmg_error is not None
        assert 0 < share.lmg_error < 0.02
    assert told[-1][1] == told[-1][2]


def test_a_wish_without_a_place_has_no_share() -> None:
    """A wish that nobody rated, or that all rate alike, has none; nor has one that a control is."""
    ratings, outcome = some_rows(2)
    ratings[1] = 3
    found = of(Rated([*ratings[:2], None, *ratings[2:]], outcome, [ratings[3]]))
    assert [share is None for share in found] == [False, True, True, False, True]
    rest = [found[0], found[3]]
    x = [ratings[0], ratings[2], ratings[3]]
    rise = r2(x, outcome) - r2([ratings[3]], outcome)
    assert sum(share.lmg for share in rest if share) == pytest.approx(rise)


def test_nothing_left_to_explain_gives_no_shares() -> None:
    """Where a control is the outcome itself, or there are too few rows, there is none to share."""
    ratings, outcome = some_rows(3)
    assert of(Rated(list(ratings), outcome, [outcome])) == [None] * 4
    assert of(Rated(list(ratings[:, :20]), outcome[:20])) == [None] * 4


@pytest.mark.no_cover
@settings(max_examples=20)
@given(seed=SEEDS, size=st.sampled_from([1e-3, 1e-4, 5e-5, 1e-5]))
def test_what_is_nearly_a_control_breaks_nothing(seed: int, size: float) -> None:
    """Wishes that differ from a control by next to nothing have no share, or a tiny one."""
    random = np.random.default_rng(seed)
    control, *noise = random.normal(size=(3, 200))
    one, other = control + size * noise[0], control + size * noise[1]
    found = of(Rated([one, other, 2 * one - other], random.normal(size=200), [control]))
    assert sum(share.lmg for share in found if share) < 0.2
