"""Journeys opened for work: where they stand, or with all of their history."""

from typing import Any

import attrs

from cxjourney.chart import ChartRef, find_chart
from cxjourney.dispatch._past import Past, read_form
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch.journal import JourneyRecord, StepRecord
from cxjourney.errors import ChartNotFoundError
from cxjourney.journey import Journey
from cxjourney.journey._open import opened_where_it_stands


@attrs.define
class OpenJourney:
    """A journey that is open for work.

    Attributes:
        journey: the journey; its history is whole, or has what came since it was opened.
        past: what deciding needs to know of what was before.
        chart: the chart under which it is kept; None where it is not kept yet.
        left_out: how many of its events migrations left out.
        told: the steps that are kept, where all are to be written anew.
        looked_at: how many steps of its history are part of ``past``.
        events: the events that are not written yet, as they are stored.
        steps: what they did.
    """

    journey: Journey
    past: Past = attrs.field(factory=Past)
    chart: ChartRef | None = None
    left_out: int = 0
    told: tuple[StepRecord, ...] = ()
    looked_at: int = 0
    events: list[dict[str, Any]] = attrs.field(factory=list)
    steps: list[StepRecord] = attrs.field(factory=list)

    @property
    def rewritten(self) -> bool:
        """Whether it is kept under another chart."""
        return self.chart not in {None, self.journey.chart.ref}

    def written(self) -> None:
        """Take note that all of it was written."""
        if self.rewritten:
            self.left_out = self.journey.to_dict()["left_out"]
        self.chart, self.told = self.journey.chart.ref, (*self.told, *self.steps)
        self.events.clear()
        self.steps.clear()


def opened_as_kept(kept: JourneyRecord, settings: Settings) -> OpenJourney | None:
    """Open a journey where it stands; None where its events have to be read."""
    found, ref, chart = read_form(kept.snapshot), chart_of(kept), settings.playbook.chart
    if found is None:
        return None
    if ref != chart.ref:
        if settings.migrations:
            return None
        try:
            chart = find_chart(ref)
        except ChartNotFoundError:
            return None
    standing, past = found
    journey = opened_where_it_stands(standing, chart)
    return None if journey is None else OpenJourney(journey, past, ref, kept.data["left_out"])


def restored(kept: JourneyRecord, settings: Settings) -> Journey:
    """Return a journey on the playbook's chart where it follows that one, or can get there."""
    chart = settings.playbook.chart
    wanted = chart if settings.migrations or chart_of(kept) == chart.ref else None
    return Journey.from_dict(dict(kept.data), chart=wanted, migrations=settings.migrations)


def chart_of(kept: JourneyRecord) -> ChartRef:
    """Return key and version of the chart under which a journey is kept."""
    return ChartRef(**kept.data["chart"])
