"""The chart and one journey's path through the ``GraphMachine`` of `transitions`.

Whatever draws with `transitions` can draw these: Mermaid text by default, Graphviz where its
package is installed.
"""

from collections.abc import Iterable
from typing import Any, BinaryIO, Literal, Protocol, TypedDict, Unpack

from transitions.extensions.diagrams import GraphMachine
from transitions.extensions.diagrams_base import BaseGraph
from transitions.extensions.diagrams_mermaid import DigraphMock, Graph

from cxjourney.chart import Chart
from cxjourney.chart._model import PLACES
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey
from cxjourney.show._mermaid import encoded, front_title, title, travels
from cxjourney.vocabulary import Phase, Place, Standing
from cxjourney.vocabulary._checks import check_type, describe


class GraphOptions(TypedDict, total=False):
    """How ``GraphMachine`` draws.

    Attributes:
        graph_engine: what it draws with; ``"mermaid"`` when not given, which needs no package.
        title: the picture's title; the chart's key and version when not given.
        show_conditions: whether guards are part of the labels; they are when not given.
    """

    graph_engine: Literal["pygraphviz", "graphviz", "mermaid"]
    title: str
    show_conditions: bool


class Drawing(Protocol):
    """A picture that `transitions` made."""

    def draw(self, filename: str | BinaryIO | None) -> str | None:
        """Write the picture to a file.

        Args:
            filename: the file or its name; with None the picture is returned, as Mermaid text
                where that is the engine.
        """


class EncodedGraph(Graph):
    """The Mermaid graph of `transitions`, with labels and title encoded whatever they hold."""

    def _get_elements(self) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """Return states and arrows; an arm that stays gets its target, which ``show_roi`` needs."""
        states, arms = super()._get_elements()
        return states, [
            {
                "trigger": arm["trigger"],
                "source": arm["source"],
                "dest": arm.get("dest", arm["source"]),
                "label": encoded(self._transition_label(arm)),
            }
            for arm in arms
        ]

    def get_graph(self, title: str | None = None, roi_state: str | None = None) -> DigraphMock:
        """Return the graph; its ``source`` is the Mermaid text."""
        return super().get_graph(front_title(title or self.machine.title), roi_state)


class Marker:
    """The model of a graph machine: it marks where a journey stands, and nothing else."""


class ChartGraphMachine(GraphMachine):
    """A ``GraphMachine`` whose one model marks a place; events are no methods of the model."""

    def get_graph(
        self, title: str | None = None, *, force_new: bool = False, show_roi: bool = False
    ) -> Drawing:
        """Return the picture, to be written by its ``draw``.

        Args:
            title: the picture's title; the machine's when None.
            force_new: whether to draw it anew, after the machine was changed.
            show_roi: whether to draw only what can be reached from the place in one move.
        """
        return self.get_combined_graph(title, force_new, show_roi)

    def _init_graphviz_engine(self, graph_engine: str) -> type[BaseGraph]:
        found = super()._init_graphviz_engine(graph_engine)
        return EncodedGraph if found is Graph else found

    def _add_trigger_to_model(self, trigger: str, model: object) -> None:
        """Leave the model alone, so that a kind of event may have any name."""


def graph_machine(
    chart: Chart, *, place: Place = Standing.NEW, **options: Unpack[GraphOptions]
) -> ChartGraphMachine:
    """Return a chart as a ``GraphMachine``: every place and every arm of every row.

    Args:
        chart: the chart to draw.
        place: the place to highlight as the active state, such as ``journey.place``.
        options: how to draw it, see ``GraphOptions``.
    """
    check_type("graph_machine.chart", chart, Chart)
    if not isinstance(place, Phase | Standing):
        raise InvalidError("graph_machine.place", describe(place), "a Phase or a Standing")
    arms = [
        {**entry, "label": f"{row.id} {trigger}"}
        for entry, (row, trigger, _) in zip(chart.transition_table(), chart.arms(), strict=True)
    ]
    return _machine(chart, PLACES, arms, place, options)


def journey_graph(
    journey: Journey, *, stays: bool = False, **options: Unpack[GraphOptions]
) -> ChartGraphMachine:
    """Return the path that a journey took as a ``GraphMachine``, its place the active state.

    Every move is an arrow with its number, day, row and event; neither the customer's id nor any
    payload is in it. Without history there are no arrows.

    Args:
        journey: the journey to draw.
        stays: whether to draw the moves that did not leave the place.
        options: how to draw it, see ``GraphOptions``.
    """
    path = list(travels(journey, stays=stays))
    ends = {end for _, _, move in path for end in (move.source, move.target)}
    seen = {Standing.NEW, journey.place, *journey.visited, *ends}
    moves: list[dict[str, Any]] = [
        {
            "trigger": move.trigger,
            "source": move.source.name,
            "dest": move.target.name,
            "label": f"{number} {day.isoformat()} {move.row} {move.trigger}",
        }
        for number, day, move in path
    ]
    places = [place for place in PLACES if place in seen]
    return _machine(journey.chart, places, moves, journey.place, options)


def _machine(
    chart: Chart,
    places: Iterable[Place],
    transitions: list[dict[str, Any]],
    place: Place,
    options: GraphOptions,
) -> ChartGraphMachine:
    given: GraphOptions = {
        "graph_engine": "mermaid",
        "title": title(chart),
        "show_conditions": True,
        **options,
    }
    machine = ChartGraphMachine(
        model=None,
        states=[each.name for each in places],
        initial=Standing.NEW.name,
        transitions=transitions,
        auto_transitions=False,
        **given,
    )
    machine.add_model(Marker(), initial=place.name)
    return machine
