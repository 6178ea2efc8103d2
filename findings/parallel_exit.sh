#!/usr/bin/env bash
# transitions 0.9.3, python-statemachine 3.2.2, xstate-statemachine 0.11.0, sismic 1.6.14
#
# Guess: where one event asks a region of a parallel state to leave it for good, and another region
# to move within it, all take the same one of the two (SCXML: the region that is written first).
# Seen: four packages, four answers. transitions leaves the parallel state, runs what is due on
# entering the other, and then takes the second region's step: the customer stands in that one
# region, in neither the parallel state nor the one entered, where the first region leaves; where
# the second leaves, the customer is gone. python-statemachine takes the region that is written
# first; xstate-statemachine, which says it follows SCXML, leaves in either order; sismic raises.
# Why it matters: "stop" is the event that everything listens to: one region hushes the mail,
# another closes the account. A chart that is moved between these packages lets people go whom it
# kept, and with transitions part of a closed journey goes on. Let one transition of the parallel
# state itself leave it, and let no region listen to that event.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    transitions==0.9.3 six==1.17.0 python-statemachine==3.2.2 xstate-statemachine==0.11.0 \
    sismic==1.6.14

cat >"$here/seen.py" <<'PYTHON'
import logging

from sismic.exceptions import ConflictingTransitionsError
from sismic.interpreter import Interpreter
from sismic.io import import_from_yaml
from statemachine import State, StateChart
from transitions.extensions import HierarchicalMachine
from xstate_statemachine import SyncInterpreter, create_machine

logging.disable(logging.CRITICAL)


def by_transitions(mail_to, calls_to):
    class Customer:
        pass

    places = {"quiet": "cared_mail_quiet", "dropped": "cared_calls_dropped", "gone": "gone"}
    customer = Customer()
    HierarchicalMachine(
        customer,
        states=[
            {
                "name": "cared",
                "parallel": [
                    {"name": "mail", "initial": "on", "children": ["on", "quiet"]},
                    {"name": "calls", "initial": "due", "children": ["due", "dropped"]},
                ],
            },
            "gone",
        ],
        initial="cared",
        transitions=[
            ["stop", "cared_mail_on", places[mail_to]],
            ["stop", "cared_calls_due", places[calls_to]],
        ],
        auto_transitions=False,
    )
    customer.stop()
    return customer.state


def by_python_statemachine(mail_to, calls_to):
    class Customer(StateChart):
        class cared(State.Parallel, initial=True):
            class mail(State.Compound):
                on = State(initial=True)
                quiet = State()
                hush = on.to(quiet)
                wake = quiet.to(on)

            class calls(State.Compound):
                due = State(initial=True)
                dropped = State()
                drop = due.to(dropped)
                plan = dropped.to(due)

        gone = State(final=True)
        places = {"quiet": cared.mail.quiet, "dropped": cared.calls.dropped, "gone": gone}
        stop = cared.mail.on.to(places[mail_to]) | cared.calls.due.to(places[calls_to])

    customer = Customer()
    customer.send("stop")
    return sorted(set(customer.configuration_values) - {"cared", "mail", "calls"})


def by_xstate_statemachine(mail_to, calls_to):
    def target(name):
        return "#customer.gone" if name == "gone" else name

    customer = SyncInterpreter(
        create_machine(
            {
                "id": "customer",
                "initial": "cared",
                "states": {
                    "cared": {
                        "type": "parallel",
                        "states": {
                            "mail": {
                                "initial": "on",
                                "states": {"on": {"on": {"STOP": target(mail_to)}}, "quiet": {}},
                            },
                            "calls": {
                                "initial": "due",
                                "states": {
                                    "due": {"on": {"STOP": target(calls_to)}},
                                    "dropped": {},
                                },
                            },
                        },
                    },
                    "gone": {},
                },
            }
        )
    ).start()
    customer.send("STOP")
    return sorted(name.rpartition(".")[2] for name in customer.current_state_ids)


CHART = """
statechart:
  name: customer
  root state:
    name: root
    initial: cared
    states:
      - name: cared
        parallel states:
          - name: mail
            initial: "on"
            states:
              - name: "on"
                transitions: [{event: stop, target: %s}]
              - name: quiet
          - name: calls
            initial: due
            states:
              - name: due
                transitions: [{event: stop, target: %s}]
              - name: dropped
      - name: gone
"""


def by_sismic(mail_to, calls_to):
    customer = Interpreter(import_from_yaml(CHART % (mail_to, calls_to)))
    try:
        customer.queue("stop").execute()
    except ConflictingTransitionsError as error:
        return type(error).__name__
    return sorted(customer.configuration)


for answer in (by_transitions, by_python_statemachine, by_xstate_statemachine, by_sismic):
    print(f"{answer.__name__[3:]}: {answer('gone', 'dropped')}; {answer('quiet', 'gone')}")
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py")
expected="transitions: cared_calls_dropped; gone
python_statemachine: ['gone']; ['due', 'quiet']
xstate_statemachine: ['gone']; ['gone']
sismic: ConflictingTransitionsError; ConflictingTransitionsError"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
