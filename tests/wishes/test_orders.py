"""The sweep over all subsets of drivers, and the sample of their orders (SPEC 8)."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cxjourney.errors import InvalidError
from cxjourney.wishes import johnson_of, lmg, lmg_of, lmg_sampled
from tests.wishes.drivers import correlated, halo, r2

EXACT = 1e-9
MOST_EXACT = 25
"""Up to so many drivers the shares are exact."""
MANY = 22
SHARES = "cxjourney.wishes._effects._importance"


def test_sweeping_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many drivers are decided on before the sweep, the shares are the same."""
    survey = halo(7)
    expected = lmg(*survey)
    for block in range(1, 8):
        monkeypatch.setattr(f"{SHARES}._subsets.WIDE", block)
        assert_allclose(lmg(*survey), expected, atol=1e-14)


@pytest.mark.no_cover
def test_many_drivers_take_little_memory() -> None:
    """The 2**22 subsets are never held together."""
    survey = correlated(*halo(MANY))
    tracemalloc.start()
    found = lmg_of(*survey)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.sum() == pytest.approx(johnson_of(*survey).sum(), abs=EXACT)
    assert found.tolist() != lmg_sampled(*survey).shares.tolist()
    assert peak < 2**MANY * 8 / 2


def test_beyond_twenty_five_drivers_orders_are_sampled() -> None:
    """The shares of 26 drivers are a sample's, and sum to R2."""
    x, y = halo(MOST_EXACT + 1)
    sampled = lmg_sampled(*correlated(x, y))
    assert_allclose(lmg(x, y), sampled.shares, atol=EXACT)
    assert sampled.shares.sum() == pytest.approx(r2(x, y), abs=EXACT)


def test_sampled_shares_lie_near_the_exact_ones() -> None:
    """The shares of many drivers are sampled within their small errors."""
    x, y = halo(MANY)
    sampled, exact = lmg_sampled(*correlated(x, y)), lmg(x, y)
    assert (sampled.errors < 0.02 * exact.mean()).all()
    assert_allclose((sampled.shares - exact) / sampled.errors, 0, atol=4.5)


def test_the_order_of_the_columns_changes_no_sampled_share() -> None:
    """Beyond the exact sweep, too, a driver keeps its share wherever its column stands."""
    x, y = halo(MOST_EXACT + 1)
    order = np.random.default_rng(3).permutation(MOST_EXACT + 1)
    assert_allclose(lmg(x[:, order] * -7, y), lmg(x, y)[order], atol=EXACT)


@pytest.mark.no_cover
def test_errors_of_a_sample_cover_the_exact_shares() -> None:
    """An interval of two standard errors holds the exact share about 95 times in 100."""
    survey = correlated(*halo(8))
    exact = lmg_of(*survey)
    samples = [lmg_sampled(*survey, rounds=30, seed=seed) for seed in range(100)]
    away = np.array([(sampled.shares - exact) / sampled.errors for sampled in samples])
    assert 0.93 < np.mean(np.abs(away) < 2.045) < 0.97
    assert np.std(away) == pytest.approx(1, abs=0.1)
    assert abs(np.mean(away, axis=0)).max() < 0.4


@pytest.mark.no_cover
def test_errors_of_few_rounds_are_right_on_average() -> None:
    """Even of two rounds, the squared errors are the variance of the shares in the mean."""
    survey = correlated(*halo(6))
    samples = [lmg_sampled(*survey, rounds=2, seed=seed) for seed in range(400)]
    variance = np.var([sampled.shares for sampled in samples], axis=0)
    squares = np.mean([sampled.errors**2 for sampled in samples], axis=0)
    assert_allclose(squares.sum(), variance.sum(), rtol=0.1)


def test_reversed_orders_cancel_what_the_place_does() -> None:
    """Among drivers that hardly overlap, a rise falls evenly with the place: no error is left."""
    chance = np.random.default_rng(4)
    x = chance.normal(size=(1_000, 12))
    sampled = lmg_sampled(*correlated(x, x.sum(axis=1) + chance.normal(size=1_000)))
    assert sampled.errors.max() < 2e-3 * sampled.shares.mean()


@pytest.mark.no_cover
def test_errors_fall_with_the_root_of_the_rounds() -> None:
    """Sixteen times the rounds make a quarter of the error."""
    survey = correlated(*halo(8))
    few, many = (lmg_sampled(*survey, rounds=rounds).errors.mean() for rounds in (50, 800))
    assert few / many == pytest.approx(4, rel=0.2)


def test_the_seed_alone_decides_on_the_sample() -> None:
    """The same seed gives the same shares to the last bit, another seed others."""
    survey = correlated(*halo(8))
    one, same, other = (lmg_sampled(*survey, seed=seed) for seed in (5, 5, 6))
    assert one.shares.tolist() == same.shares.tolist()
    assert one.errors.tolist() == same.errors.tolist()
    assert one.shares.tolist() != other.shares.tolist()


def test_sampling_in_batches_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tables of a round do not fit into memory together, they take turns."""
    survey = correlated(*halo(8))
    expected = lmg_sampled(*survey).shares
    monkeypatch.setattr(f"{SHARES}._rotations.CELLS", 3 * 9 * 9)
    assert_allclose(lmg_sampled(*survey).shares, expected, atol=1e-14)


def test_sampling_tells_its_progress() -> None:
    """The progress rises round by round up to the whole."""
    told: list[tuple[str, int, int]] = []
    lmg_sampled([[1]], [0.5], rounds=3, progress=lambda *step: told.append(step))
    assert told == [("sampling", done, 3) for done in (1, 2, 3)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"rounds": 1}, "1"),
        ({"rounds": 2.0}, "2.0"),
        ({"rounds": True}, "True"),
        ({"seed": -1}, "-1"),
        ({"seed": None}, "None"),
    ],
)
def test_a_wrong_sample_is_refused(options: Any, found: str) -> None:
    """A sample has two rounds or more, for there is no error of one, and a seed."""
    with pytest.raises(InvalidError) as caught:
        lmg_sampled([[1]], [0.5], **options)
    assert caught.value.found == found
    assert caught.value.field in options
