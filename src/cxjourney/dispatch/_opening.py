"""Journeys opened for work: where they stand, or with all of their history."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import attrs

from cxjourney.chart import Chart, ChartRef, find_chart
from cxjourney.chart._standard_chart import current
from cxjourney.dispatch._past import (
    LAST,
    Past,
    Raw,
    Snapshot,
    checkpoint_form,
    read_checkpoint,
    read_form,
    reminded_in,
)
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch.journal import Duty, JourneyRecord, StepRecord, Stretch
from cxjourney.dispatch.journal._moving._origin import Origin
from cxjourney.dispatch.journal._secrecy._secret import sealed_key
from cxjourney.errors import ChartNotFoundError, DecodeError
from cxjourney.journey import Journey, Migration, Obligation, Step
from cxjourney.journey._fold import BEGINNING, Course
from cxjourney.journey._open import (
    EventForms,
    Raws,
    Texts,
    before_moment,
    last_of,
    opened_where_it_stands,
    owed_on,
    retracted_on,
    steps_of,
    write_event,
)
from cxjourney.journey._owed import Owed, differing
from cxjourney.playbook._planning import (
    NO_STAYS,
    Naming,
    Reminded,
    Stays,
    becoming_due,
    stays_of,
)
from cxjourney.vocabulary import Event, EventKind

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
"""Before all that may happen."""
SPACING = 32
"""How many events are between two checkpoints; more where much is owed."""
AHEAD = "ahead"
"""Where the events whose time has not come stand in a journey's data, beside those it has."""
Changes = tuple[list[Obligation], list[Obligation]]
"""What is owed by now and was not before, and what was owed before and is not by now."""


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
        raws: what was owed at ``base`` as it is stored, by identity; ``base`` keeps it alive.
        runs: what is owed as the journal keeps it, where it is much; see ``JourneyRecord``.
        to_keep: the same as it is to be written.
        late: the moment of the earliest event that came late and is not written yet, or None.
        ahead: the events whose time has not come yet, as they are stored, in order of arrival.
        wakes: when the clock next does something, and what that was worked out from.
        changes: what is owed, what was before, and how the two differ, as last looked at.
        considered: what was owed when ``past`` told up to when reminders were decided.
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
    raws: Raws = attrs.field(factory=dict)
    runs: Texts = attrs.field(factory=dict)
    to_keep: Texts = attrs.field(factory=dict)
    late: datetime | None = None
    ahead: list[Raw] = attrs.field(factory=list)
    wakes: tuple[object, datetime | None] = None, None
    considered: Owed | None = None
    changes: tuple[Owed, Owed, Changes] = (), (), ([], [])

    @property
    def rewritten(self) -> bool:
        """Whether it is kept under another chart."""
        return self.chart is not None and self.chart != self.journey.chart.ref

    @property
    def known(self) -> dict[int, Event]:
        """The events of the last few steps and of the new ones, by number."""
        last = LAST + len(self.new)
        return {step.seq: step.event for step in steps_of(self.journey)[-last:]}

    def raw(self, step: Step) -> Raw:
        """Return the event of a step as it is stored."""
        found = self.told.get(step.seq)
        if found is None:
            found = self.told[step.seq] = write_event(step.event, step.seq)
        return found

    def note(self, step: Step, *, late: bool) -> None:
        """Take note of an event that was recorded."""
        self.new.append(step.seq)
        self.raw(step)
        self.steps.append(noted(step))
        at = step.event.at
        if step.event.kind is EventKind.RETRACTED:
            self.late = EARLIEST
        elif late:
            self.late = at if self.late is None else min(self.late, at)

    def checkpoint(self) -> tuple[datetime, Mapping[str, Any]] | None:
        """Return where it stood some events ago, if that is to be kept.

        That is now and then, and before an event that came late, for such ones come together. Not
        where something was taken back, however long ago it was.
        """
        if self.rewritten or self.past.retracted:
            return None
        apart = SPACING * (1 + len(self.base.owed) // SPACING)
        place, course = (0, self.base)
        if self.late is not None and len(steps_of(self.journey)) > apart:
            place, course = before_moment(self.journey, self.late)
        if place <= apart:
            if all(seq % apart for seq in self.new):
                return None
            place, course = last_of(self.journey, LAST)
        return checkpoint_form(self.journey, place, course, self.stays, self.raws)

    def has_in_reach(self, event: Event, *, known: bool) -> bool:
        """Say whether its history has all that recording an event needs, known already or not."""
        if known:
            return any(step.event.id == event.id for step in self.journey.history)
        return self.base.precedes(event)

    def reaching_back(self, customer: str, engagement: str, found: Stretch) -> "OpenJourney | None":
        """Return the journey with its history since a checkpoint; None where that is of no use."""
        of_use = not (self.rewritten or self.past.retracted)
        stood = read_checkpoint(found.checkpoint) if of_use else None
        as_of = self.journey.as_of and self.journey.as_of.isoformat()
        seq = self.journey.seq - len(self.new)
        stands = None
        if stood is not None:
            data = [customer, engagement, seq, as_of, stood.course]
            try:
                stands = opened_where_it_stands(
                    data, found.events, self.journey.chart, dict(stood.runs)
                )
            except DecodeError as error:
                raise _standing_in("cx_checkpoint.data", error) from None
        if stood is None or stands is None:
            return None
        journey, base, raws = stands
        told = {one["seq"]: dict(one) for one in found.events}
        other = attrs.evolve(
            self, journey=journey, base=base, stays=stood.stays, raws=raws, told=told
        )
        other.add_unwritten(self)
        other.looked_at = len(steps_of(journey))
        return other

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
        self.new, self.steps, self.late = before.new, before.steps, before.late

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
        new, gone = self._changed(() if self.rewritten else self.owed)
        settled = {(engagement, one.key) for one in gone}
        return [Duty(customer, engagement, one) for one in new], settled

    def _changed(self, before: Owed) -> Changes:
        """Return what is owed by now and was not before, and the other way round."""
        now = owed_on(self.journey)
        if self.changes[0] is not now or self.changes[1] is not before:
            self.changes = now, before, ([], []) if now is before else differing(now, before)
        return self.changes[2]

    @property
    def reminded(self) -> Reminded:
        """Up to when reminders are decided, of what is owed by now."""
        now, before = owed_on(self.journey), self.considered
        if before is None:
            before = () if self.rewritten else self.owed
        if now is not before:
            (new, _), told = self._changed(before), dict(self.past.reminded)
            for reminder, since in told.items():
                told[reminder] = min([since, *becoming_due(reminder, new)])
            self.considered, self.past.reminded = now, told
        return self.past.reminded

    @reminded.setter
    def reminded(self, until: Reminded) -> None:
        self.considered, self.past.reminded = owed_on(self.journey), until

    def new_runs(self, runs: Texts) -> dict[int, str | None]:
        """Return which runs of what is owed are to be written, and None for those that are gone."""
        self.to_keep, before = runs, {} if self.rewritten else self.runs
        gone = dict.fromkeys(before.keys() - runs.keys())
        changed = {
            one: text for one, text in runs.items() if one not in before or before[one] != text
        }
        return gone | changed

    def written(self) -> None:
        """Take note that all of it was written."""
        self.runs = self.to_keep
        if self.rewritten:
            self.left_out = self.journey.to_dict()["left_out"]
        self.chart, self.kept = self.journey.chart.ref, (*self.kept, *self.steps)
        self.owed = owed_on(self.journey)
        self.new.clear()
        self.steps.clear()
        self.late = None


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
    stands = stands_as_kept(kept, found, placed(chart))
    if stands is None:
        return None
    journey, base, raws = stands
    history = steps_of(journey)
    past = Past(
        stays_of(history, found.stays),
        [*found.events],
        [*found.contacts],
        reminded_in(found),
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
        raws=raws,
        runs=kept.runs,
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
    """Return a journey on the playbook's chart where it follows that one, or can get there.

    Raises:
        DecodeError: when it cannot be read.
    """
    chart = settings.playbook.chart
    wanted = chart if settings.migrations or current(chart_of(kept)) == chart.ref else None
    if wanted is None:
        with suppress(ChartNotFoundError):
            wanted = find_chart(chart_of(kept))
    followed = None if wanted is None else placed(wanted)
    return folded(kept, followed, settings.migrations)


def folded(
    kept: JourneyRecord, chart: Chart | None, migrations: Sequence[Migration] = ()
) -> Journey:
    """Return a journey whose events are folded anew.

    Raises:
        DecodeError: when it cannot be read.
    """
    data = {name: value for name, value in kept.data.items() if name != AHEAD}
    try:
        return Journey.from_dict(data, chart=chart, migrations=migrations)
    except DecodeError as error:
        column = "cx_log.data" if error.where.startswith("events") else "cx_journey.head"
        raise _standing_in(column, error) from None


def stands_as_kept(
    kept: JourneyRecord, found: Snapshot, chart: Chart
) -> tuple[Journey, Course, Raws] | None:
    """Return a journey that goes on from its snapshot; see ``opened_where_it_stands``.

    Raises:
        DecodeError: when it cannot be read.
    """
    try:
        return opened_where_it_stands(found.journey, found.last, chart, kept.runs)
    except DecodeError as error:
        raise _standing_in("cx_journey.snapshot", error) from None


def _standing_in(column: str, error: DecodeError) -> DecodeError:
    """Return an error that tells in which column of which table is what cannot be read."""
    where = error.where.removeprefix("snapshot.")
    told = where if where.startswith("cx_") else f"{column}.{where}"
    return DecodeError(told, error.found, error.expected)


def chart_of(kept: JourneyRecord) -> ChartRef:
    """Return key and version of the chart under which a journey is kept.

    Raises:
        DecodeError: when they are not told.
    """
    try:
        return ChartRef(**kept.data["chart"])
    except (KeyError, TypeError):
        expected = "a chart's key and version"
        raise DecodeError("cx_journey.head.chart", "another value", expected) from None
