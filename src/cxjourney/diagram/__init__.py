"""Pictures of a chart and of one journey's path, drawn from the chart.

As Mermaid text here; as tables in ``cxjourney.diagram.tables``; through the ``GraphMachine`` of
`transitions` in ``cxjourney.diagram.graph``, which is imported apart, for it loads more of
`transitions` than the rest of the library needs.
"""

from cxjourney.diagram.chart import chart_mermaid
from cxjourney.diagram.journey import journey_mermaid
from cxjourney.diagram.tables import chart_markdown, differences_markdown, guards_markdown

__all__ = [
    "chart_markdown",
    "chart_mermaid",
    "differences_markdown",
    "guards_markdown",
    "journey_mermaid",
]
