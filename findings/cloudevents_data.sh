#!/usr/bin/env bash
# cloudevents 2.2.0 (its two interfaces, `core` and `v1`), cloudevents 10.0.0 (npm, on Node.js 20)
#
# Guess: two events made from the same attributes, without an id, have an id each, as its text says;
# and an event that is sent over HTTP comes back with the data and the attributes that it had,
# whether they go in the body together or apart (structured or binary).
# Seen: `core`, which is new in version 2, writes the id and the time that it makes up into the
# attributes that it was given, so the next event made from them has both again; `v1` and npm do not.
# In its binary form the text "9" comes back as a number, "true" as true, false as the text "False",
# and a list as a text that is Python and no JSON; it says that data is fields, a text or bytes, but
# takes the rest as well, and the structured form brings all of it back. `v1` keeps all five. npm
# loses a false in the structured form. An attribute that is false comes out of a header as the text
# "False" from both of Python's, and "false" from npm: both true to whoever asks.
# Why it matters: whoever receives events drops the second of one id as sent twice, so a purchase is
# lost; and an answer or a consent that was no turns into a yes. Give each event attributes of its
# own, put data into fields and no bare value, and keep what is yes or no out of the attributes.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check cloudevents==2.2.0
npm install --silent --no-fund --no-audit --prefix "$here" cloudevents@10.0.0 >/dev/null

# Five answers, as JSON has them: fields, no, the text of a nine, the text of a true, and a list.
cat >"$here/answers.json" <<'JSON'
[{"score": 9}, false, "9", "true", [{"score": 9, "called": true}]]
JSON

cat >"$here/seen.py" <<'PYTHON'
import json
import sys

from cloudevents.core.bindings.http import (
    from_http_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1 import http as v1
from cloudevents.v1.conversion import to_binary, to_structured


def by_core(attributes, data, write):
    event = from_http_event(write(CloudEvent(attributes, data)))
    return event.get_data(), event.get_extension("optin")


def by_v1(attributes, data, write):
    headers, body = write(v1.CloudEvent(attributes, data))
    # On the wire a header is a text.
    event = v1.from_http({name: str(value) for name, value in headers.items()}, body)
    return event.data, event["optin"]


bought = {"source": "/shop", "type": "shop.bought"}
first, second = CloudEvent(bought, {"item": 1}), CloudEvent(bought, {"item": 2})
print("core: one id", first.get_id() == second.get_id(), "given now names", *sorted(bought))
bought = {"source": "/shop", "type": "shop.bought"}
first, second = v1.CloudEvent(bought, {"item": 1}), v1.CloudEvent(bought, {"item": 2})
print("v1: one id", first["id"] == second["id"], "given now names", *sorted(bought))

with open(sys.argv[1]) as file:
    answers = json.load(file)
answered = {"source": "/shop", "type": "shop.answered", "datacontenttype": "application/json"}
for name, read, write in (
    ("core, structured", by_core, to_structured_event),
    ("core, binary", by_core, to_binary_event),
    ("v1, structured", by_v1, to_structured),
    ("v1, binary", by_v1, to_binary),
):
    back = [read({**answered, "optin": False}, data, write) for data in answers]
    shown = [json.dumps(data, separators=(",", ":")) for data, _ in back]
    print(f"{name}: {' '.join(shown)}, optin {json.dumps(back[0][1])}")
PYTHON

cat >"$here/seen.js" <<'JAVASCRIPT'
const { CloudEvent, HTTP } = require("cloudevents");

const bought = { source: "/shop", type: "shop.bought" };
const ids = [1, 2].map((item) => new CloudEvent({ ...bought, data: { item } }).id);
console.log("npm: one id", ids[0] === ids[1]);

const answered = { source: "/shop", type: "shop.answered", datacontenttype: "application/json" };
for (const mode of ["structured", "binary"]) {
    const back = require("./answers.json").map((data) => {
        const { headers, body } = HTTP[mode](new CloudEvent({ ...answered, optin: false, data }));
        const sent = Object.entries(headers).map(([name, value]) => [name, String(value)]);
        return HTTP.toEvent({ headers: Object.fromEntries(sent), body });
    });
    const shown = back.map((event) => JSON.stringify(event.data) ?? "nothing");
    console.log(`npm, ${mode}: ${shown.join(" ")}, optin ${JSON.stringify(back[0].optin)}`);
}
JAVASCRIPT

seen=$("$here/venv/bin/python" -W ignore "$here/seen.py" "$here/answers.json" &&
    node "$here/seen.js")
expected='core: one id True given now names id source specversion time type
v1: one id False given now names source type
core, structured: {"score":9} false "9" "true" [{"score":9,"called":true}], optin false
core, binary: {"score":9} "False" 9 true "[{'\''score'\'': 9, '\''called'\'': True}]", optin "False"
v1, structured: {"score":9} false "9" "true" [{"score":9,"called":true}], optin false
v1, binary: {"score":9} false "9" "true" [{"score":9,"called":true}], optin "False"
npm: one id false
npm, structured: {"score":9} nothing "9" "true" [{"score":9,"called":true}], optin false
npm, binary: {"score":9} false "9" "true" [{"score":9,"called":true}], optin "false"'
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
