"""Something that the company owes the customer."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import code
from cxjourney.vocabulary._texts import duty, moment, say


class _ObligationFields(NamedTuple):
    rule: str
    opened_at: datetime
    due: datetime
    event: str
    cycle: int


class Obligation(_ObligationFields, Worded):
    """Something that the company owes the customer.

    Attributes:
        rule: the id of the chart's rule, such as ``answer``.
        opened_at: when it opened.
        due: when it is due.
        event: the id of the event that opened it.
        cycle: the journey's cycle in which it opened.
    """

    __slots__ = ()

    @property
    def key(self) -> str:
        """A name that no other obligation of the journey has."""
        return f"{self.cycle}:{self.rule}:{self.event}"

    def __repr__(self) -> str:
        return f"<Obligation {code(self.rule)} due {self.due.isoformat()}>"

    def explain(self, lang: Lang = Lang.EN, *, at: datetime | None = None) -> str:
        """Tell in words what is owed, until when, and whether ``at`` some moment it is late."""
        how = "due" if at is None else "late" if self.overdue(at) else "on_time"
        return say(how, lang, duty=duty(self.rule, lang), due=moment(self.due, lang))

    def overdue(self, now: datetime) -> bool:
        """Say whether its due time has passed; to meet it at that very moment is still on time."""
        return self.due < now


When = Callable[[Obligation], datetime]
"""Tells a moment of an obligation, no sooner one where it opened and is due no sooner."""
