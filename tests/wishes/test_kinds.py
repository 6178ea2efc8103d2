"""The four kinds of wishes and the facts that make them."""

from itertools import product

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import CxJourneyError, Phase
from cxjourney.errors import InvalidError
from cxjourney.wishes import Wish, WishKind, classify

FACTS = st.sampled_from([True, False, None])


def test_the_four_kinds_are_those_of_the_table() -> None:
    """Each pair of facts has the kind that SPEC 8 names."""
    assert classify(False, True) is WishKind.SUBCONSCIOUS
    assert classify(True, True) is WishKind.CONSCIOUS
    assert classify(False, False) is WishKind.INVISIBLE
    assert classify(True, False) is WishKind.DECEPTION


def test_a_kind_knows_its_facts() -> None:
    """A kind gives back the two facts that make it."""
    assert all(classify(kind.stated, kind.adds_value) is kind for kind in WishKind)


@given(stated=FACTS, adds_value=FACTS)
def test_an_unknown_fact_leaves_every_kind_that_fits(
    stated: bool | None,
    adds_value: bool | None,
) -> None:
    """What is not known is never guessed: the candidates are the kinds of all completions."""
    given_facts = (stated, adds_value)
    completions = {
        classify(one, other)
        for one, other in product((True, False), repeat=2)
        if all(fact in {None, full} for fact, full in zip(given_facts, (one, other), strict=True))
    }
    found = classify(stated, adds_value)
    assert ({found} if isinstance(found, WishKind) else found) == completions
    assert Wish("seats", stated=stated, adds_value=adds_value).candidates == completions


@pytest.mark.parametrize("fact", [1, 0, "yes", 0.5, float("nan")])
def test_a_fact_is_true_false_or_unknown(fact: object) -> None:
    """Numbers and texts are no facts, and the error says which fact and what would be right."""
    with pytest.raises(InvalidError, match=r"adds_value: [^;]+; expected True, False or None"):
        classify(True, fact)  # type: ignore[call-overload]
    with pytest.raises(InvalidError, match=r"Wish.stated: [^;]+; expected bool or None"):
        Wish("seats", stated=fact)  # type: ignore[arg-type]


def test_a_wish_with_both_facts_has_a_kind() -> None:
    """A wish tells its kind once both facts are known, and None before."""
    wish = Wish("seats", Phase.ADMIT, stated=True)
    assert wish.kind is None
    assert attrs.evolve(wish, adds_value=False).kind is WishKind.DECEPTION


@pytest.mark.parametrize(
    ("about", "found"),
    [(" ", "str of 1 characters"), ("x" * 201, "str of 201 characters"), (7, "int")],
)
def test_a_wish_is_about_something(about: object, found: str) -> None:
    """A wish needs a name; the error does not repeat a text that may be a customer's."""
    with pytest.raises(InvalidError) as raised:
        Wish(about)  # type: ignore[arg-type]
    assert (raised.value.field, raised.value.found) == ("about", found)
    assert isinstance(raised.value, CxJourneyError)
    assert isinstance(raised.value, ValueError)


def test_the_phase_of_a_wish_is_a_phase() -> None:
    """A number that looks like a phase is not taken for one."""
    with pytest.raises(InvalidError, match=r"Wish\.phase: int; expected Phase or None"):
        Wish("seats", 2)  # type: ignore[arg-type]
