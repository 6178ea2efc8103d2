"""Conditions ask a column, and are checked when the mapping is read."""

from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import Condition
from tests.replay.makers import mapping_with

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
    ("score", "act.when: 'score'; expected a table"),
    (
        {"equals": 1},
        "act.when.column: missing; there is equals; expected the name of a column",
    ),
    (
        {"column": " ", "equals": 1},
        "act.when.column: ' '; expected the name of a column",
    ),
    (
        {"column": "c"},
        "act.when: a column and no test; expected one of equals, one_of, at_least",
    ),
    ({"column": "c", "atleast": 1}, "an unknown key (meant at_least?); expected one of column"),
    (
        {"column": "c", "at_least": "4"},
        "act.when.at_least: '4'; expected a number",
    ),
    (
        {"column": "c", "at_least": True},
        "act.when.at_least: true; expected a number",
    ),
    (
        {"column": "c", "at_most": float("nan")},
        "act.when.at_most: nan; expected a number",
    ),
    ({"column": "c", "present": False}, "act.when.present: false; expected true"),
    (
        {"column": "c", "equals": []},
        "act.when.equals: a list; expected a text, a number, or true",
    ),
    (
        {"column": "c", "equals": float("inf")},
        "act.when.equals: inf; expected a number",
    ),
    (
        {"column": "c", "one_of": "a"},
        "act.when.one_of: 'a'; expected a list of texts or numbers",
    ),
    (
        {"column": "c", "one_of": []},
        "act.when.one_of: a list; expected a list of texts or",
    ),
    (
        {"column": "c", "one_of": [{}]},
        "act.when.one_of: a table; expected a text, a number",
    ),
]


def condition_of(value: object) -> Condition:
    """Return a condition as a mapping words it."""
    mapping = mapping_with(events={"act": {"event": "contacted", "when": value}})
    (rule,) = mapping.rules["act"]
    (condition,) = rule.when
    return condition


@pytest.mark.parametrize(("tests", "cell", "holds"), GOOD)
def test_conditions_hold(tests: dict[str, Any], cell: str | None, holds: bool) -> None:  # noqa: FBT001 - the table's last column
    """Each test asks its own question, and several must all be answered with yes."""
    condition = condition_of({"column": "c", **tests})
    assert condition.holds({"c": cell}) is holds


@pytest.mark.parametrize(("value", "message"), BAD)
def test_bad_conditions_are_refused(value: object, message: str) -> None:
    """Each fault is named with its place, and with what would be right."""
    with pytest.raises(InvalidError) as caught:
        condition_of(value)
    assert message in str(caught.value)


@pytest.mark.parametrize("test", ["at_least", "at_most"])
def test_a_word_is_not_compared_with_a_number(test: str) -> None:
    """A comparison that cannot be made is an error of the log, with its column."""
    condition = condition_of({"column": "c", test: 4})
    with pytest.raises(InvalidError, match="expected a number") as caught:
        condition.holds({"c": "good"})
    assert caught.value.column == "c"


def test_an_earlier_test_can_spare_a_later_one() -> None:
    """Tests are asked in the order of the mapping, up to the first no."""
    tests = {"column": "c", "one_of": [4, 5], "at_least": 5}
    assert not condition_of(tests).holds({"c": "n/a"})


@pytest.mark.parametrize("text", ["4", "-4", "+4.50", ".5", "5.", " 7 ", "1e3"])
def test_numbers_are_read(text: str) -> None:
    """Numbers with a point, a sign or a small exponent are numbers."""
    assert condition_of({"column": "c", "equals": float(text)}).holds({"c": text})


@pytest.mark.parametrize(
    "text",
    ["four", "4,5", "1_000", "nan", "inf", "\N{ARABIC-INDIC DIGIT ONE}", "1e9999", "9" * 61],
)
def test_what_only_looks_like_a_number_is_not(text: str) -> None:
    """Commas, words, other digits and endless numbers are refused, by their shape."""
    with pytest.raises(InvalidError, match=r"^column 'c': .*; expected a number such as 4 or 12"):
        condition_of({"column": "c", "at_most": 0}).holds({"c": text})
