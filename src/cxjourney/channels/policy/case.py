"""The case: all that the policy may ask about when it judges one contact."""

from datetime import datetime

import attrs

from cxjourney.channels.content import Content
from cxjourney.channels.history import History
from cxjourney.channels.intent import Intent
from cxjourney.channels.profile import Profile
from cxjourney.contact import Channel
from cxjourney.obligations import Obligation
from cxjourney.situation import Situation
from cxjourney.vocabulary._checks import a_time

__all__ = ["Case"]


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
