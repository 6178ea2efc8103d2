"""Journeys opened for work: where they stand, or with all of their history."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import attrs

from cxjourney.chart import Chart, ChartRef, find_chart
from cxjourney.chart._standard_chart import current
from cxjourney.dispatch._past import LAST, Origin, Past, Raw, read_form
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch.journal import Duty, JourneyRecord, StepRecord
from cxjourney.dispatch.journal._secrecy._secret import sealed_key
from cxjourney.errors import ChartNotFoundError
from cxjourney.journey import Journey, Step
from cxjourney.journey._fold import BEGINNING, Course
from cxjourney.journey._open import (
    EventForms,
    opened_where_it_stands,
    owed_on,
    retracted_on,
    steps_of,
    write_event,
)
from cxjourney.journey._owed import Owed, differing
from cxjourney.playbook._planning import NO_STAYS, Naming, Stays, stays_of
from cxjourney.vocabulary import Event, EventKind

AHEAD = "ahead"
"""Where the events whose time has not come stand in a journey's data, beside those it has."""


@attrs.define
class OpenJourney:
    """A journey that is open for work.

    Attributes:
        journey: the journey; its history is whole, or has the last few steps.
        past: what deciding needs to know of what was before.
        chart: the chart under which it is kept; None where it is not kept yet.
        left_out: how many of its events migrations left out.
        kept: the steps that are kept, where all are to be written anew.
        looked_at: how many steps of its history are part of ``past``.
        base: where it stood before its history.
        stays: the stays before its history.
        new: the numbers of the events that are not written yet.
        steps: what they did.
        owed: what is owed on it as the journal knows it.
        told: the last few events and the new ones, as they are stored, by number.
        born: the number at which it began; see ``JourneyRecord``.
        ahead: the events whose time has not come yet, as they are stored, in order of arrival.
    """

    journey: Journey
    past: Past = attrs.field(factory=Past)
    chart: ChartRef | None = None
    left_out: int = 0
    kept: tuple[StepRecord, ...] = ()
    looked_at: int = 0
    base: Course = BEGINNING
    stays: Stays = NO_STAYS
    owed: Owed = ()
    told: dict[int, Raw] = attrs.field(factory=dict)
    new: list[int] = attrs.field(factory=list)
    steps: list[StepRecord] = attrs.field(factory=list)
    born: int = 0
    ahead: list[Raw] = attrs.field(factory=list)

    @property
    def rewritten(self) -> bool:
        """Whether it is kept under another chart."""
        return self.chart not in {None, self.journey.chart.ref}

    @property
    def known(self) -> dict[int, Event]:
        """The events of the last few steps, by number."""
        return {step.seq: step.event for step in steps_of(self.journey)[-LAST:]}

    def raw(self, step: Step) -> Raw:
        """Return the event of a step as it is stored."""
        found = self.told.get(step.seq)
        if found is None:
            found = self.told[step.seq] = write_event(step.event, step.seq)
        return found

    def to_come(self) -> list[tuple[Event, int]]:
        """Return the events whose time has not come yet, with their numbers, by time."""
        read = self.journey.chart.compiled(EventForms).read
        return sorted(map(read, self.ahead), key=lambda one: (one[0].at, one[0].kind.rank, one[1]))

    def stops(self) -> list[tuple[Event, int]]:
        """Return the withdrawals of consent whose time has not come: they are honoured at once."""
        stop = EventKind.CONSENT_WITHDRAWN
        return [one for one in self.to_come() if one[0].kind is stop] if self.ahead else []

    def add_unwritten(self, before: "OpenJourney") -> None:
        """Record again what was recorded before the history was read, and is not written yet."""
        events = {step.seq: step.event for step in steps_of(before.journey)}
        for seq in before.new:
            self.raw(self.journey.record(events[seq]))
        self.new, self.steps = before.new, before.steps

    def left(self, since: datetime) -> tuple[tuple[Step, ...], Stays]:
        """Return the steps from a moment on, and the stays before them."""
        history = steps_of(self.journey)
        first = bisect_left(history, since, key=lambda step: step.event.at)
        return history[first:], stays_of(history[:first], self.stays)

    def told_by(self, stored: Mapping[str, Any]) -> Event | None:
        """Return an event of the journey's by its stored form; None where it was taken back."""
        if stored["id"] in self.past.retracted:
            return None
        return self.journey.chart.compiled(EventForms).read(stored)[0]

    def naming(self, customer: str, seals: Sequence[bytes]) -> list[Naming]:
        """Return what gives the journey's intents their keys, with each secret.

        Args:
            customer: the customer's id.
            seals: what the customer's keys are made with; see ``Secret``.
        """
        origin = self.past.origin or Origin(customer, self.journey.engagement, tuple(seals))
        return [
            partial(sealed_key, seal, origin.customer, self.born, origin.engagement)
            for seal in origin.seals
        ]

    def put_in(self, event: Event, seq: int) -> None:
        """Take note of an event that came late."""
        self.past.put_in(event, seq, self.journey.chart)
        self._look_at_all()

    def follow_anew(self) -> None:
        """Take note of the whole history anew, for something was taken back from it."""
        self.past.events = []
        self.past.follow(self.raw(step) for step in steps_of(self.journey) if step.seq)
        self.past.retracted = retracted_on(self.journey)
        self._look_at_all()

    def _look_at_all(self) -> None:
        steps = steps_of(self.journey)
        self.past.stays, self.looked_at = stays_of(steps, self.stays), len(steps)

    def owing(self, customer: str, engagement: str) -> tuple[list[Duty], set[tuple[str, str]]]:
        """Return what is owed since the journey was read, and what is not any more."""
        now, before = owed_on(self.journey), () if self.rewritten else self.owed
        if now is before:
            return [], set()
        settled = {(engagement, one.key) for one in differing(before, now)}
        return [Duty(customer, engagement, one) for one in differing(now, before)], settled

    def written(self) -> None:
        """Take note that all of it was written."""
        if self.rewritten:
            self.left_out = self.journey.to_dict()["left_out"]
        self.chart, self.kept = self.journey.chart.ref, (*self.kept, *self.steps)
        self.owed = owed_on(self.journey)
        self.new.clear()
        self.steps.clear()


