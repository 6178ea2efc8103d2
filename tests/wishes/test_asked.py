"""What is asked of a survey: arguments that are not as they should be."""

from typing import Any

import pytest

from cxjourney.wishes.kinds import WishError
from cxjourney.wishes.statements import Ratings, YesNo
from cxjourney.wishes.survey.asked import Asked


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"outcome": 5}, "outcome is a int; expected the name of a column"),
        ({"items": "a"}, "items is a str; expected several items"),
        ({"items": 5}, "items is a int; expected several items"),
        ({"items": ["a"]}, "items is a str; expected an Item"),
        ({"statements": "yes/no"}, "statements is a str; expected a form of statements"),
        ({"statements": YesNo}, "expected a form of statements, such as YesNo()"),
        ({"respondent": 1}, "respondent is a int"),
        ({"weight": ""}, "weight is an empty text"),
        ({"controls": "age"}, "controls is a str; expected several names"),
        ({"controls": [5]}, "controls is a int"),
        ({"controls": None}, "controls is a NoneType"),
        ({"rating_range": 5}, "rating_range is a int; expected two numbers, such as (1, 5)"),
        ({"rating_range": "15"}, "rating_range is a str; expected two numbers"),
        ({"rating_range": (1, 2, 3)}, "rating_range is a tuple; expected two numbers"),
        ({"rating_range": (1, "5")}, "rating_range is a str; expected a number"),
        ({"rating_range": (1, 1)}, "rating_range is (1, 1)"),
        ({"rating_range": (5, 1)}, "rating_range is (5, 1); expected the least before the most"),
    ],
    ids=range(17),
)
def test_what_is_not_asked_as_it_should_be_is_refused(fields: dict[str, Any], text: str) -> None:
    """A wrong argument is no fault of the table: it is refused by itself."""
    right: dict[str, Any] = {"outcome": "y", "items": [], "statements": Ratings()}
    with pytest.raises(WishError) as caught:
        Asked(**{**right, **fields})
    assert text in str(caught.value)
