"""Events: something that happened, with an id, a time and a checked payload (SPEC 4)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum, unique
from types import MappingProxyType
from typing import ClassVar, cast

import attrs

from cxjourney.errors import ConflictError, MalformedEventError, UnknownKindError
from cxjourney.vocabulary._checks import (
    MAX_TEXT,
    a,
    all_of,
    check_id,
    check_time,
    describe,
    hashable,
    meant,
    must,
    told,
)
from cxjourney.vocabulary._contact import Channel, Purpose, Smiley, Touchpoint
from cxjourney.vocabulary._phases import Phase
from cxjourney.vocabulary._terminal import Showable, SupportsText, brief, code

PayloadValue = str | int | bool | Decimal | datetime | Enum
"""What one payload field may hold."""

MAX_INT = 2**53 - 1
EMPTY: Mapping[str, PayloadValue] = MappingProxyType({})


def _bound(instance: object, field: "attrs.Attribute[int | None]", value: object) -> None:
    fits = value is None or isinstance(value, int | Decimal)
    must(fits, instance, field.name, value, "a whole number or None", told)


@attrs.frozen
class Field(Showable):
    """One field of an event's payload.

    Attributes:
        name: the field's name, an identifier.
        of: its type: ``str``, ``int``, ``bool``, ``Decimal``, ``datetime`` or an enum class.
        required: whether the payload must have it; a required text must not be blank.
        low: the smallest number allowed.
        high: the largest number allowed.
    """

    name: str = attrs.field(repr=code, validator=a(str))
    of: type[str | int | Decimal | datetime | Enum] = attrs.field(
        default=str, validator=hashable("a type")
    )
    required: bool = attrs.field(default=False, validator=a(bool))
    low: int | None = attrs.field(default=None, validator=_bound)
    high: int | None = attrs.field(default=None, validator=_bound)

    __repr__ = brief

    def fault(self, value: object) -> str | None:
        """Say what would be right where ``value`` does not fit, else None."""
        if issubclass(self.of, Enum | datetime):
            fits = isinstance(value, self.of)
        else:
            fits = type(value) is self.of and self._holds(value)
        return None if fits else meant(self.of, value) or self.expected()

    def _holds(self, value: object) -> bool:
        if isinstance(value, str):
            return len(value) <= MAX_TEXT and (bool(value.strip()) or not self.required)
        if isinstance(value, Decimal):
            return value.is_finite() and self._within(value)
        return not isinstance(value, int) or (abs(value) <= MAX_INT and self._within(value))

    def _within(self, value: int | Decimal) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def expected(self) -> str:
        """Describe what fits, in words."""
        if issubclass(self.of, Enum):
            return f"one of {', '.join(f'{self.of.__name__}.{one.name}' for one in self.of)}"
        if self.of is str:
            what = "a text that is not blank" if self.required else "a text"
            return f"{what}, up to {MAX_TEXT} characters"
        if self.low is not None and self.high is not None:
            return f"{self.of.__name__} from {self.low} to {self.high}"
        if self.low is not None:
            return f"{self.of.__name__} from {self.low}"
        if self.high is not None:
            return f"{self.of.__name__} up to {self.high}"
        return {Decimal: "a finite Decimal", datetime: "an aware datetime"}.get(
            self.of, self.of.__name__
        )


def check_payload(
    kind: str, fields: tuple[Field, ...], payload: Mapping[str, object]
) -> Mapping[str, PayloadValue]:
    """Return the payload, checked and frozen; a field given as None counts as absent.

    Raises:
        MalformedEventError: for the first field that is missing, unknown or of the wrong form.
    """
    if not isinstance(payload, Mapping):
        raise MalformedEventError(f"{kind}.payload", describe(payload), "a mapping of fields")
    if not payload and not any(field.required for field in fields):
        return EMPTY
    checked: dict[str, PayloadValue] = {}
    known = {field.name: field for field in fields}
    for name, value in payload.items():
        field = known.get(name)
        if field is None:
            wanted = f"fields among {', '.join(known)}" if known else "no fields"
            found = f"a key that is no field of this kind ({describe(name)})"
            raise MalformedEventError(f"{kind}.payload", found, wanted)
        if value is None:
            continue
        expected = field.fault(value)
        if expected is not None:
            found = describe(value) if field.of is str else told(value)
            raise MalformedEventError(f"{kind}.payload.{name}", found, expected)
        checked[name] = cast("PayloadValue", value)
        if isinstance(value, datetime):
            checked[name] = check_time(value, f"{kind}.payload.{name}")
    for field in fields:
        if field.required and field.name not in checked:
            raise MalformedEventError(f"{kind}.payload.{field.name}", "missing", field.expected())
    return MappingProxyType(checked) if checked else EMPTY


@unique
class Nature(Enum):
    """Who or what an event comes from (SPEC 4.2, "Reading the table")."""

    CUSTOMER = "customer"
    COMPANY = "company"
    TIMER = "timer"
    ORDER = "order"


@attrs.frozen(cache_hash=True, repr=False)
class EventKind(Showable):
    """A kind of event, such as ``EventKind.PURCHASED``; users may add their own.

    Attributes:
        name: the kind's name, an identifier in the past tense.
        nature: who it comes from.
        rank: where it stands among events of the same instant, in the order of the journey:
            smaller comes first (SPEC 4.1, principle 2). Every built-in kind has a rank of its own.
        fields: what its payload may hold.
    """

    name: str = attrs.field(validator=a(str))
    nature: Nature = attrs.field(validator=a(Nature))
    rank: int = attrs.field(validator=hashable("a whole number"))
    fields: tuple[Field, ...] = attrs.field(default=(), validator=all_of(Field))

    ABANDONED: ClassVar["EventKind"]
    ADVOCACY_QUIET: ClassVar["EventKind"]
    ANSWERED: ClassVar["EventKind"]
    ASKED: ClassVar["EventKind"]
    COMPLAINED: ClassVar["EventKind"]
    CONSENT_GIVEN: ClassVar["EventKind"]
    CONSENT_WITHDRAWN: ClassVar["EventKind"]
    CONTACTED: ClassVar["EventKind"]
    DECLINED: ClassVar["EventKind"]
    DELIVERABLE: ClassVar["EventKind"]
    DELIVERED: ClassVar["EventKind"]
    DOUBTED: ClassVar["EventKind"]
    ERASED: ClassVar["EventKind"]
    FEEDBACK_ASKED: ClassVar["EventKind"]
    FEEDBACK_CAPTURED: ClassVar["EventKind"]
    FEEDBACK_DECLINED: ClassVar["EventKind"]
    FULFILLED: ClassVar["EventKind"]
    GOAL_SET: ClassVar["EventKind"]
    LAPSED: ClassVar["EventKind"]
    LEFT: ClassVar["EventKind"]
    LOYALTY_CONFIRMED: ClassVar["EventKind"]
    LOYALTY_SHOWN: ClassVar["EventKind"]
    MOVED: ClassVar["EventKind"]
    NEED_ADMITTED: ClassVar["EventKind"]
    PROMISED: ClassVar["EventKind"]
    PURCHASED: ClassVar["EventKind"]
    REASSURED: ClassVar["EventKind"]
    RECOMMENDATION: ClassVar["EventKind"]
    RECOVERED: ClassVar["EventKind"]
    REFERRED: ClassVar["EventKind"]
    RESULT_ACHIEVED: ClassVar["EventKind"]
    RESULT_POOR: ClassVar["EventKind"]
    RETRACTED: ClassVar["EventKind"]
    RETURNED: ClassVar["EventKind"]
    TOUCHED: ClassVar["EventKind"]
    UNDELIVERABLE: ClassVar["EventKind"]
    USED_AGAIN: ClassVar["EventKind"]
    WITHDREW: ClassVar["EventKind"]

    @staticmethod
    def builtin() -> tuple["EventKind", ...]:
        """Return every kind that the library brings, by rank."""
        return tuple(_BUILTIN.values())

    def __repr__(self) -> str:
        if _BUILTIN.get(self.name) == self:
            return f"EventKind.{self.name.upper()}"
        return f"EventKind({code(self.name)!r}, {self.nature}, rank={self.rank})"

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(repr(self))

    def __reduce__(self) -> tuple[object, ...]:
        if _BUILTIN.get(self.name) is self:
            return _builtin, (self.name,)
        return EventKind, (self.name, self.nature, self.rank, self.fields)


_CONSENT = (
    Field("channel", Channel),
    Field("purpose", Purpose),
    Field("source"),
    Field("actor"),
    Field("method"),
)
_CONSENT_GIVEN = (
    *_CONSENT,
    Field("wording"),
    Field("version"),
    Field("expires", datetime),
)
_KINDS: dict[Nature, tuple[tuple[str, int, tuple[Field, ...]], ...]] = {
    Nature.CUSTOMER: (
        ("returned", 5, ()),
        ("contacted", 10, (Field("source"),)),
        ("need_admitted", 20, (Field("need"),)),
        ("goal_set", 22, (Field("goal", required=True),)),
        ("asked", 24, (Field("question", required=True),)),
        ("doubted", 30, (Field("about"),)),
        ("abandoned", 36, (Field("step", required=True), Field("reason", required=True))),
        ("purchased", 40, (Field("amount", Decimal), Field("currency"), Field("item"))),
        ("used_again", 60, (Field("what"),)),
        ("result_achieved", 70, (Field("result"),)),
        ("result_poor", 71, (Field("result"),)),
        ("complained", 72, (Field("about"),)),
        (
            "feedback_captured",
            82,
            (
                Field("text"),
                Field("nps", int, low=0, high=10),
                Field("smiley", Smiley),
                Field("topic"),
            ),
        ),
        ("feedback_declined", 83, (Field("reason"),)),
        ("loyalty_shown", 90, (Field("how"),)),
        ("referred", 110, (Field("whom"),)),
        ("declined", 130, (Field("reason"),)),
        ("withdrew", 131, (Field("reason"),)),
        ("left", 132, (Field("reason"),)),
    ),
    Nature.COMPANY: (
        (
            "touched",
            114,
            (Field("touchpoint", Touchpoint, required=True), Field("channel", Channel)),
        ),
        ("consent_given", 14, _CONSENT_GIVEN),
        ("consent_withdrawn", 15, _CONSENT),
        ("recommendation", 16, (Field("what", required=True),)),
        ("undeliverable", 17, (Field("channel", Channel, required=True), Field("reason"))),
        ("deliverable", 18, (Field("channel", Channel, required=True),)),
        ("promised", 26, (Field("what", required=True), Field("due", datetime, required=True))),
        ("reassured", 44, (Field("how"),)),
        ("delivered", 50, (Field("what"),)),
        ("recovered", 74, (Field("how"),)),
        ("feedback_asked", 80, (Field("question"),)),
        ("loyalty_confirmed", 100, (Field("how"),)),
        ("answered", 115, (Field("obligation"), Field("answer"))),
        ("fulfilled", 145, (Field("obligation", required=True), Field("note"))),
    ),
    Nature.TIMER: (("lapsed", 140, ()), ("advocacy_quiet", 141, ())),
    Nature.ORDER: (
        (
            "moved",
            120,
            (
                Field("to", Phase, required=True),
                Field("actor", required=True),
                Field("reason", required=True),
                Field("force", bool),
            ),
        ),
        (
            "retracted",
            148,
            (
                Field("event", required=True),
                Field("actor", required=True),
                Field("reason", required=True),
            ),
        ),
        ("erased", 150, ()),
    ),
}
_made = [
    EventKind(name, nature, rank, fields)
    for nature, kinds in _KINDS.items()
    for name, rank, fields in kinds
]
_BUILTIN = {kind.name: kind for kind in sorted(_made, key=lambda kind: kind.rank)}
for _kind in _BUILTIN.values():
    setattr(EventKind, _kind.name.upper(), _kind)


def _builtin(name: str) -> EventKind:
    return _BUILTIN[name]


def unknown_kind(given: object, known: Iterable[str]) -> UnknownKindError:
    """Return the error for what is given as a kind and is none of those known by name."""
    names = tuple(sorted(known))
    if isinstance(given, EventKind):
        return UnknownKindError(given.name, names)
    meant = given.strip().lower() if isinstance(given, str) else ""
    member = f"EventKind.{meant.upper()}" if meant in _BUILTIN else None
    return UnknownKindError(describe(given), names, member)


@attrs.frozen(init=False, repr=False, weakref_slot=False)
class Event(Showable):
    """Something that happened to one journey.

    Attributes:
        kind: what happened.
        at: when, an aware datetime; kept with the UTC offset it was given in.
        id: the event's own id: the same id again is the same event, and changes nothing.
        payload: the fields of the kind. Like the id, no repr shows it, for it may hold a
            customer's words.

    Raises:
        UnknownKindError: when ``kind`` is not an EventKind.
        MalformedEventError: when time, id or payload are not of the kind's form; names the field.
        NaiveTimeError: when ``at`` has no time zone.
    """

    kind: EventKind
    at: datetime
    id: str
    payload: Mapping[str, PayloadValue] = attrs.field(hash=False)

    def __init__(
        self, kind: EventKind, at: datetime, id: str, payload: Mapping[str, object] = EMPTY
    ) -> None:
        if not isinstance(kind, EventKind):
            raise unknown_kind(kind, _BUILTIN)
        known = _BUILTIN.get(kind.name)
        if known is not None and known == kind:
            kind = known  # so that a kind of the library can be told by identity
        checked = check_payload(kind.name, kind.fields, payload)
        self.__attrs_init__(
            kind, check_time(at, f"{kind.name}.at"), check_id(id, f"{kind.name}.id"), checked
        )

    @classmethod
    def of_checked(
        cls, kind: EventKind, at: datetime, id: str, payload: Mapping[str, PayloadValue]
    ) -> "Event":
        """Return an event of parts that were checked before: a reader of logs makes millions."""
        event = cls.__new__(cls)
        event.__attrs_init__(kind, at, id, payload)
        return event

    @property
    def trigger(self) -> str:
        """The name under which the chart knows it: the kind's, and for an order its target."""
        if self.kind is not EventKind.MOVED:
            return self.kind.name
        to = self.payload["to"]
        assert isinstance(to, Phase)  # noqa: S101 - the kind's field says so
        return order_trigger(to, force=bool(self.payload.get("force")))

    def __repr__(self) -> str:
        return f"<Event {code(self.kind.name)} {self.at.isoformat()}>"

    def __reduce__(self) -> tuple[object, ...]:
        return Event, (self.kind, self.at, self.id, dict(self.payload))


def check_same(first: Event, other: Event) -> None:
    """Check that two events under one id are the same one.

    Raises:
        ConflictError: when they differ; it names in what, and tells no value.
    """
    if first is other:
        return
    differs = [name for name in ("kind", "at") if getattr(first, name) != getattr(other, name)]
    if first.kind == other.kind:
        one, two = first.payload, other.payload
        names = (field.name for field in first.kind.fields)
        differs += [f"payload.{name}" for name in names if one.get(name) != two.get(name)]
    if differs:
        raise ConflictError(
            f"{other.kind.name}.id",
            f"the id of another event, which differs in {', '.join(differs)}",
            "an id of its own",
            names=tuple(differs),
        )


def order_trigger(to: Phase, *, force: bool) -> str:
    """Return the trigger of an order to move, such as ``moved_to_adopt`` (SPEC T29)."""
    return f"{'forced' if force else 'moved'}_to_{to.name.lower()}"
