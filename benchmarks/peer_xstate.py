"""The walk on `xstate-statemachine`: one machine, and its synchronous interpreter an instance.

Guards and actions are plain functions of the context. Whoever sends an event writes the record:
a plug-in for it costs this library half as much again.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from contender import ARMS, PHASES, Peer, Record, Seen, expect_records
from xstate_statemachine import Event as XstateEvent
from xstate_statemachine import MachineLogic, MachineNode, SyncInterpreter, create_machine

from cxjourney import Event

Context = dict[str, Any]
NEW = Seen("journey.new")
FLAGS = ("bought", "achieved", "closed", "confirmed")


def guard(name: str) -> Callable[[Context, XstateEvent], bool]:
    """Return the guard that reads a flag and notes the answer."""

    def ask(context: Context, _: XstateEvent) -> bool:
        answer: bool = context[name]
        context["asked"].append((name, answer))
        return answer

    return ask


def nothing_open(context: Context, _: XstateEvent) -> bool:
    """Nothing waits for a solution."""
    answer = not context["open"]
    context["asked"].append(("nothing_open", answer))
    return answer


def setter(flag: str) -> Callable[[Any, Context, XstateEvent, Any], None]:
    """Return the action that sets a flag."""

    def act(_: object, context: Context, __: XstateEvent, ___: object) -> None:
        context[flag] = True

    return act


def machine() -> MachineNode[Context]:
    """Return the machine that all interpreters share."""
    states: dict[str, Any] = {state: {"on": {}} for state in ("new", *PHASES)}
    for event, source, target, guards, flag in ARMS:
        arm: dict[str, Any] = {}
        if target is not None:
            arm["target"] = target
        if guards:
            arm["guard"] = (
                guards[0] if len(guards) == 1 else {"type": "and", "children": list(guards)}
            )
        if flag is not None:
            arm["actions"] = f"set_{flag}"
        states[source]["on"][event] = arm
    return create_machine(
        {
            "id": "journey",
            "initial": "new",
            "context": {"asked": [], "open": False, **dict.fromkeys(FLAGS, False)},
            "states": states,
        },
        logic=MachineLogic(
            guards={**{flag: guard(flag) for flag in FLAGS}, "nothing_open": nothing_open},
            actions={f"set_{flag}": setter(flag) for flag in FLAGS},
        ),
    )


def seen(interpreter: SyncInterpreter[Context]) -> Seen:
    """Return the state and the flags."""
    (state,), now = interpreter.current_state_ids, interpreter.context
    return Seen(state, now["bought"], now["open"], now["achieved"], now["closed"], now["confirmed"])


class Instance(NamedTuple):
    """An interpreter and what was recorded of it."""

    customer: str
    interpreter: SyncInterpreter[Context]
    records: list[Record]


class Xstate(Peer[Instance]):
    """A synchronous interpreter for each instance."""

    name = "xstate-statemachine"

    def __init__(self) -> None:
        self.machine = machine()

    def make(self, customers: list[str]) -> list[Instance]:
        """Return started interpreters."""
        return [
            Instance(customer, SyncInterpreter(self.machine).start(), []) for customer in customers
        ]

    def run(self, many: list[Instance], walk: list[Event]) -> None:
        """Send each interpreter prebuilt events, and write a record each."""
        walk_of = [(event, XstateEvent(event.kind.name)) for event in walk]
        for one in many:
            interpreter, records = one.interpreter, one.records
            asked, before = interpreter.context["asked"], NEW
            for event, sent in walk_of:
                interpreter.send(sent)
                after = seen(interpreter)
                records.append(Record(event, before, after, tuple(asked)))
                asked.clear()
                before = after

    def check(self, one: Instance) -> None:
        """Expect the last phase and ten records."""
        expect_records(self.name, one.records, "journey.advocate")

    def forget(self, one: Instance) -> None:
        """Drop the records and the answers."""
        one.records.clear()
        del one.interpreter.context["asked"]

    def store(self, one: Instance) -> bytes:
        """Return the library's own snapshot, JSON; an interpreter cannot be pickled."""
        return one.interpreter.get_snapshot().encode()
