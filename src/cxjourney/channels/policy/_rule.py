"""A rule of the policy: the question that it asks of a case, and its verdict (SPEC 6)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import Enum, unique
from functools import lru_cache, partial

import attrs

from cxjourney.channels._content import Contact, Content, History, Profile
from cxjourney.channels._hooks import a_callable
from cxjourney.channels._intent import Intent
from cxjourney.channels.policy._limits import Limits
from cxjourney.errors import InvalidError
from cxjourney.journey import Obligation
from cxjourney.vocabulary import Channel, Lang, Situation
from cxjourney.vocabulary._checks import (
    a,
    a_time,
    all_of,
    an_id,
    as_set,
    check_id,
    check_time,
    describe,
)
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._texts import name, policy_reason


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


@attrs.frozen(repr=False)
class Verdict(Worded):
    """What one rule says of one contact through one channel.

    A judge returns ``Verdict.allow(reason)``, ``warn``, ``defer`` or ``deny``; the rule puts its
    name to it.

    Attributes:
        rule: the rule's id, such as ``C01``.
        ruling: what it says.
        reason: why, as a short name; those of the library have a text in the catalogue.
        source: where the rule comes from.
        until: when to ask again, for DEFER alone.
    """

    rule: str
    ruling: Ruling
    reason: str
    source: str
    until: datetime | None = None

    @staticmethod
    def allow(reason: str) -> "Verdict":
        """Return the verdict that the contact may be made."""
        return _allowed(reason)

    @staticmethod
    def warn(reason: str) -> "Verdict":
        """Return the verdict that the contact may be made, with a warning."""
        return _warned(reason)

    @staticmethod
    def defer(reason: str, until: datetime) -> "Verdict":
        """Return the verdict that the contact has to wait until a moment.

        Raises:
            MalformedEventError: when that is no datetime of the years 2 to 9000.
            NaiveTimeError: when it has no time zone.
        """
        return _say(Ruling.DEFER, reason, check_time(until, "verdict.until"))

    @staticmethod
    def deny(reason: str) -> "Verdict":
        """Return the verdict that the contact must not be made."""
        return _denied(reason)

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what it says and why, as a clause.

        Args:
            lang: the language.
        """
        return f"{name(self.ruling, lang)}: {policy_reason(self.reason, lang)}"

    def __repr__(self) -> str:
        return f"<Verdict: {self.ruling.name}>"


def _say(ruling: Ruling, reason: str, until: datetime | None = None) -> Verdict:
    return Verdict("", ruling, check_id(reason, "verdict.reason"), "", until)


# There are few reasons, so each verdict without a time is made once.
_allowed, _warned, _denied = (
    lru_cache(maxsize=200)(partial(_say, ruling))
    for ruling in (Ruling.ALLOW, Ruling.WARN, Ruling.DENY)
)


@attrs.frozen(repr=False)
class Case(Showable):
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
        elsewhere: where the customer stands on the other engagements (C02).
        owed_elsewhere: what the company owes on these.
        reserved: the contacts that are owed to the customer and still to be made, where this one is
            not owed: a cap keeps room for them.
    """

    intent: Intent
    channel: Channel
    now: datetime = attrs.field(validator=a_time)
    situation: Situation
    owed: Sequence[Obligation]
    history: History
    profile: Profile
    content: Content | None
    audience: int = 1
    reserved: tuple[Contact, ...] = ()
    elsewhere: tuple[Situation, ...] = ()
    owed_elsewhere: Sequence[Obligation] = ()

    def __repr__(self) -> str:
        return f"<Case: {self.intent.purpose.name} through {self.channel.name}>"


Judge = Callable[[Case, Limits], Verdict | None]
"""Judges a case; None where the rule has nothing to do with it."""


@attrs.frozen(repr=False)
class Rule(Showable):
    """One rule of the policy (SPEC 6).

    Attributes:
        id: the rule's id, such as ``C01``.
        judge: says what it thinks of a case; a pure function.
        source: where the rule comes from: an article of SPEC, an author, or ``default``.
        channels: the channels that it is for; None for all.
        internal: whether it is asked of tasks inside the company too, which reach no customer.
        gifts: whether it is asked of gifts alone: of the channel GIFT, and of any contact whose
            content is a gift.
        may_pass: whether what it denies may be allowed later, for something can change; then an
            intent waits, and is asked about again, until it lapses.

    Raises:
        InvalidError: when a field is not of its form.
    """

    id: str = attrs.field(validator=an_id)
    judge: Judge = attrs.field(validator=a_callable("a Case and Limits"))
    source: str = attrs.field(default="default", validator=an_id)
    channels: frozenset[Channel] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(as_set),
        validator=attrs.validators.optional(all_of(Channel)),
    )
    internal: bool = attrs.field(default=True, validator=a(bool))
    may_pass: bool = attrs.field(default=False, validator=a(bool))
    gifts: bool = attrs.field(default=False, validator=a(bool))

    def applies(self, channel: Channel, *, internal: bool, gift: bool = False) -> bool:
        """Say whether the rule is asked of contacts, or of internal tasks, on a channel.

        Args:
            channel: the channel.
            internal: whether it is a task inside the company.
            gift: whether the content is a gift.
        """
        suits = self.channels is None or channel in self.channels
        given = not self.gifts or gift or channel is Channel.GIFT
        return suits and given and (self.internal or not internal)

    def checked(self, found: object, now: datetime) -> Verdict:
        """Return what the judge returned as a verdict of this rule.

        Raises:
            InvalidError: when it is no verdict, or defers to a moment that has come already.
        """
        if not isinstance(found, Verdict):
            raise self.refused(f"returned {describe(found)}")
        until = found.until
        if (until is None) is (found.ruling is Ruling.DEFER):
            raise self.refused(f"returned {found.ruling.name} with {describe(until)} as its time")
        if until is not None and (until.tzinfo is None or until <= now):
            raise self.refused("deferred to the past")
        return Verdict(self.id, found.ruling, found.reason, self.source, until)

    def refused(self, found: str) -> InvalidError:
        """Return the error that says what the judge did instead of judging."""
        return InvalidError(f"Rule {self.id}.judge", found, "what allow, warn, defer or deny gives")

    def __repr__(self) -> str:
        channels = "all" if self.channels is None else len(self.channels)
        return f"<Rule for {channels} channels>"


def verdicts(rules: Iterable[Rule], case: Case, limits: Limits) -> list[Verdict]:
    """Return what rules say of a case on one of their channels, of those that it is for.

    Raises:
        InvalidError: when a judge raises, returns anything else than a verdict or None, or defers
            to a moment that has come already.
    """
    said: list[Verdict] = []
    for rule in rules:
        try:
            found = rule.judge(case, limits)
        except Exception as error:
            raise rule.refused(f"raised {type(error).__name__}") from error
        if found is not None:
            said.append(rule.checked(found, case.now))
    return said
