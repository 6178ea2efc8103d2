"""Wishes and evidence that are drawn for tests."""

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from cxjourney.testing import evidence, wishes
from cxjourney.wishes import Evidence, Moments, Tally, Wish, WishKind


@given(evidence())
def test_evidence_is_of_any_kind_and_can_be_stored(seen: Evidence) -> None:
    """Whatever is drawn survives storing, and merges with itself."""
    assert Evidence.from_dict(seen.to_dict()) == seen
    assert (seen + seen).stated.n == 2 * seen.stated.n


@given(evidence(st.just(Wish("seats"))))
def test_the_wish_may_be_given(seen: Evidence) -> None:
    """Evidence is on the wish that was asked for."""
    assert seen.wish == Wish("seats")


@pytest.mark.parametrize("kind", [None, *WishKind])
def test_every_kind_is_reached(kind: WishKind | None) -> None:
    """Wishes of each kind, and of unknown kind, are drawn."""

    def is_wanted(wish: Wish) -> bool:
        return wish.kind is kind

    assert find(wishes(), is_wanted).kind is kind


@pytest.mark.parametrize("sort", [Tally, Moments])
def test_both_sorts_of_outcomes_are_reached(sort: type[Tally] | type[Moments]) -> None:
    """Binary and numeric outcomes are drawn."""

    def is_wanted(seen: Evidence) -> bool:
        return isinstance(seen.outcomes.fulfilled, sort)

    assert find(evidence(), is_wanted).outcomes.n > 0
