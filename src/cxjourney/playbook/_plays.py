"""The play: one row of the playbook, and what it answers to."""

from datetime import timedelta
from enum import Enum, unique
from typing import Any

import attrs

from cxjourney.vocabulary import Channel, EventKind, Phase, Purpose, Standing
from cxjourney.vocabulary._checks import a, a_number, all_of, an_id, an_id_or_none, as_tuple, must
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._wait import Span
from cxjourney.wishes import WishKind


def _a_place(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    must(isinstance(value, Phase | Standing), instance, field.name, value, "a Phase or Standing")


@attrs.frozen
class Entered(Showable):
    """The customer came to a phase, or fell silent, or was lost.

    Attributes:
        place: the phase or standing.

    Raises:
        InvalidError: when it is neither.
    """

    place: Place = attrs.field(validator=_a_place)


@attrs.frozen
class Opened(Showable):
    """The company began to owe something.

    Attributes:
        rule: the id of the chart's rule, such as ``answer``.

    Raises:
        InvalidError: when it is not of its form.
    """

    rule: str = attrs.field(validator=an_id, repr=False)


@attrs.frozen
class NearlyDue(Showable):
    """Something that the company owes is nearly due, and not done.

    Attributes:
        rule: the id of the chart's rule.
        before: how long before it is due; where it is due sooner than that, as soon as it is owed.

    Raises:
        InvalidError: when a field is not of its form.
    """

    rule: str = attrs.field(validator=an_id, repr=False)
    before: timedelta = attrs.field(validator=a(timedelta))


@attrs.frozen
class RowSent(Showable):
    """Another row of the playbook was sent: this one counts from it, and never comes without it.

    Attributes:
        row: the id of the other row.
        owed: the id of the chart's rule under which something must still be owed, such as
            ``record_feedback`` for a reminder of a request; None for a row that comes as long as
            the customer is where the other one was called for.

    Raises:
        InvalidError: when a field is not of its form.
    """

    row: str = attrs.field(validator=an_id, repr=False)
    owed: str | None = attrs.field(default=None, validator=an_id_or_none, repr=False)


@attrs.frozen
class Wished(Showable):
    """The customer came to the phase to which a wish of some kind belongs.

    Attributes:
        kind: the kind of the wish.

    Raises:
        InvalidError: when it is no kind of wish.
    """

    kind: WishKind = attrs.field(validator=a(WishKind))


Trigger = Entered | Opened | NearlyDue | RowSent | Wished
"""What a row of the playbook answers to."""


A_WEEK = timedelta(days=7)


def _a_trigger(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    expected = "Entered, Opened, NearlyDue, RowSent or Wished"
    must(isinstance(value, Trigger), instance, field.name, value, expected)


def _a_span(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    must(isinstance(value, Span), instance, field.name, value, "a timedelta or a Wait")


@unique
class PlayFaultKind(Enum):
    """What can be wrong with a row of a playbook, or with one of its wishes."""

    BAD_NAME = "bad name"
    NAME_CLASH = "name clash"
    UNKNOWN_ROW = "unknown row"
    UNKNOWN_RULE = "unknown obligation rule"
    UNKNOWN_PLACE = "place never reached"
    BAD_TIME = "bad time"
    BAD_CHANNEL = "unfit channel"
    NO_CONTENT = "no content"
    WRONG_MOMENT = "purpose at the wrong moment"
    BAD_TELLS = "unfit event to tell"
    ENDLESS = "calls for itself without end"
    BAD_WISH = "unfit wish"


@attrs.frozen(repr=False)
class Play(Showable):
    """One row of the playbook: what something that happened calls for.

    Whether it makes sense is checked when it becomes part of a ``Playbook``.

    Attributes:
        id: the row's name, an identifier; it is part of the intents' keys.
        on: what it answers to.
        purpose: what the contact is for.
        channels: the channels in order: the wanted one first, then fallbacks. None at all says
            that nothing is done, on purpose.
        content: the id of what is said, see ``Library``; None for a task that needs no text.
        source: where the row comes from: an article of SPEC, an author, or ``default``.
        segment: whose row it is; None for everybody for whose segment there is no row of this id.
        after: how long to wait after what it answers to; a ``Wait`` goes by the customer's clock.
        lasts: how long after that it may still be sent; later it is skipped as stale.
        tells: the kind of event that the journey is told once it was sent; None for nothing. Where
            the kind has a field ``obligation``, the obligation that called for it is named there.
        internal: whether it is a task inside the company, through which nobody contacts the
            customer, so that neither consent nor caps are asked about; FACE_TO_FACE alone.
        priority: which of several intents that wait goes first: that of the row with the greater
            number; at the same number what is due first.
        was: ids that the row had before: what was decided under these is not decided again.

    Raises:
        InvalidError: when a field is not of its type.
    """

    id: str = attrs.field(validator=an_id)
    on: Trigger = attrs.field(validator=_a_trigger)
    purpose: Purpose = attrs.field(validator=a(Purpose))
    channels: tuple[Channel, ...] = attrs.field(converter=as_tuple, validator=all_of(Channel))
    content: str | None = attrs.field(default=None, validator=an_id_or_none)
    source: str = attrs.field(default="default", validator=an_id)
    segment: str | None = attrs.field(default=None, validator=an_id_or_none)
    after: Span = attrs.field(default=timedelta(), validator=_a_span)
    lasts: timedelta = attrs.field(default=A_WEEK, validator=a(timedelta))
    tells: EventKind | None = attrs.field(default=None, validator=a(EventKind, optional=True))
    internal: bool = attrs.field(default=False, validator=a(bool))
    priority: int = attrs.field(default=0, validator=a_number(-1000, 1000))
    was: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=all_of(str))

    def __repr__(self) -> str:
        channels = ", ".join(one.name for one in self.channels) or "nothing"
        return f"<Play on {type(self.on).__name__}: {self.purpose.name} through {channels}>"
