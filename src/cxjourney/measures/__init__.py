"""Measures: figures with their intervals, from journeys or columns (docs/measures.md)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.measures._facts import ColumnTable as ColumnTable
    from cxjourney.measures._measure import Measure as Measure
    from cxjourney.measures._measures import Measures

__all__ = ["Measures"]

later(__name__, {"_facts": "ColumnTable", "_measure": "Measure", "_measures": "Measures"})
