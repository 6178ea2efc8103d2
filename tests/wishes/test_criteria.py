"""The limits that a classification is held to."""

import pytest

from cxjourney.errors import InvalidError
from cxjourney.wishes import Criteria, EffectPrior, EffectScale


def test_the_defaults_are_those_of_the_specification() -> None:
    """A kind is decided at 0.8, and what counts as value or as asked for is left to conventions."""
    criteria = Criteria()
    assert criteria.level == 0.8
    assert (criteria.tau, criteria.delta) == (None, None)
    assert criteria.effect == 0.05
    assert criteria.prior is EffectPrior.HIERARCHICAL


def test_the_users_delta_replaces_the_convention() -> None:
    """The smallest effect worth its cost is the user's to say, zero included."""
    assert Criteria(delta=0.0).effect == 0
    assert Criteria(delta=0.3, scale=EffectScale.RAW).effect == 0.3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", 0.5),
        ("level", 1.0),
        ("level", True),
        ("level", "0.8"),
        ("tau", -0.1),
        ("tau", 1.1),
        ("delta", -0.1),
        ("delta", float("inf")),
        ("delta", float("nan")),
        ("sign", 1.0),
        ("min_events", -1),
        ("min_freedom", 0),
        ("min_varied", None),
        ("min_robustness", 1.1),
        ("max_vif", 0.5),
    ],
)
def test_a_limit_out_of_bounds_is_refused(field: str, value: object) -> None:
    """The error names the limit, and the bounds that it must keep."""
    with pytest.raises(InvalidError, match="expected a number from") as raised:
        Criteria(**{field: value})  # type: ignore[arg-type]
    assert raised.value.field == field


@pytest.mark.parametrize(("field", "value"), [("scale", "raw"), ("prior", "flat")])
def test_choices_are_members_not_texts(field: str, value: str) -> None:
    """A text is not taken for a member of an enum."""
    with pytest.raises(
        InvalidError,
        match=rf"Criteria\.{field}: .* expected Effect\w+\.{value.upper()}, not the text",
    ):
        Criteria(**{field: value})  # type: ignore[arg-type]


def test_the_raw_scale_needs_a_delta() -> None:
    """There is no convention in points, so the user must name the smallest effect worth it."""
    with pytest.raises(InvalidError, match=r"Criteria\.delta: None; expected a number of points"):
        Criteria(scale=EffectScale.RAW)
