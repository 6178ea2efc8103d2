"""Where the names of a map go: beside their points, over nothing, each choice by its cost.

All places are pixels, x to the right and y up. A box is (left, bottom, right, top), a segment
(x0, y0, x1, y1). The search is greedy and deterministic: the names of crowded points choose first;
then each chooses again, given all the others, until nothing moves.
"""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from cxjourney.wishes.arrays import Floats

__all__ = ["Scene", "boxes_at", "leaders_to", "place_labels"]

MOST_ROUNDS, MOST_CHOICES = 5, 200
STEPS = (0.0, 1.0, 2.5, 4.5, 7.0, 10.0, 14.0, 19.0, 25.0, 32.0, 40.0)
"""How far from its marker a name may stand, in gaps."""
ANYWHERE = 24
"""How many places there are across and upwards, where a name may stand anywhere."""
MOST_SEARCHED = 60
"""The most names for which places anywhere are searched; so many more find no room in any case."""

SIDES: Floats = np.array(
    [
        *((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)),
        *((0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1), (1, 0.5), (1, -0.5), (-1, 0.5), (-1, -0.5)),
    ]
)
"""Where a name may stand round its marker, the most readable side first."""

COVERED = 1000.0
"""The cost of a square pixel of a name that covers something: never, while there is room."""
CROSSED = 200.0
"""The cost of a leader that crosses another leader, or passes under a name or a marker."""
STRUCK = 0.6
"""The cost of a pixel of a bar or a line that strikes through a name."""
TINY = 1e-9
"""What stands for a direction in which a segment does not go at all, in pixels."""
LATER = 0.05
"""The cost of a less readable side, in gaps."""


@attrs.frozen(eq=False)
class Scene:
    """What names have to find room in.

    Attributes:
        points: the points that the names belong to, n x 2.
        sizes: the width and height of each name, n x 2.
        radius: how far a marker reaches from its point.
        bounds: the box that every name has to stay in.
        blocked: other boxes that no name may cover, m x 4.
        bars: segments that a name should not cover, k x 4.
    """

    points: Floats
    sizes: Floats
    radius: float
    bounds: tuple[float, float, float, float]
    blocked: Floats
    bars: Floats

    @property
    def gap(self) -> float:
        """The room between a marker and its name."""
        return max(self.radius / 2, 1.0)

    @property
    def markers(self) -> Floats:
        """The boxes of the markers."""
        return np.hstack([self.points - self.radius, self.points + self.radius])


def place_labels(scene: Scene) -> Floats:
    """Return the centre of each name, n x 2: inside the bounds, free of the others where room is.

    A name that is larger than the bounds is centred in them.
    """
    centres = scene.points.copy()
    order = _crowded_first(scene)
    placed: list[int] = []
    for _ in range(_rounds(len(order))):
        before = centres.copy()
        for index in order:
            others = [other for other in placed if other != index]
            centres[index] = _best(scene, index, others, centres)
            if len(placed) < len(order):
                placed.append(index)
        if np.array_equal(before, centres):
            break
    return centres


