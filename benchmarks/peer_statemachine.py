"""The walk on `python-statemachine`: a machine an instance, which is how that library works.

Guards and actions are methods of the machine. Whoever sends an event writes the record: a
callback for it costs this library more.
"""

import pickle
from operator import attrgetter

from contender import Peer, Record, Seen, expect_records
from statemachine import State, StateMachine

from cxjourney import Event

NEW = Seen("new")


class JourneyMachine(StateMachine):
    """The eight phases, their guards, and the flags that they read."""

    new = State(initial=True)
    assess = State()
    admit = State()
    affirm = State()
    activate = State()
    acclimate = State()
    accomplish = State()
    adopt = State()
    advocate = State()

    contacted = new.to(assess)
    need_admitted = assess.to(admit)
    purchased = admit.to(affirm)
    delivered = affirm.to(activate, cond="bought")
    used_again = activate.to(acclimate)
    result_achieved = acclimate.to(accomplish, cond=["bought", "nothing_open"])
    feedback_captured = accomplish.to(accomplish, internal=True)
    loyalty_shown = accomplish.to(adopt, cond=["achieved", "nothing_open", "closed"])
    loyalty_confirmed = adopt.to(adopt, internal=True)
    referred = adopt.to(advocate, cond="confirmed")
    # The library takes no state without a way out, unless it is final.
    advocacy_quiet = advocate.to(adopt)

    def __init__(self, customer: str) -> None:
        self.customer = customer
        self.has_bought = self.is_open = self.has_achieved = False
        self.is_closed = self.is_confirmed = False
        self.asked: list[tuple[str, bool]] = []
        self.records: list[Record] = []
        super().__init__()

    def seen(self) -> Seen:
        """Return the state and the flags."""
        return Seen(
            self.current_state_value,
            self.has_bought,
            self.is_open,
            self.has_achieved,
            self.is_closed,
            self.is_confirmed,
        )

    def bought(self) -> bool:
        """The customer has bought."""
        self.asked.append(("bought", self.has_bought))
        return self.has_bought

    def nothing_open(self) -> bool:
        """Nothing waits for a solution."""
        self.asked.append(("nothing_open", not self.is_open))
        return not self.is_open

    def achieved(self) -> bool:
        """The customer has the expected result."""
        self.asked.append(("achieved", self.has_achieved))
        return self.has_achieved

    def closed(self) -> bool:
        """Feedback was captured."""
        self.asked.append(("closed", self.is_closed))
        return self.is_closed

    def confirmed(self) -> bool:
        """The company has confirmed the customer's loyalty."""
        self.asked.append(("confirmed", self.is_confirmed))
        return self.is_confirmed

    def on_purchased(self) -> None:
        """Remember the purchase."""
        self.has_bought = True

    def on_result_achieved(self) -> None:
        """Remember the result."""
        self.has_achieved = True

    def on_feedback_captured(self) -> None:
        """Remember the feedback."""
        self.is_closed = True

    def on_loyalty_confirmed(self) -> None:
        """Remember the confirmation."""
        self.is_confirmed = True


class PythonStatemachine(Peer[JourneyMachine]):
    """A machine for each instance."""

    name = "python-statemachine"

    def make(self, customers: list[str]) -> list[JourneyMachine]:
        """Return machines in their initial state."""
        return [JourneyMachine(customer) for customer in customers]

    def run(self, many: list[JourneyMachine], walk: list[Event]) -> None:
        """Call each machine's events, and write a record each."""
        walk_of = [(event, attrgetter(event.kind.name)) for event in walk]
        for one in many:
            asked, records, before = one.asked, one.records, NEW
            for event, method in walk_of:
                method(one)()
                after = one.seen()
                records.append(Record(event, before, after, tuple(asked)))
                asked.clear()
                before = after

    def check(self, one: JourneyMachine) -> None:
        """Expect the last phase and ten records."""
        expect_records(self.name, one.records, "advocate")

    def forget(self, one: JourneyMachine) -> None:
        """Drop the records and the answers."""
        del one.records, one.asked

    def store(self, one: JourneyMachine) -> bytes:
        """Pickle the machine, as the library lets one do."""
        return pickle.dumps(one)
