"""The play: one row of the playbook."""

from collections.abc import Collection
from datetime import timedelta
from enum import Enum, unique
from typing import Any

import attrs

from cxjourney.contact import Channel, Purpose
from cxjourney.events import EventKind
from cxjourney.playbook.triggers import Trigger
from cxjourney.vocabulary._checks import a, all_of, an_id, an_id_or_none, must

__all__ = ["Play", "PlayFaultKind"]

A_WEEK = timedelta(days=7)


def _several(given: Any) -> Any:  # noqa: ANN401 - whatever is given; the validator refuses it
    return tuple(given) if isinstance(given, Collection) and not isinstance(given, str) else given


def _a_trigger(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    expected = "Entered, Opened, NearlyDue or Wished"
    must(isinstance(value, Trigger), instance, field.name, value, expected)


def _a_tuple_of(of: type) -> Any:  # noqa: ANN401 - as attrs types validators
    return attrs.validators.and_(a(tuple), all_of(of))


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


@attrs.frozen
class Play:
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
        after: how long to wait after what it answers to.
        lasts: how long after that it may still be sent; later it is skipped as stale.
        tells: the kind of event that the journey is told once it was sent; None for nothing. Where
            the kind has a field ``obligation``, the obligation that called for it is named there.
        internal: whether it is a task inside the company, through which nobody contacts the
            customer, so that neither consent nor caps are asked about; FACE_TO_FACE alone.
        was: ids that the row had before: what was decided under these is not decided again.

    Raises:
        InvalidError: when a field is not of its type.
    """

    id: str = attrs.field(validator=an_id)
    on: Trigger = attrs.field(validator=_a_trigger)
    purpose: Purpose = attrs.field(validator=a(Purpose))
    channels: tuple[Channel, ...] = attrs.field(converter=_several, validator=_a_tuple_of(Channel))
    content: str | None = attrs.field(default=None, validator=an_id_or_none)
    source: str = attrs.field(default="default", validator=an_id)
    segment: str | None = attrs.field(default=None, validator=an_id_or_none)
    after: timedelta = attrs.field(default=timedelta(), validator=a(timedelta))
    lasts: timedelta = attrs.field(default=A_WEEK, validator=a(timedelta))
    tells: EventKind | None = attrs.field(default=None, validator=a(EventKind, optional=True))
    internal: bool = attrs.field(default=False, validator=a(bool))
    was: tuple[str, ...] = attrs.field(default=(), converter=_several, validator=_a_tuple_of(str))
