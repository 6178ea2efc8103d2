"""Where names go on a map: inside, apart, off the markers, and the same every time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.show._pictures._labels import (  # of boxes alone, without a picture
    Scene,
    _crossings,
    _inside,
    _overlaps,
    boxes_at,
    leaders_to,
    place_labels,
)
from tests.wishes.drivers import Floats

FRAME = (80.0, 60.0, 700.0, 480.0)
NO_BOXES: Floats = np.zeros((0, 4))
RADIUS = 5.5
ROUNDING = 1e-9
some = settings(max_examples=25)


def scene(
    points: Floats, sizes: Floats, blocked: Floats = NO_BOXES, bars: Floats = NO_BOXES
) -> Scene:
    """Return a scene in a frame as large as a map's."""
    return Scene(points, sizes, RADIUS, FRAME, blocked, bars)


def clustered(seed: int, count: int, spread: float) -> Scene:
    """Return a scene of points that crowd round the middle, with names of usual lengths."""
    chance = np.random.default_rng(seed)
    points = chance.normal((350, 250), (spread, spread * 0.7), (count, 2))
    points = points.clip((120, 100), (660, 440))
    sizes = np.column_stack([chance.uniform(25, 170, count), np.full(count, 14.0)])
    across, upwards = np.array([40.0, 0.0]), np.array([0.0, 50.0])
    bars = np.vstack([np.hstack([points - away, points + away]) for away in (across, upwards)])
    return scene(points, sizes, bars=bars)


def covered(found: Scene, centres: Floats) -> float:
    """Return how much area of the names lies on other names, markers or blocked boxes."""
    boxes = boxes_at(centres, found.sizes)
    among = _overlaps(boxes, boxes)
    np.fill_diagonal(among, 0)
    others = _overlaps(boxes, np.vstack([found.markers, found.blocked]))
    return float(among.sum() + others.sum())


def test_a_lone_name_stands_right_beside_its_point() -> None:
    """Where nothing is in the way a name stands to the right of its marker, without a leader."""
    found = scene(np.array([[300.0, 200.0]]), np.array([[60.0, 14.0]]))
    centres = place_labels(found)
    assert centres.tolist() == [[300 + RADIUS + 30, 200]]
    assert leaders_to(found, centres)[1].tolist() == [False]


@pytest.mark.no_cover
@settings(max_examples=12)
@given(st.integers(0, 10**6), st.integers(1, 20), st.floats(50, 300))
def test_names_of_a_usual_map_are_apart(seed: int, count: int, spread: float) -> None:
    """Up to twenty names stand inside the frame and cover no marker and no other name."""
    found = clustered(seed, count, spread)
    centres = place_labels(found)
    boxes = boxes_at(centres, found.sizes)
    assert (boxes[:, :2] >= np.array(FRAME[:2]) - 1e-9).all()
    assert (boxes[:, 2:] <= np.array(FRAME[2:]) + 1e-9).all()
    assert covered(found, centres) < ROUNDING


@pytest.mark.no_cover
@some
@given(st.integers(0, 10**6), st.integers(0, 10))
def test_names_stay_inside_wherever_the_points_are(seed: int, count: int) -> None:
    """At the very edges of the frame, or one upon another, names stay inside."""
    chance = np.random.default_rng(seed)
    corners = np.array([[80, 60], [700, 60], [80, 480], [700, 480], [390, 270]], dtype=np.float64)
    points = corners[chance.integers(0, 5, count)]
    sizes = np.column_stack([chance.uniform(10, 300, count), chance.uniform(8, 30, count)])
    found = scene(points, sizes)
    boxes = boxes_at(place_labels(found), sizes)
    assert (boxes[:, :2] >= np.array(FRAME[:2]) - 1e-9).all()
    assert (boxes[:, 2:] <= np.array(FRAME[2:]) + 1e-9).all()


@pytest.mark.no_cover
@settings(max_examples=10)
@given(st.integers(0, 10**6), st.integers(0, 8))
def test_the_same_scene_gives_the_same_places(seed: int, count: int) -> None:
    """The search draws no lots."""
    first, second = (place_labels(clustered(seed, count, 60)) for _ in range(2))
    assert np.array_equal(first, second)


def test_a_name_goes_round_what_is_in_its_way() -> None:
    """A blocked box to the right sends a name to another side."""
    point, size = np.array([[300.0, 200.0]]), np.array([[60.0, 14.0]])
    blocked = np.array([[301.0, 150.0, 500.0, 250.0]])
    found = scene(point, size, blocked)
    centres = place_labels(found)
    assert covered(found, centres) < ROUNDING
    assert centres[0, 0] == 300 - RADIUS - 30


