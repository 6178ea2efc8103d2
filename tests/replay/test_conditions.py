"""Conditions ask a column, and are checked when the mapping is read."""

from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay._values import blank, read_condition

GOOD: list[tuple[dict[str, Any], str | None, bool]] = [
    ({"equals": "yes"}, "yes", True),
    ({"equals": "yes"}, "Yes", False),
    ({"equals": "yes"}, None, False),
    ({"equals": 4}, "4.0", True),
    ({"equals": 4}, "four", False),
    ({"equals": True}, "TRUE", True),
    ({"equals": False}, "true", False),
    ({"one_of": ["a", 2]}, "2", True),
    ({"one_of": ["a", 2]}, "b", False),
    ({"at_least": 4}, "4", True),
    ({"at_least": 4}, "3.9", False),
    ({"at_least": 4}, "", False),
    ({"at_least": 4}, None, False),
    ({"at_most": 2.5}, "2.5", True),
    ({"at_most": 2.5}, "3", False),
    ({"at_most": 2.5}, " ", False),
    ({"at_least": 2, "at_most": 3}, "2", True),
    ({"at_least": 2, "at_most": 3}, "4", False),
    ({"present": True}, "x", True),
    ({"present": True}, " ", False),
    ({"missing": True}, None, True),
    ({"missing": True}, "x", False),
]
BAD: list[tuple[object, str]] = [
    ("score", "map, when: 'score'; expected a table"),
    ({"equals": 1}, "map, when.column: missing; there is equals; expected the name of a column"),
    ({"column": " ", "equals": 1}, "map, when.column: ' '; expected the name of a column"),
    ({"column": "c"}, "map, when: a column and no test; expected one of equals, one_of, at_least"),
    ({"column": "c", "atleast": 1}, "an unknown key (meant at_least?); expected one of column"),
    ({"column": "c", "at_least": "4"}, "map, when.at_least: '4'; expected a number"),
    ({"column": "c", "at_least": True}, "map, when.at_least: true; expected a number"),
    ({"column": "c", "at_most": float("nan")}, "map, when.at_most: nan; expected a number"),
    ({"column": "c", "present": False}, "map, when.present: false; expected true"),
    ({"column": "c", "equals": []}, "map, when.equals: a list; expected a text, a number, or true"),
    ({"column": "c", "equals": float("inf")}, "map, when.equals: inf; expected a number"),
    ({"column": "c", "one_of": "a"}, "map, when.one_of: 'a'; expected a list of texts or numbers"),
    ({"column": "c", "one_of": []}, "map, when.one_of: a list; expected a list of texts or"),
    ({"column": "c", "one_of": [{}]}, "map, when.one_of: a table; expected a text, a number"),
]


@pytest.mark.parametrize(("tests", "cell", "holds"), GOOD)
def test_conditions_hold(tests: dict[str, Any], cell: str | None, holds: bool) -> None:  # noqa: FBT001 - the table's last column
    """Each test asks its own question, and several must all be answered with yes."""
    condition = read_condition("map", "when", {"column": "c", **tests})
    assert condition.holds({"c": cell}) is holds


@pytest.mark.parametrize(("value", "message"), BAD)
def test_bad_conditions_are_refused(value: object, message: str) -> None:
    """Each fault is named with its place, and with what would be right."""
    with pytest.raises(InvalidError) as caught:
        read_condition("map", "when", value)
    assert message in str(caught.value)


@pytest.mark.parametrize("test", ["at_least", "at_most"])
def test_a_word_is_not_compared_with_a_number(test: str) -> None:
    """A comparison that cannot be made is an error of the log, with its column."""
    condition = read_condition("map", "when", {"column": "c", test: 4})
    with pytest.raises(InvalidError, match="expected a number") as caught:
        condition.holds({"c": "good"})
    assert caught.value.column == "c"


def test_an_earlier_test_can_spare_a_later_one() -> None:
    """Tests are asked in the order of the mapping, up to the first no."""
    tests = {"column": "c", "one_of": [4, 5], "at_least": 5}
    assert not read_condition("map", "when", tests).holds({"c": "n/a"})


def test_white_space_is_blank() -> None:
    """A cell of white space holds nothing."""
    assert blank(None)
    assert blank(" \t")
    assert not blank(" x ")
