"""The rule: a named question that the policy asks of every case on its channels."""

from collections.abc import Callable

import attrs

from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.limits import Limits
from cxjourney.channels.policy.opinion import Opinion
from cxjourney.channels.policy.verdict import Verdict
from cxjourney.contact import Channel
from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import a, all_of, an_id, as_set, describe, must

__all__ = ["Judge", "Rule"]

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
