"""Reports to send on a survey's wishes and on Kano's questionnaire."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.show._pages._scatter import Axis, Point, Scatter  # the kit of both maps
from cxjourney.vocabulary import Lang
from cxjourney.wishes import Kano, KanoAnswer, KanoMap, Wish, WishMap, read_kano
from tests.show.pages import Reader, check_report
from tests.wishes.maps import HOSTILE, airport, maps

ANSWERS = st.lists(st.integers(1, 5), min_size=8, max_size=8)


@settings(max_examples=15)
@given(maps(), st.sampled_from(Lang))
def test_a_report_on_wishes_is_whole(found: WishMap, lang: Lang) -> None:
    """Whatever wishes are called and whatever is known of them, their report is safe and whole."""
    text = found.to_html(lang)
    assert text == found.to_html(lang)
    check_report(text)


def test_a_report_on_wishes_begins_with_what_to_do() -> None:
    """The airport's wishes stand under what to do about them, and on a map with their numbers."""
    found = check_report(airport().to_html())
    heads = " ".join(data for tag, data in found.words if tag in {"strong", "bdi"})
    assert "Invest:  shops" in heads
    assert "Keep and say so:  quicker boarding" in heads
    numbers = {data for tag, data in found.words if tag == "text" and data.isdigit()}
    assert numbers == {str(number) for number in range(1, 15)}


@settings(max_examples=10)
@given(st.dictionaries(st.sampled_from(HOSTILE), st.tuples(ANSWERS, ANSWERS), max_size=5))
def test_a_report_on_kano_is_whole(answers: dict[str, tuple[list[int], list[int]]]) -> None:
    """Whatever wishes and segments are called, the report on Kano's questionnaire is whole."""
    table: dict[str, list[object]] = {"who": [HOSTILE[place % 2] for place in range(8)]}
    for about, (with_it, without) in answers.items():
        table |= {f"with {about}": [*with_it], f"without {about}": [*without]}
    items = [(about, f"with {about}", f"without {about}") for about in answers]
    found = read_kano(table, items, codes=[1, 2, 3, 4, 5], segment="who")
    for lang in Lang:
        check_report(found.to_html(lang))


def test_a_wish_without_answers_is_beside_the_map() -> None:
    """A wish that nobody answered about has no place on the map, and is named under it."""
    seats = Kano(Wish("clean seats")).add(KanoAnswer.LIKE, KanoAnswer.DISLIKE, 9)
    text = check_report(KanoMap((seats, Kano(Wish("quiet")))).to_html()).text
    assert "One-dimensional: clean seats" in " ".join(text.split())
    assert "Not on the map: quiet" in " ".join(text.split())


@pytest.mark.parametrize("count", [1, 40])
def test_numbers_on_a_map_keep_to_its_ground(count: int) -> None:
    """However many points lie on one place, each has its number."""
    axis = Axis.around([0.2, 0.4], 0.3, "axis", str)
    points = [
        Point(str(number), 0.4, 0.2, (0.0, 1.0), (0.2, 0.2), "up", "kind-a")
        for number in range(count)
    ]
    corners = [("corner", "kind-a")] * 4
    drawn = Scatter(axis, axis, corners, points).drawn("key", "title", "told")
    found = Reader(f"<!doctype html>\n<html>{drawn}</html>")
    numbers = [data for tag, data in found.words if tag == "text" and data.isdigit()]
    assert numbers == [str(number) for number in range(count)]


def test_an_axis_has_room_for_one_value() -> None:
    """Where all values and the limit are alike, the axis has a length all the same."""
    assert Axis.around([0.0], 0.0, "axis", str).place(0.0) == 0.5
    assert Axis.around([3.0], 3.0, "axis", str).place(3.0) == 0.5