def opened_as_kept(
    kept: JourneyRecord, settings: Settings, placed: Callable[[Chart], Chart]
) -> OpenJourney | None:
    """Open a journey where it stands; None where its events have to be read.

    Args:
        kept: what is kept of it.
        settings: what dispatch goes by.
        placed: gives a chart for the customer's clock.
    """
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
        if chart.ref != ref:
            return None
    stands = opened_where_it_stands(found.journey, found.last, placed(chart))
    if stands is None:
        return None
    journey, base = stands
    history = steps_of(journey)
    past = Past(
        stays_of(history, found.stays),
        [*found.events],
        [*found.contacts],
        dict.fromkeys(found.decided),
        found.unplanned,
        [*found.retracted],
        found.origin,
    )
    told = {one["seq"]: one for one in found.last}
    left_out = kept.data["left_out"]
    owed = owed_on(journey)
    return OpenJourney(
        *(journey, past, ref, left_out, (), len(history), base, found.stays, owed, told),
        born=kept.born,
        ahead=[*kept.data.get(AHEAD, ())],
    )


def noted(step: Step) -> StepRecord:
    """Return what is kept of a step."""
    return StepRecord(
        step.seq,
        step.effect.name,
        tuple(move.row for move in step.moves),
        step.after.place.name,
        tuple(one.key for one in step.opened),
        tuple(one.key for one in step.met),
    )


def restored(kept: JourneyRecord, settings: Settings, placed: Callable[[Chart], Chart]) -> Journey:
    """Return a journey on the playbook's chart where it follows that one, or can get there."""
    chart = settings.playbook.chart
    wanted = chart if settings.migrations or current(chart_of(kept)) == chart.ref else None
    if wanted is None:
        with suppress(ChartNotFoundError):
            wanted = find_chart(chart_of(kept))
    data = {name: value for name, value in kept.data.items() if name != AHEAD}
    followed = None if wanted is None else placed(wanted)
    return Journey.from_dict(data, chart=followed, migrations=settings.migrations)


def chart_of(kept: JourneyRecord) -> ChartRef:
    """Return key and version of the chart under which a journey is kept."""
    return ChartRef(**kept.data["chart"])
