"""Judging a play of the scenario that was disturbed, by one that was not."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import attrs

from cxjourney.channels import Sent
from cxjourney.dispatch.journal import CustomerRecord, OutboxItem, State
from cxjourney.journey import Journey
from tests.dispatch.scenario import World


@attrs.frozen
class Damage:
    """What a play lost, doubled or hid; all zero is what dispatch promises.

    Attributes:
        decisions_lost: intents that should have been decided, and were not.
        decisions_doubled: intents that were decided twice, or should not have been.
        intents_lost: intents that ended otherwise than undisturbed, or reached nobody.
        journeys: journeys that ended otherwise than undisturbed.
        hidden: intents that were cut off, and nobody can see it.
        duplicates: how often customers were reached once more than they should.
    """

    decisions_lost: int
    decisions_doubled: int
    intents_lost: int
    journeys: int
    hidden: int
    duplicates: int


UNHARMED = Damage(0, 0, 0, 0, 0, 0)


@attrs.frozen(slots=False)
class Ending:
    """What a play left in its journal, read once."""

    world: World
    records: tuple[CustomerRecord, ...]

    @classmethod
    def of(cls, world: World) -> "Ending":
        """Read how a play ended."""
        journal = world.journal
        return cls(world, tuple(journal.read(customer) for customer in journal.customers()))

    @cached_property
    def outbox(self) -> dict[str, OutboxItem]:
        """Every intent that was decided, by key."""
        return {one.key: one for record in self.records for one in record.outbox}

    def named_as(self, other: "Ending") -> "Ending":
        """Return it with the keys that the same intents have in another one."""
        keys = {_name(one): one.key for one in other.outbox.values()}
        new = {one.key: keys.get(_name(one), one.key) for one in self.outbox.values()}
        records = tuple(
            attrs.evolve(
                record,
                outbox=tuple(_renamed(one, keys) for one in record.outbox),
                journeys=tuple(
                    attrs.evolve(one, data=_with_keys(one.data, new)) for one in record.journeys
                ),
            )
            for record in self.records
        )
        return Ending(self.world, records)

    @cached_property
    def occasions(self) -> Counter[tuple[str, str, str]]:
        """How often each row was decided for what called for it."""
        intents = [one.intent for one in self.outbox.values()]
        return Counter((one.engagement, one.play, one.cause) for one in intents)

    @cached_property
    def journeys(self) -> dict[tuple[str, str], object]:
        """Where each journey stands, what happened on it, and what is owed."""
        return {
            (record.customer, kept.engagement): _told(Journey.from_dict(dict(kept.data)))
            for record in self.records
            for kept in record.journeys
        }

    def ended_as(self, other: "Ending", key: str) -> bool:
        """Say whether an intent ended as it should, and reached its customer if it says so."""
        here, there = self.outbox[key], other.outbox[key]
        sent = here.state is State.SENT
        return (
            (here.state, here.channel) == (there.state, there.channel)
            and sent == bool(self.world.carriers.reached[key])
            and (here.attempts <= 1 or self._times_sent(key) == sent)
        )

    def _times_sent(self, key: str) -> int:
        return sum(isinstance(one.outcome, Sent) for one in self.world.journal.attempts(key))


def _name(item: OutboxItem) -> tuple[str, str, str, str]:
    intent = item.intent
    return intent.customer, intent.engagement, intent.play, intent.occurrence


def _renamed(item: OutboxItem, keys: dict[tuple[str, str, str, str], str]) -> OutboxItem:
    key = keys.get(_name(item), item.key)
    return attrs.evolve(item, intent=attrs.evolve(item.intent, key=key))


def _with_keys(data: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """Return a journey as it is kept, in whose events other keys are named."""
    told = json.dumps(dict(data))
    for old, key in new.items():
        told = told.replace(old, key)
    found: dict[str, Any] = json.loads(told)
    return found


def _told(journey: Journey) -> object:
    events = sorted(step.event.id for step in journey.history if step.seq)
    owed = sorted(one.rule for one in journey.owed)
    return journey.situation, tuple(events), tuple(owed)


def damage(ending: Ending, undisturbed: Ending) -> Damage:
    """Compare how a play ended with how an undisturbed one did."""
    decided, wanted, world = ending.outbox.keys(), undisturbed.outbox.keys(), ending.world
    unlike = [key for key in decided & wanted if not ending.ended_as(undisturbed, key)]
    journeys = undisturbed.journeys.items() ^ ending.journeys.items()
    reached = world.carriers.reached
    return Damage(
        decisions_lost=len(wanted - decided),
        decisions_doubled=len(decided - wanted) + ending.occasions.total() - len(ending.occasions),
        intents_lost=len(unlike),
        journeys=len({name for name, _ in journeys}),
        hidden=len(world.cut_off - world.seen),
        duplicates=reached.total() - len(+reached),
    )
