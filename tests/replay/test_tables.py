"""Tables of a mapping are read strictly, and name the place of each fault."""

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import make_mapping
from tests.replay.makers import mapping_with


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
    with pytest.raises(InvalidError) as caught:
        mapping_with(log={"format": value})
    assert caught.value.found == name


@pytest.mark.parametrize(
    ("activity", "place"),
    [
        ("basket", "events.basket[1]"),
        ("W_Nabellen offertes", "events.'W_Nabellen offertes'[1]"),
        ("a\x1b", "events.str of 2 characters[1]"),
    ],
)
def test_places_are_paths_of_keys(activity: str, place: str) -> None:
    """Keys that are no plain names stand in quotes; what looks like no name is described."""
    with pytest.raises(InvalidError) as caught:
        mapping_with(events={activity: ["contacted", "walked"]})
    assert caught.value.where == f"map.toml, {place}"


def test_an_unknown_key_far_from_all_gets_no_hint() -> None:
    """Only a near key is offered in its place."""
    with pytest.raises(InvalidError) as caught:
        make_mapping({"xyzzy": 1}, "map")
    assert str(caught.value) == (
        "map, xyzzy: an unknown key; expected one of log, columns, events, ignore, chart"
    )
