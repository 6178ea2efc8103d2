"""One journey's path along its chart as a Mermaid state diagram."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from cxjourney.decision import Move
from cxjourney.diagram.mermaid import encoded, state_diagram, title
from cxjourney.journey import Journey
from cxjourney.phases import Place
from cxjourney.texts import Lang, happening

__all__ = ["Travel", "journey_mermaid", "travels"]


class Travel(NamedTuple):
    """One move on a journey's path: its number, its day, and what moved."""

    number: int
    day: date
    move: Move


def travels(journey: Journey, *, stays: bool = False) -> Iterator[Travel]:
    """Yield the moves of a journey in order, numbered from 1; none where no history is kept.

    Args:
        journey: the journey.
        stays: whether to count the moves that did not leave the place.
    """
    number = 0
    for step in journey.history:
        for move in step.moves:
            if stays or move.source is not move.target:
                number += 1
                yield Travel(number, step.event.at.date(), move)


def journey_mermaid(
    journey: Journey, lang: Lang = Lang.EN, *, stays: bool = False, listed: int = 4
) -> str:
    """Return the path that a journey took as a Mermaid state diagram.

    Each arrow tells its moves, a line each: number, day, row and event; the place where the
    journey stands is filled. Phases that were only implied are dashed, on a bare arrow beside the
    move that passed over them. Neither the customer's id nor any payload is in the text. Without
    history only the places are known, and no arrows are drawn.

    Args:
        journey: the journey to draw.
        lang: the language of places and events.
        stays: whether to note at each place the moves that did not leave it.
        listed: how many moves an arrow tells at most, the latest ones; earlier ones are counted.

    Raises:
        ValueError: when ``listed`` is less than 1.
    """
    if listed < 1:
        raise ValueError(f"listed is {listed}; an arrow tells 1 move or more")
    paths: dict[tuple[Place, Place], list[Travel]] = {}
    for travel in travels(journey, stays=stays):
        move = travel.move
        paths.setdefault((move.source, move.target), []).append(travel)
        for bare in _passed_over(journey, move):
            paths.setdefault(bare, [])
    edges = {edge: list(_lines(path, listed, lang)) for edge, path in paths.items()}
    return state_diagram(
        title(journey.chart),
        edges,
        lang,
        places={*journey.visited, *journey.implied, journey.place},
        styles={"implied": journey.implied, "current": {journey.place}},
    )


def _passed_over(journey: Journey, move: Move) -> Iterator[tuple[Place, Place]]:
    """Yield the bare arrows through the phases that a move implied and the journey never saw."""
    implied = [phase for phase in move.implied if phase in journey.implied]
    if implied:
        yield from pairwise((move.source, *implied, move.target))


def _lines(path: Sequence[Travel], listed: int, lang: Lang) -> Iterator[str]:
    earlier = len(path) - listed
    if earlier > 0:
        yield f"+{earlier}"
    for number, day, move in path[-listed:]:
        told = f"{encoded(move.row)} {encoded(happening(move.trigger, lang))}"
        yield f"{number} {day.isoformat()} {told}"
