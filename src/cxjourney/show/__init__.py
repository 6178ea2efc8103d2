"""What a person reads or sees: tables, diagrams, plots, in every language."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.show._chart_tables import chart_markdown, differences_markdown, guards_markdown
    from cxjourney.show._graph import ChartGraphMachine as ChartGraphMachine
    from cxjourney.show._graph import GraphOptions as GraphOptions
    from cxjourney.show._graph import graph_machine, journey_graph
    from cxjourney.show._mermaid import chart_mermaid, journey_mermaid

__all__ = [
    "chart_markdown",
    "chart_mermaid",
    "differences_markdown",
    "graph_machine",
    "guards_markdown",
    "journey_graph",
    "journey_mermaid",
]

later(
    __name__,
    {
        "_chart_tables": "chart_markdown differences_markdown guards_markdown",
        "_graph": "ChartGraphMachine GraphOptions graph_machine journey_graph",
        "_mermaid": "chart_mermaid journey_mermaid",
    },
)
