"""Enrolling: a row that was added later is applied to those who are there already."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from cxjourney.channels import Intent
from cxjourney.dispatch._deciding import insist, open_whole, plan
from cxjourney.dispatch._driving import Flow, bare, customers
from cxjourney.dispatch._settings import Settings, now
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.errors import InvalidError, JournalError
from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Wished
from cxjourney.playbook._planning import AtHand, intent_for
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._texts import name, say


@attrs.frozen
class Enrolled(Worded):
    """How many are enrolled in a row that was added later, or would be.

    Attributes:
        looked_at: how many customers were looked at.
        customers: how many of them the row is for.
        states: how its intents stand: planned for their moment, waiting, or denied.
        written: whether they were planned; False where it was only tried.
        unread: the handles of customers of whom what is kept could not be read.
    """

    looked_at: int = 0
    customers: int = 0
    states: Mapping[State, int] = attrs.field(factory=dict)
    written: bool = False
    unread: tuple[str, ...] = attrs.field(default=(), repr=False)

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words how many customers were looked at, and how the intents stand."""
        handled = ", ".join(f"{name(state, lang)}: {count}" for state, count in self.states.items())
        key = "enrolled" if self.written else "would_enrol"
        figures = {"looked_at": self.looked_at, "customers": self.customers}
        return say(key, lang, **figures, handled=handled or "-")


def enrol(settings: Settings, id: str, *, write: bool) -> Flow[Enrolled]:
    """Apply a row to the customers who are in its phase, or to whom what it is about is owed.

    It counts from now. Whoever the row was decided for before is left out.

    Raises:
        InvalidError: when the playbook has no such row, or the row counts from another one.
    """
    rows = [play for play in settings.playbook.plays if play.id == id and play.channels]
    if not any(isinstance(play.on, Entered | Opened | NearlyDue | Wished) for play in rows):
        expected = "the id of a row that answers to a phase, something owed or a wish"
        raise InvalidError("enrol.id", describe(id), expected)
    done, last = Enrolled(written=write), ""
    states, unread = Counter[State](), list[str]()
    while page := (yield from customers(last)):
        for customer in page:
            try:
                planned = yield from _enrol_one(settings, customer, id, write=write)
            except JournalError:
                raise
            except Exception:  # noqa: BLE001 - one customer's trouble hides nobody else
                unread.append((yield from bare(customer)).handle)
            else:
                states.update(one.state for one in planned)
                done = attrs.evolve(done, customers=done.customers + bool(planned))
        done, last = attrs.evolve(done, looked_at=done.looked_at + len(page)), page[-1]
    found = {state: states[state] for state in State if states[state]}
    return attrs.evolve(done, states=found, unread=tuple(unread))


def _enrol_one(
    settings: Settings, customer: str, id: str, *, write: bool
) -> Flow[tuple[OutboxItem, ...]]:
    def decide() -> "Flow[tuple[UnitOfWork, tuple[OutboxItem, ...]]]":
        unit = yield from open_whole(settings, customer)
        play = settings.playbook.find(id, unit.profile.segment)
        called = [] if play is None else [*_calls(unit, play, now(settings))]
        return unit, (yield from plan(unit, called))

    if write:
        return (yield from insist(decide))
    _, planned = yield from decide()
    return planned


def _calls(unit: UnitOfWork, play: Play, now: datetime) -> Iterator[Intent]:
    """Yield what a row calls for of a customer who is there already, as if it had happened now."""
    rows = unit.settings.playbook.resolved(unit.profile.segment)
    for engagement, journey in unit.journeys.items():
        stays, terms = unit.stays(engagement), AtHand(journey, unit.naming(engagement), unit.zone)
        for row, wish in rows.entered.get(journey.place, ()):
            if row == play and stays.name is not None and stays.cause is not None:
                called = stays.name if wish is None else f"{stays.name}:{wish}"
                yield intent_for(
                    *(play, terms, now, called, stays.cause, journey.cycle),
                    place=journey.place,
                    wish=wish,
                )
        rule = play.on.rule if isinstance(play.on, Opened | NearlyDue) else None
        for one in journey.owed:
            if one.rule == rule:
                yield intent_for(play, terms, now, one.key, one.event, one.cycle, owed=one)
