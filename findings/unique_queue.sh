#!/usr/bin/env bash
# persist-queue 1.1.0: UniqueQ and UniqueAckQ
#
# Guess: a queue of unique items refuses what is waiting in it already, and takes it again once it
# has been worked off, as UniqueQ does; two items that are equal are the same item.
# Seen: UniqueAckQ, which also remembers what is in hand, never takes an item again after `ack`.
# `put` returns None, without an error, and the item is gone. `clear_acked_data()` does not help:
# unless told otherwise it keeps the last 1,000 done. And in both, equal items may come twice: what
# is compared is their pickle, which tells whether two texts within are one object, and how an inner
# dict is ordered.
# Why it matters: "remind customer 7" is worth one reminder while it waits, and another next month;
# here that one is lost in silence, while the same contact, made by hand and read from JSON, is sent
# twice. Put the period into a key of plain text, and look at what `put` returns.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check persist-queue==1.1.0

cat >"$here/seen.py" <<'PYTHON'
import json
import sys

from persistqueue import UniqueAckQ, UniqueQ


def taken(queue, item):
    before = queue.size
    queue.put(item)
    return "taken" if queue.size > before else "refused"


def equal_items(queue):
    by_hand = {"to": "anna", "about": "anna"}
    from_json = json.loads('{"to": "anna", "about": "anna"}')
    assert by_hand == from_json
    first = taken(queue, by_hand), taken(queue, from_json)
    price = {"to": "anna", "price": {"sum": 5, "in": "EUR"}}
    turned = {"to": "anna", "price": {"in": "EUR", "sum": 5}}
    assert price == turned
    return *first, taken(queue, price), taken(queue, turned)


plain = UniqueQ(sys.argv[1] + "/unique", auto_commit=True)
print("UniqueQ: first", taken(plain, "remind 7"))
print("waiting", taken(plain, "remind 7"))
plain.get()
print("done", taken(plain, "remind 7"))
print("equal", *equal_items(plain))

queue = UniqueAckQ(sys.argv[1] + "/unique_ack", auto_commit=True)
print("UniqueAckQ: first", taken(queue, "remind 7"))
print("waiting", taken(queue, "remind 7"))
queue.ack(queue.get())
print("done", taken(queue, "remind 7"))
queue.clear_acked_data()
print("cleared", taken(queue, "remind 7"))
queue.clear_acked_data(keep_latest=0)
print("cleared wholly", taken(queue, "remind 7"))
print("equal", *equal_items(queue))
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py" "$here")
expected="UniqueQ: first taken
waiting refused
done taken
equal taken taken taken taken
UniqueAckQ: first taken
waiting refused
done refused
cleared refused
cleared wholly taken
equal taken taken taken taken"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'persist-queue no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
