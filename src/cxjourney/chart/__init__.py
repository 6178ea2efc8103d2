"""The chart: a journey's transition table as data, its machine, and its proof (SPEC 4)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.chart._derive import check_chart, derive
    from cxjourney.chart._duties import DueBy, Having, Lasts, ObligationRule
    from cxjourney.chart._explore import Exploration as Exploration
    from cxjourney.chart._explore import explore
    from cxjourney.chart._guards import Guard
    from cxjourney.chart._machine import GuardCondition as GuardCondition
    from cxjourney.chart._machine import JourneyMachine
    from cxjourney.chart._machine import RowTransition as RowTransition
    from cxjourney.chart._model import (
        Chart,
        ChartRef,
        Confirmation,
        Effect,
        FaultKind,
        Feedback,
        Options,
        RepeatPurchase,
        Row,
    )
    from cxjourney.chart._model import (
        Decision as Decision,
    )
    from cxjourney.chart._model import (
        GuardSeen as GuardSeen,
    )
    from cxjourney.chart._model import (
        Move as Move,
    )
    from cxjourney.chart._standard_chart import find_chart, standard_chart

__all__ = [
    "Chart",
    "ChartRef",
    "Confirmation",
    "DueBy",
    "Effect",
    "FaultKind",
    "Feedback",
    "Guard",
    "Having",
    "JourneyMachine",
    "Lasts",
    "ObligationRule",
    "Options",
    "RepeatPurchase",
    "Row",
    "check_chart",
    "derive",
    "explore",
    "find_chart",
    "standard_chart",
]

later(
    __name__,
    {
        "_derive": "check_chart derive",
        "_duties": "DueBy Having Lasts ObligationRule",
        "_explore": "Exploration explore",
        "_guards": "Guard",
        "_machine": "GuardCondition JourneyMachine RowTransition",
        "_model": """
            Chart ChartRef Confirmation Decision Effect FaultKind Feedback GuardSeen Move Options
            RepeatPurchase Row
        """,
        "_standard_chart": "find_chart standard_chart",
    },
)
