"""Wishes and evidence that are drawn for tests."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.testing import evidence, wishes
from cxjourney.wishes import Evidence, Moments, Tally, Wish, WishKind
from tests.testing.samples import sample


@settings(max_examples=20)
@given(evidence())
def test_evidence_is_of_any_kind_and_can_be_stored(seen: Evidence) -> None:
    """Whatever is drawn survives storing, and merges with itself."""
    assert Evidence.from_dict(seen.to_dict()) == seen
    assert (seen + seen).stated.n == 2 * seen.stated.n


@settings(max_examples=5)
@given(evidence(st.just(Wish("seats"))))
def test_the_wish_may_be_given(seen: Evidence) -> None:
    """Evidence is on the wish that was asked for."""
    assert seen.wish == Wish("seats")


@pytest.mark.no_cover
def test_every_kind_is_reached() -> None:
    """Wishes of each kind and of unknown kind, binary and numeric outcomes are drawn."""
    assert {wish.kind for wish in sample(wishes(), 100)} == {None, *WishKind}
    sorts = {type(seen.outcomes.fulfilled) for seen in sample(evidence(), 40)}
    assert sorts == {type(None), Tally, Moments}
