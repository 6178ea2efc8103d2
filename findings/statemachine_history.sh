#!/usr/bin/env bash
# python-statemachine 3.2.2 beside xstate-statemachine 0.11.0
#
# Guess: a history state that has nothing to remember yet, and no default of its own, leads to the
# initial state of the state it stands in, as UML and XState have it; or the class is refused.
# Seen: python-statemachine leaves the old state and enters none. The configuration is empty, the
# model's stored state becomes None, nothing is raised, and each later event is accepted
# and does nothing. The same chart in xstate-statemachine goes to the initial state.
# Why it matters: "back to where the customer was" is what history is for, and a customer may come
# back to a part they never saw. The journey is then lost for good, and its stored place with
# it. Give each history state a default transition, and check that some state is active.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    python-statemachine==3.2.2 xstate-statemachine==0.11.0

cat >"$here/seen.py" <<'PYTHON'
import logging

from statemachine import HistoryState, State, StateChart
from xstate_statemachine import SyncInterpreter, create_machine


class Visit(StateChart):
    away = State(initial=True)

    class shop(State.Compound):
        looking = State(initial=True)
        paying = State()
        last = HistoryState()
        pay = looking.to(paying)
        look = paying.to(looking)

    leave = shop.to(away)
    come_back = away.to(shop.last)


class Stored:
    state = None


logging.disable(logging.CRITICAL)
stored = Stored()
visit = Visit(stored)
print("python-statemachine:", list(visit.configuration_values), stored.state)
for event in ["come_back", "pay", "leave"]:
    visit.send(event)
    print(f"after {event}:", list(visit.configuration_values), stored.state)

peer = SyncInterpreter(
    create_machine(
        {
            "id": "visit",
            "initial": "away",
            "states": {
                "away": {"on": {"COME_BACK": "shop.last"}},
                "shop": {
                    "initial": "looking",
                    "on": {"LEAVE": "away"},
                    "states": {
                        "looking": {"on": {"PAY": "paying"}},
                        "paying": {"on": {"LOOK": "looking"}},
                        "last": {"type": "history"},
                    },
                },
            },
        }
    )
).start()
peer.send("COME_BACK")
print("xstate-statemachine, after COME_BACK:", sorted(peer.current_state_ids))
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py")
expected="python-statemachine: ['away'] away
after come_back: [] None
after pay: [] None
after leave: [] None
xstate-statemachine, after COME_BACK: ['visit.shop.looking']"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'the two no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
