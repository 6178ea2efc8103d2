"""Walks along the chart, own kinds in it, and all that can be seen: what several tests need."""

from collections.abc import Collection
from typing import Any

import attrs

from cxjourney import EventKind as K
from cxjourney.chart import Chart, standard_chart

# What ``derive`` makes it explores first, which would take seconds in all; and only what is
# remembered can be unpickled.
from cxjourney.chart._standard_chart import remember_chart  # derive would check each
from cxjourney.journey import Journey
from cxjourney.vocabulary import EventKind, Nature

SHORTEST_WALK = (
    K.CONTACTED,
    K.NEED_ADMITTED,
    K.PURCHASED,
    K.DELIVERED,
    K.USED_AGAIN,
    K.RESULT_ACHIEVED,
    K.FEEDBACK_CAPTURED,
    K.LOYALTY_SHOWN,
    K.LOYALTY_CONFIRMED,
    K.REFERRED,
)
"""The shortest way from NEW through all eight phases."""
SEEN = [
    name
    for name in dir(Journey)
    if not (name.startswith("_") or name == "keeps_history" or callable(getattr(Journey, name)))
]
"""Every value of a journey that is public."""


def observe(journey: Journey, *, but: Collection[str] = ()) -> dict[str, object]:
    """Return all that can be seen of a journey, but what depends on the order of arrival."""
    history = tuple(step._replace(refold=None, elapsed=()) for step in journey.history)
    seen = {name: getattr(journey, name) for name in SEEN}
    seen |= {"next_due": journey.next_due(), "history": history}
    return {name: value for name, value in seen.items() if name not in but}


def chart_with_kinds(
    version: int, *kinds: EventKind, chart: Chart | None = None, **changes: Any
) -> Chart:
    """Return a version of the chart "wide", with own kinds that open and wake as others do."""
    base = chart or standard_chart()
    facts = tuple(kind for kind in kinds if kind.nature is Nature.CUSTOMER)
    rows = tuple(
        attrs.evolve(row, events=(*row.events, *facts)) if row.rule in {"T01b", "T20"} else row
        for row in base.rows
    )
    known = (*base.kinds, *kinds)
    made = attrs.evolve(base, key="wide", version=version, kinds=known, rows=rows, **changes)
    remember_chart(made)
    return made