def _rounds(names: int) -> int:
    """Return how often each name may choose: less often where many have to choose among many."""
    return min(max(MOST_CHOICES // max(names, 1), 1), MOST_ROUNDS)


def _best(scene: Scene, index: int, others: Sequence[int], centres: Floats) -> Floats:
    """Return the cheapest place of a name beside others that have theirs.

    Rings are tried from the nearest on, until none that is left can be cheaper.
    """
    best: Floats = centres[index]
    least = np.inf
    for at_least, candidates in _candidates(scene, index):
        if least <= at_least:
            break
        cost = _cost(scene, index, candidates, others, centres)
        cheapest = int(np.argmin(cost))
        if cost[cheapest] < least:
            best, least = candidates[cheapest], cost[cheapest]
    return best


def boxes_at(centres: Floats, sizes: Floats) -> Floats:
    """Return the boxes of names by their centres and sizes."""
    return np.hstack([centres - sizes / 2, centres + sizes / 2])


def leaders_to(scene: Scene, centres: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the segment from each point to the nearest place of its name, and if one is needed.

    A name right beside its marker needs none.
    """
    segments = _leaders(scene.points, boxes_at(centres, scene.sizes))
    return segments, _lengths(segments) > scene.radius + 2 * scene.gap


def _leaders(points: Floats, boxes: Floats) -> Floats:
    return np.hstack([points, np.clip(points, boxes[:, :2], boxes[:, 2:])])


def _lengths(segments: Floats) -> Floats:
    return np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])


def _crowded_first(scene: Scene) -> list[int]:
    """Return the points by how near the others are, the most crowded first."""
    apart = np.linalg.norm(scene.points[:, None] - scene.points[None, :], axis=2)
    reach = scene.sizes.mean() if len(scene.sizes) else 1.0
    crowd = np.exp(-apart / reach).sum(axis=1).round(9)
    return [int(index) for index in np.argsort(-crowd, kind="stable")]


def _candidates(scene: Scene, index: int) -> Iterator[tuple[float, Floats]]:
    """Yield the centres that a name may take, with the least that they cost.

    First rings round the marker, then, for a name that else would cover something, places
    anywhere within bounds.
    """
    size, point = scene.sizes[index], scene.points[index]
    low, high = np.array(scene.bounds[:2]) + size / 2, np.array(scene.bounds[2:]) - size / 2
    low, high = np.where(low > high, (low + high) / 2, [low, high])
    for step in STEPS:
        away = scene.radius + scene.gap * step
        yield away / scene.gap, np.clip(point + (size / 2 + away) * SIDES, low, high)
    if len(scene.points) <= MOST_SEARCHED:
        grid = np.meshgrid(*np.linspace(low, high, ANYWHERE).T)
        yield COVERED, np.stack(grid, axis=-1).reshape(-1, 2)


def _cost(
    scene: Scene, index: int, centres: Floats, others: Sequence[int], places: Floats
) -> Floats:
    """Return what candidates for the place of a name cost beside others that have theirs."""
    boxes = boxes_at(centres, np.broadcast_to(scene.sizes[index], centres.shape))
    leaders = _leaders(np.broadcast_to(scene.points[index], centres.shape), boxes)
    theirs = boxes_at(places[others], scene.sizes[others])
    lines = _leaders(scene.points[others], theirs)
    markers = scene.markers
    taken = np.vstack([markers, scene.blocked, theirs])
    passed = np.vstack([np.delete(markers, index, axis=0), theirs])
    crossed = (
        (_inside(leaders, passed) > 0).sum(axis=1)
        + (_inside(lines, boxes) > 0).sum(axis=0)
        + _crossings(leaders, lines).sum(axis=1)
    )
    cost: Floats = (
        _lengths(leaders) / scene.gap
        + LATER * (np.arange(len(centres)) % len(SIDES))
        + STRUCK * _inside(scene.bars, boxes).sum(axis=0)
        + CROSSED * crossed
        + COVERED * _overlaps(boxes, taken).sum(axis=1)
    )
    return cost


def _overlaps(boxes: Floats, others: Floats) -> Floats:
    """Return the area that each box shares with each other one."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared: Floats = np.clip(high - low, 0, None).prod(axis=2)
    return shared


def _inside(segments: Floats, boxes: Floats) -> Floats:
    """Return how much of each segment lies inside each box (Liang and Barsky 1984)."""
    start, move = segments[:, None, :2], segments[:, None, 2:] - segments[:, None, :2]
    safe = np.where(np.abs(move) < TINY, TINY, move)
    first, last = (boxes[None, :, :2] - start) / safe, (boxes[None, :, 2:] - start) / safe
    enter = np.minimum(first, last).max(axis=2).clip(0, None)
    leave = np.maximum(first, last).min(axis=2).clip(None, 1)
    inside: Floats = np.clip(leave - enter, 0, None) * _lengths(segments)[:, None]
    return inside


def _crossings(segments: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Return which segments cross which others; to touch is not to cross."""
    ours, theirs = segments[:, None, :], others[None, :, :]
    return (_side(ours, theirs[..., :2]) * _side(ours, theirs[..., 2:]) < 0) & (
        _side(theirs, ours[..., :2]) * _side(theirs, ours[..., 2:]) < 0
    )


def _side(segments: Floats, points: Floats) -> Floats:
    """Return on which side of a segment a point lies, by its sign."""
    along, aside = segments[..., 2:] - segments[..., :2], points - segments[..., :2]
    return along[..., 0] * aside[..., 1] - along[..., 1] * aside[..., 0]
