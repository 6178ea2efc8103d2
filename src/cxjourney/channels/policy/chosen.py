"""What the policy makes of an intent: which channel carries it, or why none does."""

import attrs

from cxjourney.channels.policy.verdict import Ruling, Verdict
from cxjourney.contact import Channel

__all__ = ["Chosen"]


@attrs.frozen
class Chosen:
    """The channel that the policy leaves for an intent, and what it said on the way.

    Attributes:
        channel: the channel: the first that is allowed now, else the one that is allowed soonest,
            else the one that was wanted.
        verdict: the hardest verdict for that channel.
        said: every verdict but ALLOW, of every channel asked, in order.
    """

    channel: Channel
    verdict: Verdict
    said: tuple[tuple[Channel, Verdict], ...] = ()

    @property
    def ruling(self) -> Ruling:
        """What the policy says: allow, warn, defer or deny."""
        return self.verdict.ruling
