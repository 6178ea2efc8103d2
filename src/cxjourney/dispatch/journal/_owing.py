"""What a journal tells beside records: what is owed, troubles, the archive, a journey's events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.errors import shown
from cxjourney.journey import Obligation
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable, brief, code
from cxjourney.vocabulary._texts import moment, number, say


@attrs.frozen(repr=False)
class Duty(Worded):
    """Something that the company owes a customer, as a journal tells it.

    Attributes:
        customer: the customer's id.
        engagement: the engagement's id, or empty.
        obligation: what is owed, since when, and when it is due.
    """

    customer: str
    engagement: str
    obligation: Obligation

    @property
    def place(self) -> tuple[datetime, str, str, str]:
        """Its place among all duties: by due time, then by customer, engagement and key."""
        return self.obligation.due, self.customer, self.engagement, self.obligation.key

    def explain(self, lang: Lang = Lang.EN, *, at: datetime | None = None) -> str:
        """Return what is owed and when it is due; whether it is late ``at`` some moment."""
        return self.obligation.explain(lang, at=at)

    def __repr__(self) -> str:
        return f"<Duty {self.obligation!r}>"


@attrs.frozen
class Trouble(Worded):
    """A customer to whom no dispatcher could attend.

    Attributes:
        customer: the customer's id; hidden in the repr.
        handle: a name for the customer that tells nobody who it is.
        failures: how often in a row.
        error: the class of the latest error.
        until: when it is tried again.
    """

    customer: str = attrs.field(repr=False)
    handle: str = attrs.field(repr=code)
    failures: int
    error: str = attrs.field(repr=code)
    until: datetime | None

    __repr__ = brief

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what hinders, under the handle, and when it is tried again.

        Args:
            lang: the language.
        """
        failures = number(self.failures, lang)
        told = say("trouble", lang, handle=self.handle, failures=failures, error=shown(self.error))
        if self.until is None:
            return told
        return f"{told} {say('trouble_again', lang, at=moment(self.until, lang))}"


@attrs.frozen(repr=False)
class Stretch(Showable):
    """The events of a journey that come after a checkpoint of its.

    Attributes:
        revision: the customer's revision when they were read.
        checkpoint: what was given with ``JourneyRecord.checkpoint``; None where there is none, and
            then there are no events.
        events: the events, by number.
    """

    revision: int
    checkpoint: Mapping[str, Any] | None = None
    events: tuple[Mapping[str, Any], ...] = ()

    def __repr__(self) -> str:
        return f"<Stretch of {len(self.events)} events>"


SOME = 32
"""How many quiet intents are read with an event at most; see ``Rest``."""


@attrs.frozen(repr=False)
class Rest(Showable):
    """Open intents that are not read, for they are many and quiet: nobody was called for them yet.

    Attributes:
        rows: of each row of the playbook, and each of its standings (``quiet_in``), when a
            dispatcher has to look at the first of them.
    """

    rows: tuple[tuple[str, int, datetime], ...]

    @property
    def next_at(self) -> datetime:
        """When a dispatcher has to look at the first of them."""
        return min(at for _, _, at in self.rows)

    @property
    def is_held(self) -> bool:
        """Whether the policy holds one of them back by what a change may undo."""
        return any(standing & HELD for _, standing, _ in self.rows)

    def due(self, until: datetime) -> set[tuple[str, bool]]:
        """Return the rows of those that are for their moment by then, and whether they are unowed.

        Args:
            until: the moment.
        """
        planned = [one for one in self.rows if one[1] & PLANNED and one[2] <= until]
        return {(play, bool(standing & UNOWED)) for play, standing, _ in planned}

    def __repr__(self) -> str:
        return f"<Rest of {len(self.rows)} kinds>"


PLANNED, UNOWED, HELD = 1, 2, 4
"""How a quiet intent stands, as a sum: for its moment, with no time at which it is due, held."""
Place = tuple[int, str, str, int]
"""A place among all that may be archived: 0 for intents and 1 for steps, customer, engagement
(empty for intents), and number."""
BEGINNING: Place = (0, "", "", 0)
STEPS: Place = (1, "", "", 0)


@attrs.frozen
class Archived(Worded):
    """What went into the archive so far.

    Attributes:
        intents: how many intents.
        attempts: how many outcomes of attempts at them.
        steps: how many steps of journeys.
        busy: how many times a customer was passed over because somebody just wrote there; what is
            theirs goes with the next archiving.
        place: where the next batch begins; None where all is done.
    """

    intents: int = 0
    attempts: int = 0
    steps: int = 0
    busy: int = 0
    place: Place | None = attrs.field(default=BEGINNING, repr=False)

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return the counts in words."""
        counts = {"intents": self.intents, "attempts": self.attempts, "steps": self.steps}
        return say("archived", lang, **counts)
