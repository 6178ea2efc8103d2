"""Tables of a mapping are read strictly, and name the place of each fault."""

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay._values import TomlTable as Table
from cxjourney.replay._values import named


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("W_Call customer", "'W_Call customer'"),
        (";", "';'"),
        ("a\x1b", "str of 2 characters"),
        ("x" * 99, "str of 99 characters"),
        (True, "true"),
        (4, "4"),
        (2.5, "2.5"),
        ([], "a list"),
        ({}, "a table"),
        (None, "a NoneType"),
    ],
)
def test_values_are_named(value: object, name: str) -> None:
    """Numbers and texts that look like names are shown; other values by what they are."""
    assert named(value) == name


def test_places_are_paths_of_keys() -> None:
    """Keys that are no plain names stand in quotes."""
    table = Table("map", "events", {})
    assert table.place_of("basket") == "events.basket"
    assert table.place_of("W_Nabellen offertes", 1) == "events.'W_Nabellen offertes'[1]"
    assert Table("map", "", {}).place_of("log") == "log"


def test_an_unknown_key_far_from_all_gets_no_hint() -> None:
    """Only a near key is offered in its place."""
    with pytest.raises(InvalidError) as caught:
        Table.of("map", "", {"xyzzy": 1}, ("columns", "events"))
    assert str(caught.value) == "map, xyzzy: an unknown key; expected one of columns, events"


def test_one_value_or_a_list() -> None:
    """A single value stands for a list of one."""
    table = Table("map", "", {"one": 1, "two": [1, 2], "none": []})
    assert list(table.items("one")) == [("one", 1)]
    assert list(table.items("two")) == [("two[0]", 1), ("two[1]", 2)]
    with pytest.raises(InvalidError, match="none: an empty list; expected at least one"):
        list(table.items("none"))
