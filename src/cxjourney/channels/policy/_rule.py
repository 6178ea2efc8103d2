"""A rule of the policy: the question that it asks of a case, and its verdict (SPEC 6)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, unique
from functools import lru_cache, partial

import attrs

from cxjourney.channels._content import Content, History, Profile
from cxjourney.channels._intent import Intent
from cxjourney.channels.policy._limits import Limits
from cxjourney.errors import InvalidError
from cxjourney.journey import Obligation
from cxjourney.vocabulary import Channel, Situation
from cxjourney.vocabulary._checks import a, a_time, all_of, an_id, as_set, describe, must


@unique
class Ruling(Enum):
    """What a rule says, from mild to hard (SPEC 6)."""

    ALLOW = "allow"
    WARN = "warn"
    DEFER = "defer"
    DENY = "deny"

    @property
    def passes(self) -> bool:
        """Whether the contact may be made now."""
        return self is Ruling.ALLOW or self is Ruling.WARN


@attrs.frozen
class Verdict:
    """What one rule says of one contact through one channel.

    Attributes:
        rule: the rule's id, such as ``C01``.
        ruling: what it says.
        reason: why, as a short name that the catalogue of texts knows.
        source: where the rule comes from.
        until: when to ask again, for DEFER alone.
    """

    rule: str
    ruling: Ruling
    reason: str
    source: str
    until: datetime | None = None


@attrs.frozen
class Case:
    """One contact through one channel, before the policy.

    Attributes:
        intent: what is to be done.
        channel: the channel that is asked about.
        now: the moment.
        situation: where the customer stands.
        owed: what the company owes on this journey.
        history: what was between customer and company.
        profile: what the company's files say of the customer.
        content: what would be said; None where there is none for this channel and language.
        audience: how many customers the same text was meant for so far, this one among them; the
            dispatcher stops counting just above the policy's ``largest_audience``.
    """

    intent: Intent
    channel: Channel
    now: datetime = attrs.field(validator=a_time)
    situation: Situation
    owed: tuple[Obligation, ...]
    history: History
    profile: Profile
    content: Content | None
    audience: int = 1


@attrs.frozen
class Opinion:
    """What a judge says of a case.

    Attributes:
        ruling: what it says.
        reason: why, as a short name; those of the library have a text in the catalogue.
        until: when to ask again: for DEFER a time, else None.

    Raises:
        InvalidError: when a field is not of its form.
        NaiveTimeError: when ``until`` has no time zone.
    """

    ruling: Ruling = attrs.field(validator=a(Ruling))
    reason: str = attrs.field(validator=an_id)
    until: datetime | None = attrs.field(default=None, validator=attrs.validators.optional(a_time))

    def __attrs_post_init__(self) -> None:
        defers = self.ruling is Ruling.DEFER
        must(defers == (self.until is not None), self, "until", self.until, "a time for DEFER only")


# There are few reasons, so each opinion without a time is made and checked once.
_allowed = lru_cache(maxsize=200)(partial(Opinion, Ruling.ALLOW))
_warned = lru_cache(maxsize=200)(partial(Opinion, Ruling.WARN))
_denied = lru_cache(maxsize=200)(partial(Opinion, Ruling.DENY))


def allow(reason: str) -> Opinion:
    """Return the opinion that the contact may be made."""
    return _allowed(reason)


def warn(reason: str) -> Opinion:
    """Return the opinion that the contact may be made, with a warning."""
    return _warned(reason)


def defer(reason: str, until: datetime) -> Opinion:
    """Return the opinion that the contact has to wait until a moment."""
    return Opinion(Ruling.DEFER, reason, until)


def deny(reason: str) -> Opinion:
    """Return the opinion that the contact must not be made."""
    return _denied(reason)


Judge = Callable[[Case, Limits], Opinion | None]
"""Gives an opinion on a case; None where the rule has nothing to do with it."""


def _a_judge(instance: object, field: "attrs.Attribute[Judge]", value: object) -> None:
    must(callable(value), instance, field.name, value, "a callable that takes a Case and Limits")


@attrs.frozen
class Rule:
    """One rule of the policy (SPEC 6).

    Attributes:
        id: the rule's id, such as ``C01``.
        judge: gives its opinion on a case; a pure function.
        source: where the rule comes from: an article of SPEC, an author, or ``default``.
        channels: the channels that it is for; None for all.
        internal: whether it is asked of tasks inside the company too, which reach no customer.

    Raises:
        InvalidError: when a field is not of its form.
    """

    id: str = attrs.field(validator=an_id)
    judge: Judge = attrs.field(validator=_a_judge)
    source: str = attrs.field(default="default", validator=an_id)
    channels: frozenset[Channel] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(as_set),
        validator=attrs.validators.optional(all_of(Channel)),
    )
    internal: bool = attrs.field(default=True, validator=a(bool))

    def verdict(self, case: Case, limits: Limits) -> Verdict | None:
        """Return what the rule says of a case; None where it does not apply.

        Raises:
            InvalidError: when the judge raises, returns anything else than an opinion or None, or
                defers to a moment that has come already.
        """
        applies = self.applies(case.channel, internal=case.intent.internal)
        return self.judged(case, limits) if applies else None

    def applies(self, channel: Channel, *, internal: bool) -> bool:
        """Say whether the rule is asked of contacts, or of internal tasks, on a channel."""
        suits = self.channels is None or channel in self.channels
        return suits and (self.internal or not internal)

    def judged(self, case: Case, limits: Limits) -> Verdict | None:
        """Return what the rule says of a case to which it applies; see ``verdict``."""
        try:
            found = self.judge(case, limits)
        except Exception as error:
            name = type(error).__name__
            raise InvalidError(
                f"Rule {self.id}.judge", f"raised {name}", "an Opinion or None"
            ) from error
        if found is None:
            return None
        if not isinstance(found, Opinion):
            raise InvalidError(
                f"Rule {self.id}.judge", f"returned {describe(found)}", "an Opinion or None"
            )
        if found.until is not None and found.until <= case.now:
            raise InvalidError(
                f"Rule {self.id}.judge", "deferred to the past", "a time after the case's now"
            )
        return Verdict(self.id, found.ruling, found.reason, self.source, found.until)


A_DAY = timedelta(days=1)


def zone_of(case: Case, limits: Limits) -> tzinfo:
    """Return the customer's time zone, or the company's where that is not known."""
    return case.profile.zone or limits.zone


def first_moment(
    now: datetime, zone: tzinfo, at: time, fits: Callable[[datetime], bool]
) -> datetime:
    """Return the first moment after ``now`` at which clocks in a zone show ``at`` and which fits.

    Where clocks skip that time, it is the moment that they show instead; where they show it twice,
    either moment will do. It is in UTC.

    Args:
        now: the moment after which to look.
        zone: the zone of the clocks.
        at: the time that clocks are to show.
        fits: whether a moment will do; some moment of a later day must.
    """
    day = now.astimezone(zone).date()
    while True:
        for moment in _showing(day, at, zone):
            if moment > now and fits(moment):
                return moment
        day += A_DAY


def _showing(day: date, at: time, zone: tzinfo) -> Iterator[datetime]:
    """Yield the moments, in order, at which clocks show a time of a day.

    Of a time that is skipped one reading lies before the gap, where clocks show another day or
    time: there the caller's condition holds or not as anywhere else.
    """
    shown = datetime.combine(day, at)
    yield from sorted({shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
