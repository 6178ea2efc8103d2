"""What is asked of a survey: arguments that are not as they should be."""

from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.wishes import Ratings, YesNo, map_wishes


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"outcome": 5}, "outcome: int; expected the name of a column"),
        ({"items": "a"}, "items: str of 1 characters; expected several items"),
        ({"items": 5}, "items: int; expected several items"),
        ({"items": ["a"]}, "items: str of 1 characters; expected only Item"),
        ({"statements": "yes/no"}, "statements: str of 6 characters; expected StatementForm"),
        ({"statements": YesNo}, "expected StatementForm"),
        ({"respondent": 1}, "respondent: int"),
        ({"weight": ""}, "weight: str of 0 characters"),
        ({"controls": "age"}, "controls: str of 3 characters; expected several names"),
        ({"controls": [5]}, "controls: int"),
        ({"controls": None}, "controls: None"),
        ({"rating_range": 5}, "rating_range: int; expected two numbers, such as (1, 5)"),
        ({"rating_range": "15"}, "rating_range: str of 2 characters; expected two numbers"),
        ({"rating_range": (1, 2, 3)}, "rating_range: tuple; expected two numbers"),
        ({"rating_range": (1, "5")}, "rating_range: str of 1 characters; expected a number"),
        ({"rating_range": (1, 1)}, "rating_range: (1, 1)"),
        ({"rating_range": (5, 1)}, "rating_range: (5, 1); expected the least before the most"),
    ],
    ids=range(17),
)
def test_what_is_not_asked_as_it_should_be_is_refused(fields: dict[str, Any], text: str) -> None:
    """A wrong argument is no fault of the table: it is refused by itself."""
    right: dict[str, Any] = {"outcome": "y", "items": [], "statements": Ratings()}
    with pytest.raises(InvalidError) as caught:
        map_wishes({"y": [1]}, **{**right, **fields})
    assert text in str(caught.value)
