"""The limits: every figure of the policy that a user can change, in one place (SPEC 6)."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import attrs

from cxjourney.channels._content import CURRENCY, a_decimal
from cxjourney.vocabulary import Channel, Phase, Purpose, Wait
from cxjourney.vocabulary._checks import (
    a,
    a_number,
    all_of,
    an_id,
    as_mapping,
    as_set,
    as_tuple,
    must,
    told,
)
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._wait import A_DAY, Span

ANSWERS: frozenset[Purpose] = frozenset({Purpose.ANSWER, Purpose.SOLVE, Purpose.APOLOGISE})
"""The purposes that answer what the customer asked or complained of."""
SERVICE_PURPOSES: frozenset[Purpose] = ANSWERS | {Purpose.CONFIRM, Purpose.REMIND}
"""The purposes that serve what the customer bought or asked, for ``Limits(service=...)``."""
NEVER_BY_TEXT = frozenset({Purpose.SELL, Purpose.ASK_REFERRAL})
"""The purposes for which nobody sends a text message, whatever the limits (X01)."""
LOYAL: frozenset[Place] = frozenset({Phase.ADOPT, Phase.ADVOCATE})
"""The places of a customer who stays by choice (C03, G04)."""
LETTER_TAKES = timedelta(days=5)
REFERRAL_GAP = timedelta(days=90)
THREE_YEARS = Wait(months=36)
LONGEST_WAIT = timedelta(days=3650)
EURO: str = "EUR"


@attrs.frozen
class Capability(Showable):
    """What the service is able to deliver, as a figure (SPEC E01).

    Attributes:
        name: what is delivered, such as ``delivery_days``; a ``Pledge`` names it.
        best: the best that a text may promise, in a unit of your own.
        smaller_is_better: whether a smaller figure is the better one, as it is for days.

    Raises:
        InvalidError: when a field is not of its form.
    """

    name: str = attrs.field(validator=an_id, repr=False)
    best: Decimal = attrs.field(validator=a_decimal)
    smaller_is_better: bool = attrs.field(validator=a(bool))

    def covers(self, value: Decimal) -> bool:
        """Say whether the service can keep the promise of a value."""
        if value.is_nan():
            return False
        return self.best <= value if self.smaller_is_better else value <= self.best


def _wait(instance: object, field: "attrs.Attribute[timedelta]", value: object) -> None:
    fits = isinstance(value, timedelta) and timedelta() < value <= LONGEST_WAIT
    expected = f"a timedelta above zero, up to {LONGEST_WAIT.days} days"
    must(fits, instance, field.name, value, expected)


def _by_the_clock(instance: object, field: "attrs.Attribute[time]", value: object) -> None:
    fits = isinstance(value, time) and value.tzinfo is None
    must(fits, instance, field.name, value, "a time without a zone: it is the customer's")


def _is_amount(value: object) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and value > 0


def _amount(instance: object, field: "attrs.Attribute[Decimal]", value: object) -> None:
    must(_is_amount(value), instance, field.name, value, "a finite Decimal above zero", told)


def _is_currency(name: object) -> bool:
    return isinstance(name, str) and CURRENCY.fullmatch(name) is not None and name != EURO


def _windows(instance: object, field: "attrs.Attribute[object]", given: object) -> None:
    fits = isinstance(given, Mapping) and all(
        isinstance(channel, Channel) and isinstance(window, Window)
        for channel, window in given.items()
    )
    must(fits, instance, field.name, given, "a Window for each of some channels")


def _gaps(instance: object, field: "attrs.Attribute[object]", given: object) -> None:
    fits = isinstance(given, Mapping) and all(
        isinstance(play, str)
        and (isinstance(gap, Wait) or (isinstance(gap, timedelta) and gap > timedelta()))
        for play, gap in given.items()
    )
    must(fits, instance, field.name, given, "a Wait, or a timedelta above zero, for ids of rows")


def _rates(instance: object, field: "attrs.Attribute[object]", rates: object) -> None:
    fits = isinstance(rates, Mapping) and all(
        _is_currency(name) and _is_amount(rate) for name, rate in rates.items()
    )
    expected = "a finite Decimal above zero for each of some currencies, EUR not among them"
    must(fits, instance, field.name, rates, expected)


def _a_span_or_none(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if value is not None and not isinstance(value, Wait):
        _wait(instance, field, value)


def _an_opening(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    daily = isinstance(value, Wait) and not (value.months or value.days or value.working_days)
    expected = "a Wait for a time of day, such as Wait(at=time(9), on_working_days=True)"
    must(daily, instance, field.name, value, expected)


@attrs.frozen
class Window(Showable):
    """When a channel may be used, by the customer's clock (SPEC 6).

    Attributes:
        opens: the wait for its next opening: for a time of day, perhaps on working days only.
        closes: until what time of the day; one before the opening is of the next day, and the
            same as the opening is the whole day.

    Raises:
        InvalidError: when a field is not of its form.
    """

    opens: Wait = attrs.field(validator=_an_opening)
    closes: time = attrs.field(validator=_by_the_clock)

    def is_open(self, moment: datetime, zone: tzinfo) -> bool:
        """Say whether it is open at a moment, by the clock of a zone."""
        local = moment.astimezone(zone)
        shown, day, begin = local.time(), local.date(), self.opens.at or time()
        if begin >= self.closes and shown < begin:
            day, within = day - A_DAY, shown < self.closes
        else:
            within = begin <= shown and (shown < self.closes or self.closes <= begin)
        return within and (not self.opens.on_working_days or self.opens.works_on(day))


@attrs.frozen
class Limits(Showable):
    """The figures of the policy; each is our default, and yours to change (SPEC 6).

    Attributes:
        service: the purposes that need no consent on record (C01), such as ``SERVICE_PURPOSES``;
            a consent that was withdrawn binds them too.
        consent_lasts: how long a consent holds at most; None for ever (C10).
        referral_gap: how long after one request for a recommendation there is no other (C03).
        ask_wait: how long a question that was asked, and not answered, stays open (S01).
        audience_limit: for how many customers one approval of a text is enough (C05).
        letter_limit: to how many customers the same letter may go before it is bulk (P01).
        video_limit: to how many customers the same video goes before it is warned of (V01).
        contacts_a_day: how many unsolicited contacts there may be on a channel and day (C08).
        contacts_a_week: how many on all channels in seven days (C08).
        solicited: the purposes that do not count as unsolicited (C08).
        zone: the company's time zone, for customers whose own is not known (C08, X02).
        quiet_from: from when no text messages are sent, in the customer's zone (X02).
        quiet_until: until when; the same as ``quiet_from`` for no quiet hours at all. What has to
            wait for another day waits for this time of it (C08).
        windows: when each channel may be used, in the customer's zone; one that is not named may be
            used at any time (S02).
        every: how long a row of the playbook that reached a customer does not do so again, by the
            row's id (S03).
        lead_time: how long a letter takes, and how long before the due time it must go (P03).
        video_seconds: how long a video may be (V01).
        gift_limit: what a gift must be worth less than, in euros (G01).
        rates: what one unit of another currency is worth in euros, by ISO 4217 letters (G01).
        capabilities: what the service can deliver; e-mails may promise nothing else (E01).

    Raises:
        InvalidError: when a field is not of its form.
    """

    service: frozenset[Purpose] = attrs.field(
        default=frozenset(), converter=as_set, validator=all_of(Purpose)
    )
    consent_lasts: Span | None = attrs.field(default=THREE_YEARS, validator=_a_span_or_none)
    referral_gap: timedelta = attrs.field(default=REFERRAL_GAP, validator=_wait)
    ask_wait: timedelta = attrs.field(default=timedelta(days=14), validator=_wait)
    audience_limit: int = attrs.field(default=100, validator=a_number(1))
    letter_limit: int = attrs.field(default=100, validator=a_number(1))
    video_limit: int = attrs.field(default=1, validator=a_number(1))
    contacts_a_day: int = attrs.field(default=1, validator=a_number(1))
    contacts_a_week: int = attrs.field(default=3, validator=a_number(1))
    solicited: frozenset[Purpose] = attrs.field(
        default=ANSWERS, converter=as_set, validator=all_of(Purpose)
    )
    zone: tzinfo = attrs.field(default=UTC, validator=a(tzinfo))
    quiet_from: time = attrs.field(default=time(21), validator=_by_the_clock)
    quiet_until: time = attrs.field(default=time(8), validator=_by_the_clock)
    windows: Mapping[Channel, Window] = attrs.field(
        factory=dict, converter=as_mapping, validator=_windows, hash=False
    )
    every: Mapping[str, Span] = attrs.field(
        factory=dict, converter=as_mapping, validator=_gaps, hash=False
    )
    lead_time: timedelta = attrs.field(default=LETTER_TAKES, validator=_wait)
    video_seconds: int = attrs.field(default=120, validator=a_number(1))
    gift_limit: Decimal = attrs.field(default=Decimal("10.00"), validator=_amount)
    rates: Mapping[str, Decimal] = attrs.field(
        factory=dict, converter=as_mapping, validator=_rates, hash=False
    )
    capabilities: tuple[Capability, ...] = attrs.field(
        default=(), converter=as_tuple, validator=all_of(Capability)
    )

    def __attrs_post_init__(self) -> None:
        names = [one.name for one in self.capabilities]
        unique = len(names) == len(set(names))
        must(unique, self, "capabilities", self.capabilities, "each name once")

    @property
    def largest_audience(self) -> int:
        """The audience above which no rule changes its verdict; counting may stop above it."""
        return max(self.audience_limit, self.letter_limit, self.video_limit)

    def capability(self, name: str) -> Capability | None:
        """Return the capability of a name, or None where none is registered."""
        return next((one for one in self.capabilities if one.name == name), None)
