"""What is told a journal when ids change, or two people turn out to be one."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from cxjourney.dispatch.journal._records import JourneyRecord, OutboxItem
from cxjourney.errors import JournalError
from cxjourney.vocabulary._terminal import Showable


@attrs.frozen(repr=False)
class Transfer(Showable):
    """That all that is kept of a customer goes under another id, at once or not at all.

    Attributes:
        source: the id under which it is kept now.
        expected: its revision, as it was read.
        target: the id under which it goes.
        target_expected: the revision of what is kept there; None where nothing is, which is a new
            name for the same customer.
        named: the new name of each of the customer's engagements, by the old one.
        journeys: how they are kept from then on, under their new names, without events and steps:
            those stay as they are.
        attention_at: when a dispatcher has to look at the customer at the latest; sooner where it
            had to before.
    """

    source: str
    expected: int
    target: str
    target_expected: int | None
    named: Mapping[str, str]
    journeys: tuple[JourneyRecord, ...]
    attention_at: datetime

    def __repr__(self) -> str:
        return f"<Transfer of {len(self.journeys)} journeys on revision {self.expected}>"

    def check(self) -> None:
        """Check that it does not contradict itself.

        Raises:
            JournalError: when it does.
        """
        new = sorted(self.named.values())
        if self.source == self.target:
            raise JournalError("Transfer.target", "the source", "another id")
        if len({*new}) < len(new) or new != sorted(one.engagement for one in self.journeys):
            raise JournalError("Transfer.journeys", "other names", "one journey for each in named")

    def taken_over(self, item: OutboxItem, offset: int) -> OutboxItem:
        """Return an intent of the source's as it is kept from then on; its key stays."""
        old = item.intent
        engagement = self.named.get(old.engagement, old.engagement)
        intent = attrs.evolve(old, customer=self.target, engagement=engagement)
        return attrs.evolve(item, intent=intent, number=item.number + offset)

    def composed(self, named: Mapping[str, str]) -> dict[str, str]:
        """Return the names of engagements under an older id of the source's, as they are then."""
        before = {old: self.named.get(new, new) for old, new in named.items()}
        return changed({**self.named, **before})


def changed(named: Mapping[str, str]) -> dict[str, str]:
    """Return those names that are other ones, in order."""
    return {old: new for old, new in sorted(named.items()) if old != new}


def check_journeys(move: Transfer, there: set[str], others: set[str]) -> None:
    """Check that a move names just the journeys that there are, and takes no name of another.

    Raises:
        JournalError: when it does not.
    """
    if {*move.named} != there:
        raise JournalError("Transfer.named", "other engagements than are kept", "each of them")
    if others & {*move.named.values()}:
        raise JournalError(
            "Transfer.named", "the name of an engagement of the target", "free names"
        )
