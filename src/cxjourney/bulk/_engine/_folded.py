"""Where the journeys of a piece of a log stand, and what happened to them, as columns."""

from typing import NamedTuple

import attrs
import numpy as np

from cxjourney.bulk._engine._duty_rows import Duties, FoldedRows
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._tables import NEVER, Mask, Whole
from cxjourney.chart import Effect

COUNTED = (Effect.MOVED, Effect.STAYED, Effect.HELD, Effect.NOTED)
"""What an event of a log may do that needs no order."""


@attrs.define(eq=False)
class Journeys:
    """Where journeys stand, one a row, as columns; times in microseconds since 1970 UTC.

    Attributes:
        key: the journey, as a number.
        situation: where it stands as of the end, as its number in the tables.
        cycle: which attempt it is.
        visited: the phases that it was in, a bit for each; bit 0 is ASSESS.
        implied: the phases passed over; some of them may be visited too.
        entered_at: when it came to where it is; ``NEVER`` where it is NEW.
        purchased_at: day 1 of the cycle; ``NEVER`` before.
        first_at: its first event.
        last_at: its last event.
        last_rank: the rank of that event.
        exit: why it stopped, as the place of the reason in ``EXITS``.
        our_silence: whether it fell silent while something owed was overdue.
        referrals: how often the customer recommended the company.
        effects: how many events had each effect of ``COUNTED``, by effect and journey.
        timers: how often the clock moved it.
        on_time: how many obligations were met on time.
        late: how many were met late.
        dropped: how many ended unmet.
    """

    key: Whole
    situation: Whole
    cycle: Whole
    visited: Whole
    implied: Whole
    entered_at: Whole
    purchased_at: Whole
    first_at: Whole
    last_at: Whole
    last_rank: Whole
    exit: Whole
    our_silence: Mask
    referrals: Whole
    effects: Whole
    timers: Whole
    on_time: Whole
    late: Whole
    dropped: Whole

    def of(self, some: Whole) -> "Journeys":
        """Return some of the journeys."""
        return Journeys(*(column[..., some] for column in attrs.astuple(self, recurse=False)))

    @classmethod
    def new(cls, key: Whole) -> "Journeys":
        """Return journeys that begin."""
        total = len(key)
        values = {field.name: np.zeros(total, np.int64) for field in attrs.fields(cls)}
        values |= {name: np.full(total, NEVER) for name in values if name.endswith("_at")}
        values |= {
            "key": key,
            "cycle": np.ones(total, np.int64),
            "our_silence": np.zeros(total, np.bool_),
            "effects": np.zeros((len(COUNTED), total), np.int64),
        }
        return cls(**values)


class Piece(NamedTuple):
    """Journeys after the events of a piece, and what happened to them.

    Attributes:
        journeys: where they stand.
        clocks: where they stood after their last event, before the timers due since.
        stream: the events and timers.
        duties: what was owed.
        open: how many obligations of each journey are owed.
        overdue: how many of them are overdue.
    """

    journeys: Journeys
    clocks: Clocks
    stream: FoldedRows
    duties: Duties
    open: Whole
    overdue: Whole


class Keep(NamedTuple):
    """What of a piece is asked for, beside where its journeys stand.

    Attributes:
        moves: whether events and timers that moved a journey are in the stream.
        rows: whether all of them are.
        duties: whether obligations are told one by one.
    """

    moves: bool = True
    rows: bool = True
    duties: bool = True


EVERYTHING = Keep()
