#!/usr/bin/env bash
# transitions 0.9.3, extensions.markup.MarkupMachine
#
# Guess: a machine that is made from another's markup, which is plain data that fits in JSON and
# which the class takes as its argument of that name, behaves as the other did.
# Seen: the markup holds the names of before_state_change under after_state_change too, so a
# machine made from it runs the first callback twice and the second never. An internal transition
# (dest=None) is written without its destination, and then the markup cannot be loaded at all.
# Why it matters: a chart that is stored this way forgets whatever is done after each step, such as
# the record of it, without an error. Keep charts in a form of your own, and compare what a
# machine that was read back does, not only its states.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check transitions==0.9.3 six==1.17.0

cat >"$here/seen.py" <<'PYTHON'
import json

from transitions.extensions.markup import MarkupMachine


class Order:
    def __init__(self):
        self.called = []

    def announce(self):
        self.called.append("announce")

    def record(self):
        self.called.append("record")


def called(machine):
    order = Order()
    machine.add_model(order, "new")
    order.buy()
    return order.called


def stored(machine):
    return json.loads(json.dumps(machine.markup))


def machine(*more):
    return MarkupMachine(
        model=None,
        states=["new", "bought"],
        initial="new",
        transitions=[["buy", "new", "bought"], *more],
        auto_transitions=False,
        before_state_change="announce",
        after_state_change="record",
    )


print("first machine:", called(machine()))
print("from its markup:", called(MarkupMachine(markup=stored(machine()))))
internal = ["note", "new", None]
written = stored(machine(internal))
print("internal transition:", written["transitions"][1])
try:
    MarkupMachine(markup=written)
except TypeError as error:
    print("from its markup:", str(error).split(") ")[1])
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py")
expected="first machine: ['announce', 'record']
from its markup: ['announce', 'announce']
internal transition: {'source': 'new', 'trigger': 'note'}
from its markup: missing 1 required positional argument: 'dest'"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'transitions no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
