"""Items: a wish and the columns of a survey that tell of it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Phase
from cxjourney.wishes import Item, Wish, items_by_prefix

NAMES = st.text(min_size=1, max_size=20).filter(str.strip)


@pytest.mark.no_cover
@given(NAMES, NAMES, NAMES)
def test_a_text_is_taken_for_what_the_wish_is_about(about: str, rating: str, said: str) -> None:
    """An item of a text equals the item of the wish that is about that text."""
    item = Item(about, rating, said)
    assert item == Item(Wish(about), rating, said)
    assert isinstance(item.wish, Wish)


def test_a_wish_stays_as_it_was_given() -> None:
    """What is known of a wish is not lost in its item."""
    wish = Wish("quiet seats", Phase.ADOPT, stated=True)
    assert Item(wish, None, None).wish is wish


@pytest.mark.no_cover
@given(st.lists(NAMES, unique=True), NAMES, st.none() | NAMES, st.none() | NAMES)
def test_columns_are_the_name_after_the_prefix(
    names: list[str], said: str, rating: str | None, worst: str | None
) -> None:
    """Every item has its own name in its columns, and None where there is no prefix."""
    items = items_by_prefix(names, said=said, rating=rating, worst=worst)
    assert [item.wish.about for item in items] == names
    assert [item.said for item in items] == [f"{said}{name}" for name in names]
    assert [item.rating for item in items] == [rating and f"{rating}{name}" for name in names]
    assert [item.worst for item in items] == [worst and f"{worst}{name}" for name in names]


def test_braces_in_a_prefix_are_nothing_but_braces() -> None:
    """A prefix is no template."""
    (item,) = items_by_prefix(["{0}"], said="{said.__class__}", rating="%s")
    assert (item.said, item.rating) == ("{said.__class__}{0}", "%s{0}")


def test_a_mapping_says_which_wish_a_name_stands_for() -> None:
    """Names of columns and what wishes are about may differ."""
    wish = Wish("Wi-Fi")
    items = items_by_prefix({"WIFI": wish, "ART": "art"}, said=None)
    assert items == (Item(wish, "WIFI", None), Item("art", "ART", None))


ANYTHING: Any = Item
SEVERAL: Any = items_by_prefix


@pytest.mark.parametrize(
    ("make", "field", "text"),
    [
        (lambda: ANYTHING(5, None, None), "about", "int"),
        (lambda: ANYTHING("  ", None, None), "about", "str of 2 characters"),
        (
            lambda: ANYTHING("x", 5, None),
            "rating",
            "rating: int; expected the name of a column",
        ),
        (lambda: ANYTHING("x", "", None), "rating", "rating: str of 0 characters"),
        (lambda: ANYTHING("x", None, b"said"), "said", "said: bytes"),
        (lambda: ANYTHING("x", None, "said", 1.5), "worst", "worst: float"),
        (lambda: ANYTHING("x", None, None, "worst"), "said", "for worst is given"),
        (
            lambda: SEVERAL("ART", said="say_"),
            "names",
            "names: str of 3 characters; expected several",
        ),
        (lambda: SEVERAL(5, said="say_"), "names", "names: int; expected several"),
        (lambda: SEVERAL([5], said="say_"), "names", "names: int"),
        (lambda: SEVERAL([""], said="say_"), "names", "names: str of 0 characters"),
        (lambda: SEVERAL({"ART": 5}, said="say_"), "about", "about: int"),
    ],
)
def test_what_is_no_item_is_refused(make: Callable[[], Any], field: str, text: str) -> None:
    """A field of the wrong type is named, with what was found and what would have been right."""
    with pytest.raises(InvalidError) as caught:
        make()
    assert caught.value.field == field
    assert text in str(caught.value)
