"""Which of the intents that were called for were not decided before."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from cxjourney.channels import Intent
from cxjourney.channels._intent import occasion_key
from cxjourney.dispatch._driving import Flow, decided
from cxjourney.playbook._decided import Decided
from cxjourney.playbook._planning import nearly_due

if TYPE_CHECKING:
    from cxjourney.dispatch._unit import UnitOfWork


def undecided(unit: "UnitOfWork", intents: Iterable[Intent]) -> Flow[list[Intent]]:
    """Return the intents that were not decided before, under this name or another, each once."""
    called = [one for one in intents if one not in unit.decided]
    kept: frozenset[str] = frozenset()
    named: dict[str, list[tuple[str, str]]] = {}
    if called and not unit.whole:
        named = {one.key: _names(unit, one) for one in called}
        keys = [key for names in named.values() for key, _ in names]
        occasions = [occasion for names in named.values() for _, occasion in names]
        kept = yield from decided(unit.customer, keys, occasions)
    new, seen = list[Intent](), Decided((), unit.settings.playbook)
    for one in called:
        if any(key in kept or occasion in kept for key, occasion in named.get(one.key, ())):
            unit.decide(one)
        elif one not in seen:
            new.append(one)
        seen.add(one)
    return new


def coming_due(unit: "UnitOfWork", engagement: str, moment: datetime) -> tuple[Intent, ...]:
    """Return the reminders of what is owed on a journey that were not decided before a moment."""
    settings, segment = unit.settings, unit.profile.segment
    journey, naming = unit.journey(engagement), unit.naming(engagement)
    reminded = unit.reminded(engagement)
    return nearly_due(settings.playbook, journey, moment, segment, naming, unit.zone, reminded)


def _names(unit: "UnitOfWork", one: Intent) -> list[tuple[str, str]]:
    """Return the keys and occasions of an intent under each id that its row has, or had before."""
    ids = (one.play, *unit.settings.playbook.formerly(one.play))
    return [
        (key, occasion_key(one.engagement, id, one.cause, one.wish))
        for id in ids
        for key in unit.keys(one.engagement, id, one.occurrence)
    ]
