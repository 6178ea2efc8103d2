"""What a company owes its customer, by rule (SPEC 5)."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from enum import Enum, unique
from typing import Any

import attrs

from cxjourney.vocabulary import EventKind, Phase, Place, Smiley, Standing
from cxjourney.vocabulary._checks import a, all_of, as_set, hashable, several
from cxjourney.vocabulary._events import PayloadValue
from cxjourney.vocabulary._terminal import Showable, brief, code
from cxjourney.vocabulary._wait import Span, Wait

K = EventKind


@unique
class DueBy(Enum):
    """How the due time of an obligation is reckoned.

    AFTER: so long after it opened. DAY_END: by the end of the day on which it opened, in the UTC
    offset of the event that opened it. PROMISE: at the ``due`` of the event that opened it.
    """

    AFTER = "after"
    DAY_END = "day_end"
    PROMISE = "promise"


@unique
class Lasts(Enum):
    """How long an obligation lasts when nothing meets it.

    UNTIL_MET: for ever. CYCLE: until the customer is lost or comes back in a new cycle. PLACE:
    until the customer leaves the place whose entering opened it.
    """

    UNTIL_MET = "until_met"
    CYCLE = "cycle"
    PLACE = "place"


@attrs.frozen
class Having(Showable):
    """A condition on what an event says, such as a score from 0 to 6.

    Without a bound and a choice it asks only that the event says anything there.

    Attributes:
        field: the name of the payload's field.
        low: the smallest number that meets it; None for no least one.
        high: the largest number that meets it; None for no largest one.
        among: the values that meet it; all within the bounds where empty.
    """

    field: str = attrs.field(repr=code, validator=a(str))
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    among: frozenset[PayloadValue] = attrs.field(
        default=frozenset(), converter=as_set, validator=all_of(object)
    )

    def holds(self, payload: Mapping[str, PayloadValue]) -> bool:
        """Say whether a payload meets it."""
        value: Any = payload.get(self.field)
        if value is None or (self.among and value not in self.among):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    __repr__ = brief


@attrs.frozen
class ObligationRule(Showable):
    """One rule of what the company owes: what opens it, when it is due, what meets it (SPEC 5).

    Attributes:
        id: the rule's name, an identifier.
        source: where the rule comes from: an article of SPEC, an author, or ``default``.
        on: the kinds of event that open it, each event anew.
        having: conditions on what these events say, one of which has to hold; none for any event.
        flag: the flag of the situation that opens it when it becomes true, such as ``doubt_open``,
            unless one of the same cycle is open already; None for no flag.
        enters: the places whose entering opens it, unless one of the same cycle is open already.
        at_purchase: whether day 1 of the customer opens it.
        due: how long after opening it is due; a ``Wait`` goes by the customer's clock where a
            dispatcher knows it from the profile, else by the UTC offset of what opened it.
        due_by: how the due time is reckoned.
        warn: how long after opening it should be warned of; None never.
        met_by: the kinds that meet it; ``fulfilled`` can meet any.
        anywhere: whether these meet it in any of the customer's engagements; a dispatcher, which
            knows them all, tells the one in which it is owed.
        each: whether one event meets the oldest one only, instead of every open one.
        repeats: how long after it was met it is due again, while the customer stays; None never.
        lasts: how long it lasts when nothing meets it.
    """

    id: str = attrs.field(repr=code, validator=hashable("an identifier"))
    source: str = attrs.field(repr=False)
    on: tuple[EventKind, ...] = attrs.field(default=(), validator=several("EventKind"))
    enters: tuple[Place, ...] = attrs.field(default=(), validator=several("Phase or Standing"))
    at_purchase: bool = False
    due: Span = timedelta()
    due_by: DueBy = DueBy.AFTER
    warn: Span | None = None
    met_by: tuple[EventKind, ...] = attrs.field(default=(), validator=several("EventKind"))
    each: bool = False
    repeats: Span | None = None
    lasts: Lasts = Lasts.UNTIL_MET
    having: tuple[Having, ...] = attrs.field(default=(), validator=all_of(Having))
    flag: str | None = attrs.field(default=None, validator=a(str, optional=True))
    anywhere: bool = False

    @property
    def by_calendar(self) -> bool:
        """Whether any of its times goes by the calendar."""
        return any(isinstance(one, Wait) for one in (self.due, self.warn, self.repeats))

    __repr__ = brief


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

LOW_SCORE = (Having("nps", high=6), Having("smiley", among=frozenset({Smiley.SAD})))
PRAISE = (Having("nps", low=10),)

_OPENED_BY_EVENTS = (
    ObligationRule(
        "answer",
        "001: half of the customers give one week; the warning is a default",
        on=(K.ASKED,),
        due=7 * _DAY,
        warn=24 * _HOUR,
        met_by=(K.ANSWERED,),
        each=True,
    ),
    ObligationRule(
        "acknowledge",
        "001, 002; 24 hours is a default",
        on=(K.COMPLAINED, K.RESULT_POOR),
        due=24 * _HOUR,
        met_by=(K.ANSWERED, K.REASSURED, K.RECOVERED),
    ),
    ObligationRule(
        "solve",
        "001, 002",
        on=(K.COMPLAINED, K.RESULT_POOR),
        due=7 * _DAY,
        met_by=(K.REASSURED, K.RECOVERED),
    ),
    ObligationRule(
        "reassure",
        "000; 48 hours is a default",
        flag="doubt_open",
        due=48 * _HOUR,
        met_by=(K.REASSURED,),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "follow_up",
        "000, 002; 48 hours is a default",
        on=(K.FEEDBACK_CAPTURED,),
        having=LOW_SCORE,
        due=48 * _HOUR,
        met_by=(K.REASSURED, K.RECOVERED),
    ),
    ObligationRule(
        "thank_promoter",
        "default: 7 days",
        on=(K.FEEDBACK_CAPTURED,),
        having=PRAISE,
        due=7 * _DAY,
        each=True,
    ),
    ObligationRule("keep_promise", "000", on=(K.PROMISED,), due_by=DueBy.PROMISE, each=True),
    ObligationRule(
        "route_feedback",
        "003, 004; 7 days is a default",
        on=(K.FEEDBACK_CAPTURED,),
        due=7 * _DAY,
        each=True,
    ),
    ObligationRule(
        "thank_referral", "002; 7 days is a default", on=(K.REFERRED,), due=7 * _DAY, each=True
    ),
)
_OPENED_BY_PLACES = (
    ObligationRule(
        "record_goal",
        "Coleman; 24 hours is a default",
        enters=(Phase.ADMIT,),
        due=24 * _HOUR,
        met_by=(K.GOAL_SET,),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "share_joy",
        "Coleman; 24 hours is a default",
        enters=(Phase.ADMIT,),
        due=24 * _HOUR,
        met_by=(K.TOUCHED,),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "affirm_decision",
        "Coleman",
        at_purchase=True,
        due=48 * _HOUR,
        met_by=(K.REASSURED, K.TOUCHED),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule("hand_over", "003", at_purchase=True, due=48 * _HOUR, lasts=Lasts.CYCLE),
    ObligationRule(
        "be_there",
        "000",
        enters=(Phase.ACTIVATE,),
        due_by=DueBy.DAY_END,
        met_by=(K.TOUCHED,),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "compare_delivery", "000", enters=(Phase.ACTIVATE,), due_by=DueBy.DAY_END, lasts=Lasts.CYCLE
    ),
    ObligationRule(
        "check_in",
        "000; 7 and 30 days are defaults",
        enters=(Phase.ACCLIMATE,),
        due=7 * _DAY,
        met_by=(K.TOUCHED,),
        repeats=30 * _DAY,
        lasts=Lasts.PLACE,
    ),
    ObligationRule(
        "ask_feedback",
        "000, 003: a moment after; 1 hour is a default",
        enters=(Phase.ACCOMPLISH,),
        due=_HOUR,
        met_by=(K.FEEDBACK_ASKED, K.FEEDBACK_CAPTURED),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "record_feedback",
        "000, 003, 004",
        enters=(Phase.ACCOMPLISH,),
        due=7 * _DAY,
        met_by=(K.FEEDBACK_CAPTURED, K.FEEDBACK_DECLINED),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "celebrate_or_recover",
        "000; 7 days is a default",
        enters=(Phase.ACCOMPLISH,),
        due=7 * _DAY,
        met_by=(K.RECOVERED, K.TOUCHED, K.LOYALTY_CONFIRMED),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "confirm_loyalty",
        "000; 14 days is a default",
        enters=(Phase.ADOPT,),
        due=14 * _DAY,
        met_by=(K.LOYALTY_CONFIRMED,),
        lasts=Lasts.CYCLE,
    ),
    ObligationRule(
        "personal_contact",
        "000; 7 days is a default",
        enters=(Standing.LAPSED,),
        due=7 * _DAY,
        met_by=(K.TOUCHED,),
        lasts=Lasts.PLACE,
    ),
    ObligationRule("record_loss", "000: at once", enters=(Standing.LOST,)),
)
STANDARD_OBLIGATIONS: tuple[ObligationRule, ...] = (*_OPENED_BY_EVENTS, *_OPENED_BY_PLACES)
"""The obligations of SPEC 5."""