def test_a_name_goes_far_where_all_is_taken_nearby() -> None:
    """A name that finds no room near its point finds it anywhere, and has a leader."""
    point, size = np.array([[300.0, 250.0]]), np.array([[100.0, 14.0]])
    found = scene(point, size, np.array([[80.0, 60.0, 560.0, 480.0]]))
    centres = place_labels(found)
    assert covered(found, centres) < ROUNDING
    segments, needed = leaders_to(found, centres)
    assert needed.tolist() == [True]
    assert segments[0, :2].tolist() == [300, 250]
    assert segments[0, 2] == centres[0, 0] - 50


def test_a_name_larger_than_the_frame_is_centred() -> None:
    """A name that cannot be inside runs out to both sides alike."""
    found = scene(np.array([[90.0, 70.0]]), np.array([[900.0, 600.0]]))
    assert place_labels(found).tolist() == [[390, 270]]


def test_no_points_no_places() -> None:
    """A map without points has no names."""
    found = scene(np.zeros((0, 2)), np.zeros((0, 2)))
    assert place_labels(found).shape == (0, 2)
    assert leaders_to(found, place_labels(found))[0].shape == (0, 4)


def test_very_many_names_get_their_places_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """More names than are searched for are placed all the same, without a search of every place."""
    monkeypatch.setitem(place_labels.__globals__, "MOST_SEARCHED", 12)
    monkeypatch.setitem(place_labels.__globals__, "MOST_CHOICES", 25)
    found = clustered(3, 25, 20)
    boxes = boxes_at(place_labels(found), found.sizes)
    assert (boxes[:, 0] >= FRAME[0] - 1e-9).all()


def test_names_keep_off_the_bars() -> None:
    """Of two places as near as each other a name takes the one without a bar through it."""
    point, size = np.array([[300.0, 200.0]]), np.array([[60.0, 14.0]])
    bar = np.array([[300.0, 200.0, 400.0, 200.0]])
    centres = place_labels(scene(point, size, bars=bar))
    assert centres.tolist() == [[300 - RADIUS - 30, 200]]


def test_leaders_do_not_run_under_names_or_over_one_another() -> None:
    """On a crowded map leaders cross neither each other nor the names of others."""
    found = clustered(11, 16, 55)
    centres = place_labels(found)
    segments, needed = leaders_to(found, centres)
    boxes = boxes_at(centres, found.sizes)
    under = _inside(segments[needed], boxes)
    under[np.arange(needed.sum()), np.flatnonzero(needed)] = 0
    assert needed.any()
    assert not under.any()
    assert not _crossings(segments[needed], segments[needed]).any()


numbers = st.integers(-20, 20).map(float)
segments = st.tuples(numbers, numbers, numbers, numbers)


@pytest.mark.no_cover
@given(segments, segments)
def test_the_length_inside_a_box(line: tuple[float, ...], corners: tuple[float, ...]) -> None:
    """How much of a segment lies inside a box agrees with counting points along it."""
    (x0, x1), (y0, y1) = sorted(corners[::2]), sorted(corners[1::2])
    found = float(_inside(np.array([line]), np.array([[x0, y0, x1, y1]]))[0, 0])
    steps = (np.arange(4000) + 0.5) / 4000
    xs, ys = (line[axis] + steps * (line[axis + 2] - line[axis]) for axis in (0, 1))
    length = float(np.hypot(line[2] - line[0], line[3] - line[1]))
    counted = length * float(((xs > x0) & (xs < x1) & (ys > y0) & (ys < y1)).mean())
    upright, level = line[0] == line[2], line[1] == line[3]
    on_edge = (upright and line[0] in {x0, x1}) or (level and line[1] in {y0, y1})
    if not on_edge:
        assert found == pytest.approx(counted, abs=0.001 * length + 1e-9)


@pytest.mark.no_cover
@given(segments, segments)
def test_which_segments_cross(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    """Segments cross where one point, inside both, solves the two equations of their lines."""
    (a, b, c, d), (e, f, g, h) = one, other
    matrix = np.array([[c - a, e - g], [d - b, f - h]])
    crosses = False
    if abs(np.linalg.det(matrix)) > 1e-9:
        along, beside = np.linalg.solve(matrix, [e - a, f - b])
        crosses = bool(1e-9 < along < 1 - 1e-9 and 1e-9 < beside < 1 - 1e-9)
    assert bool(_crossings(np.array([one]), np.array([other]))[0, 0]) == crosses
