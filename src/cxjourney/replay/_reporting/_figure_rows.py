"""The rows of a report: what each of its figures holds."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from cxjourney.replay._figures import CurveStep, Lasting, Share
from cxjourney.replay._log import Fate
from cxjourney.vocabulary import ExitReason, Phase, Standing
from cxjourney.vocabulary._terminal import Showable, brief, code


@attrs.frozen
class LineCounts(Showable):
    """What became of the lines of the log.

    Attributes:
        read: how many were read.
        by_fate: how many of them had which fate.
        later: how many were left out, for they are later than ``as_of``.
        later_events: how many events of the other lines were, by a time of their own.
    """

    read: int
    by_fate: Mapping[Fate, int]
    later: int
    later_events: int = 0

    __repr__ = brief

    @property
    def add_up(self) -> bool:
        """Whether each line is found once."""
        return self.read == sum(self.by_fate.values()) + self.later


@attrs.frozen
class ActivityRow(Showable):
    """An activity of the log under one fate.

    Attributes:
        name: the activity, in the log's own words; show it with care.
        fate: what became of these lines.
        count: how many lines.
        first_line: the first of them.
        reason: why it is ignored; empty for the other fates.
    """

    name: str = attrs.field(repr=False)
    fate: Fate
    count: int
    first_line: int
    reason: str = attrs.field(default="", repr=False)

    __repr__ = brief


@attrs.frozen
class EventRow(Showable):
    """What happened to the events of one kind.

    Attributes:
        kind: the name of the kind.
        made: how many events the log gave.
        moved: how many moved their journey.
        stayed: how many changed flags at most.
        held: how many were held.
        noted: how many were without effect.
        refused: how many were refused.
        repeated: how many had come before, by their id.
        retracted: how many were taken back by another line.
        conflicting: how many had the id of another event, and were left out.
    """

    kind: str = attrs.field(repr=code)
    made: int
    moved: int
    stayed: int
    held: int
    noted: int
    refused: int
    repeated: int
    retracted: int
    conflicting: int

    __repr__ = brief

    @property
    def add_up(self) -> bool:
        """Whether each event is found once."""
        effects: tuple[int, ...] = attrs.astuple(self)[2:]
        return self.made == sum(effects)


@attrs.frozen
class PlaceRow(Showable):
    """How many stand in one phase; or are NEW or ERASED, which is none of active, lapsed, lost.

    Attributes:
        place: the name of the phase, or of the standing.
        active: how many journeys are under way.
        lapsed: how many went silent here.
        lost: how many ended here.
        journeys: all of them.
        customers: of how many customers; one with several engagements counts in each of theirs.
    """

    place: str = attrs.field(repr=code)
    active: int
    lapsed: int
    lost: int
    journeys: int
    customers: int

    __repr__ = brief


@attrs.frozen
class ExitRow(Showable):
    """How many journeys stopped for one reason.

    Attributes:
        reason: the reason.
        journeys: how many.
        our_silence: how many of them fell silent while the company was late with something that
            the log could show; None where it could show nothing.
    """

    reason: ExitReason
    journeys: int
    our_silence: int | None

    __repr__ = brief


@attrs.frozen
class FunnelRow(Showable):
    """How many journeys ever came to a phase, in any cycle.

    Attributes:
        phase: the phase.
        reached: how many reached it or a later one.
        implied: how many of them only passed over it: what followed shows that they were there.
        share: the share of those who reached the phase before; of all journeys for the first.
        under_way: how many came no further, and are under way: they may come yet.
        silent: how many came no further, and are silent.
        left: how many came no further, and are lost or erased.
        not_observable: how many came no further and have not left, where no event of the mapping
            can bring a journey to the next phase; then none is under way or silent.
        observable: whether the events of the mapping can bring a journey there at all.
        assumes: the options of the chart without which they could not: what an option assumed.
    """

    phase: Phase
    reached: int
    implied: int
    share: Share | None
    under_way: int
    silent: int
    left: int
    not_observable: int
    observable: bool
    assumes: tuple[str, ...] = ()

    __repr__ = brief


@attrs.frozen
class StayRow(Showable):
    """How long journeys stay in a phase, in days.

    A stay begins and ends with an event; places that one event only passes through do not count.
    Where the clock ended it, by a window of silence that somebody chose, nobody saw its end.

    Attributes:
        phase: the phase.
        ended: how many stays have ended by what somebody did.
        silent: how many the clock ended.
        going_on: how many go on at ``as_of``.
        lasting: how long stays last; None where none has ended by what somebody did.
        longest: how many days the longest of all of them has lasted by ``as_of``.
        curve: the steps of the curve of those who still stay; of a long one about 200.
    """

    phase: Phase
    ended: int
    silent: int
    going_on: int
    lasting: Lasting | None
    longest: float = 0.0
    curve: tuple[CurveStep, ...] = ()

    __repr__ = brief


@attrs.frozen
class OwedRow(Showable):
    """What the company owes by one rule (SPEC 5).

    Attributes:
        rule: the id of the rule.
        open: how many obligations are open at ``as_of``.
        overdue: how many of them are overdue.
        longest: for how many days the one that was due first is overdue.
        on_time: how many were met on time.
        late: how many were met late.
        dropped: how many ended unmet, for the customer moved on.
        not_observable: how many are open or ended without any event of the mapping that could have
            met them; then none is open, overdue or dropped.
        observable: whether the mapping has any event that could meet it.
    """

    rule: str = attrs.field(repr=code)
    open: int
    overdue: int
    longest: float
    on_time: int
    late: int
    dropped: int
    not_observable: int
    observable: bool

    __repr__ = brief


@attrs.frozen
class Comings(Showable):
    """How often customers fell silent, came back, and recommended.

    Attributes:
        lapses: how often a journey fell silent.
        returned: how often one came back from silence in the same cycle (T20).
        repurchased: how often one came back from silence by a purchase, in a new cycle (T26).
        won_back: how often one that was lost began anew (T25).
        cycles: how many journeys are in which cycle.
        referrals: how often customers recommended.
        referrers: how many journeys ever did.
    """

    lapses: int
    returned: int
    repurchased: int
    won_back: int
    cycles: Mapping[int, int]
    referrals: int
    referrers: int

    __repr__ = brief


@attrs.frozen
class MonthRow(Showable):
    """How often customers fell silent and came back in one month.

    Attributes:
        month: the month, as 2024-03, on the clocks of the mapping's zone, or of UTC.
        lapses: how often a journey fell silent.
        returned: how often one came back from silence in the same cycle.
        repurchased: how often one came back from silence by a purchase, in a new cycle.
        won_back: how often one that was lost began anew.
    """

    month: str = attrs.field(repr=code)
    lapses: int
    returned: int
    repurchased: int
    won_back: int

    __repr__ = brief


@attrs.frozen
class CohortRow(Showable):
    """The journeys whose first event is of one month: how far they ever came, where they stand.

    Attributes:
        month: the month, as 2024-03, on the clocks of the mapping's zone, or of UTC.
        journeys: how many.
        reached: how many of them reached each phase or a later one, in any cycle.
        active: how many are under way.
        lapsed: how many are silent.
        lost: how many are lost.
    """

    month: str = attrs.field(repr=code)
    journeys: int
    reached: Mapping[Phase, int]
    active: int
    lapsed: int
    lost: int

    __repr__ = brief


@attrs.frozen(kw_only=True)
class Figures(Showable):
    """What is told of all journeys, and again of those of each segment.

    Attributes:
        customers: how many customers they are of.
        journeys: how many journeys there are.
        places: where the journeys stand.
        exits: why journeys stopped.
        funnel: how far they ever came.
        stays: how long they stay.
        owed: what the company owes.
        comings: silence, returns, win-backs and referrals.
        months: the months in which some journey fell silent or came back.
        cohorts: the journeys by the month of their first event.
    """

    customers: int
    journeys: int
    places: tuple[PlaceRow, ...]
    exits: tuple[ExitRow, ...]
    funnel: tuple[FunnelRow, ...]
    stays: tuple[StayRow, ...]
    owed: tuple[OwedRow, ...]
    comings: Comings
    months: tuple[MonthRow, ...]
    cohorts: tuple[CohortRow, ...]

    __repr__ = brief


@attrs.frozen(kw_only=True, repr=False)
class SegmentRow(Figures):
    """The figures of the journeys of one segment.

    Attributes:
        segment: what the segment column holds in them; empty where it holds nothing.
    """

    segment: str = attrs.field(repr=False)


@attrs.frozen
class ListedJourney(Showable):
    """A journey that is listed behind some figure.

    Attributes:
        customer: the customer's id, or its keyed hash.
        engagement: the engagement's id, or its keyed hash; empty where there is but one.
        segment: what the segment column holds; empty where there is none.
        place: the phase in which it stands or which it left, or NEW or ERASED.
        standing: how it stands.
        since: since when it is there; None where it is NEW.
        cycle: which attempt it is.
        furthest: the highest phase that it ever reached; None for none.
    """

    customer: str = attrs.field(repr=False)
    engagement: str = attrs.field(repr=False)
    segment: str = attrs.field(repr=False)
    place: str = attrs.field(repr=code)
    standing: Standing
    since: datetime | None
    cycle: int
    furthest: Phase | None

    __repr__ = brief


@attrs.frozen
class BehindRow(Showable):
    """The journeys behind one figure.

    Attributes:
        figure: the figure, as ``funnel.ADOPT.silent`` or ``owed.answer.overdue``.
        journeys: how many there are.
        listed: the first of them, by the order of the log, as places in ``Behind.journeys``.
    """

    figure: str = attrs.field(repr=code)
    journeys: int
    listed: tuple[int, ...]

    __repr__ = brief


@attrs.frozen
class Behind(Showable):
    """The journeys behind each figure.

    Attributes:
        limit: how many are listed behind a figure at most.
        hashed: whether ids are keyed hashes.
        journeys: each journey that is listed behind some figure, in the order of the log.
        figures: the figures behind which there is any journey.
    """

    limit: int
    hashed: bool
    journeys: tuple[ListedJourney, ...] = attrs.field(repr=False)
    figures: tuple[BehindRow, ...]

    __repr__ = brief
