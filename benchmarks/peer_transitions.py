"""The walk on stock `transitions`, in the two ways that its models can be held.

Guards are conditions of the machine, flags are set by its ``after`` callbacks. Guards and
callbacks are functions, not names, which saves the library a look-up each.
"""

import pickle
from collections.abc import Callable
from operator import attrgetter
from typing import Protocol

from contender import ARMS, PHASES, Peer, Record, Seen, expect_records
from transitions import Machine

from cxjourney import Event

NEW = Seen("new")


class Customer:
    """A model: the state, the flags, what was seen and asked last, the records."""

    __slots__ = (
        "achieved",
        "asked",
        "bought",
        "closed",
        "confirmed",
        "customer",
        "open",
        "records",
        "seen",
        "state",
    )

    def __init__(self, customer: str) -> None:
        self.customer = customer
        self.state = "new"
        self.bought = self.open = self.achieved = self.closed = self.confirmed = False
        self.seen = NEW
        self.asked: list[tuple[str, bool]] = []
        self.records: list[Record] = []

    def write(self, event: Event) -> None:
        """Write down what an event did."""
        after = Seen(self.state, self.bought, self.open, self.achieved, self.closed, self.confirmed)
        self.records.append(Record(event, self.seen, after, tuple(self.asked)))
        self.seen = after
        self.asked.clear()


class OpenCustomer(Customer):
    """A model that ``add_model`` can give its trigger methods."""


class Fired(Protocol):
    """What the library hands to guards and callbacks, as far as they use it."""

    model: Customer
    args: tuple[Event]


def bought(data: Fired) -> bool:
    """The customer has bought."""
    model = data.model
    model.asked.append(("bought", model.bought))
    return model.bought


def nothing_open(data: Fired) -> bool:
    """Nothing waits for a solution."""
    model = data.model
    model.asked.append(("nothing_open", not model.open))
    return not model.open


def achieved(data: Fired) -> bool:
    """The customer has the expected result."""
    model = data.model
    model.asked.append(("achieved", model.achieved))
    return model.achieved


def closed(data: Fired) -> bool:
    """Feedback was captured."""
    model = data.model
    model.asked.append(("closed", model.closed))
    return model.closed


def confirmed(data: Fired) -> bool:
    """The company has confirmed the customer's loyalty."""
    model = data.model
    model.asked.append(("confirmed", model.confirmed))
    return model.confirmed


def set_bought(data: Fired) -> None:
    """Remember the purchase."""
    data.model.bought = True


def set_achieved(data: Fired) -> None:
    """Remember the result."""
    data.model.achieved = True


def set_closed(data: Fired) -> None:
    """Remember the feedback."""
    data.model.closed = True


def set_confirmed(data: Fired) -> None:
    """Remember the confirmation."""
    data.model.confirmed = True


def write_down(data: Fired) -> None:
    """Write down what an event did, from the inside."""
    data.model.write(*data.args)


GUARDS = {guard.__name__: guard for guard in (bought, nothing_open, achieved, closed, confirmed)}
SETTERS = {
    "bought": set_bought,
    "achieved": set_achieved,
    "closed": set_closed,
    "confirmed": set_confirmed,
}


def machine(after: Callable[[Fired], None] | None = None) -> Machine:
    """Return a machine without a model; events reach guards and callbacks as ``EventData``."""
    return Machine(
        model=None,
        states=["new", *PHASES],
        initial="new",
        transitions=[
            {
                "trigger": trigger,
                "source": source,
                "dest": target,
                "conditions": [GUARDS[guard] for guard in guards],
                "after": [] if flag is None else [SETTERS[flag]],
            }
            for trigger, source, target, guards, flag in ARMS
        ],
        auto_transitions=False,
        send_event=True,
        after_state_change=after,
    )


class Stock(Peer[Customer]):
    """Models that the machine does not know; whoever triggers an event writes the record.

    The quickest and smallest way: the machine's events are triggered with the model, and the
    record needs no callback.
    """

    name = "transitions, model=None"

    def __init__(self) -> None:
        self.machine = machine()

    def make(self, customers: list[str]) -> list[Customer]:
        """Return plain models."""
        return [Customer(customer) for customer in customers]

    def run(self, many: list[Customer], walk: list[Event]) -> None:
        """Trigger the machine's events with each model, and write a record each."""
        walk_of = [(event, self.machine.events[event.kind.name].trigger) for event in walk]
        for one in many:
            for event, trigger in walk_of:
                trigger(one, event)
                one.write(event)

    def check(self, one: Customer) -> None:
        """Expect the last phase and ten records."""
        expect_records(self.name, one.records, "advocate")

    def forget(self, one: Customer) -> None:
        """Drop the records, and what was seen and asked."""
        del one.records, one.seen, one.asked

    def store(self, one: Customer) -> bytes:
        """Pickle the model."""
        return pickle.dumps(one)


class StockAddModel(Stock):
    """Models with trigger methods of their own; a callback of the machine writes the record.

    The way that the library's manual shows.
    """

    name = "transitions, add_model"

    def __init__(self) -> None:
        self.machine = machine(after=write_down)

    def make(self, customers: list[str]) -> list[Customer]:
        """Return models that the machine knows."""
        models: list[Customer] = [OpenCustomer(customer) for customer in customers]
        self.machine.add_model(models)
        return models

    def run(self, many: list[Customer], walk: list[Event]) -> None:
        """Call each model's trigger methods."""
        walk_of = [(event, attrgetter(event.kind.name)) for event in walk]
        for one in many:
            for event, method in walk_of:
                method(one)(event)

    def clear(self) -> None:
        """Let the machine forget its models; one by one takes it long."""
        self.machine.models.clear()
