"""What is told to those who look after a journal: what is owed, and what was archived."""

from datetime import datetime

import attrs

from cxjourney.journey import Obligation
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._texts import say


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
