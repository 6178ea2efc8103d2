#!/usr/bin/env bash
# liquidjs 10.30.1 (on Node.js 20), python-liquid 2.3.6, liquidpy 0.10.0
#
# Guess: a letter written in Liquid reads the same from all three, and as the engine in Ruby writes it
# (5.4.0 was asked). What liquidpy says it does otherwise (empty texts and 0 are false, the order of
# `and` and `or`, numbers within texts) is left out here.
# Seen: of eight lines one is the same in all three, and it is not as in Ruby: "04.03.2026" is 3
# April, not 4 March. A score of 24.5 is rounded to 25, as in Ruby, only by liquidjs, to 24 by the two
# others. Of customers with a count of complaints python-liquid, which means to agree with Ruby fully,
# leaves out those who have 0 of them and keeps those with an empty text; liquidpy refuses the line. A
# loop over a map gives pairs, tuples or keys; what is missing in a list is None in two. liquidjs does
# not find a channel in a map of consents. liquidpy puts no default in place of false, and forgets
# after a loop what was found in it.
# Why it matters: letters are tried in the browser and sent from a server, and a wrong one raises no
# error: a visit in another month, a score that is one lower, a customer left out. Give templates
# dates and sums as finished texts, and try them with the engine that sends.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
# Both are imported under the same name: a folder for each.
"$here/venv/bin/pip" install --quiet --disable-pip-version-check --target "$here/python-liquid" \
    python-liquid==2.3.6 python-dateutil==2.9.0.post0
"$here/venv/bin/pip" install --quiet --disable-pip-version-check --target "$here/liquidpy" \
    liquidpy==0.10.0 python-dateutil==2.9.0.post0
npm install --silent --no-fund --no-audit --prefix "$here" liquidjs@10.30.1 >/dev/null

cat >"$here/lines.json" <<'JSON'
[
    ["score", "{{ score | round }}"],
    ["visit", "{{ visit | date: '%d %B' }}"],
    ["counted", "{{ customers | where: 'complaints' | map: 'name' | join: ' ' }}"],
    ["answers", "{% for one in answers %}{{ one }}.{% endfor %}"],
    ["list", "{{ list }}"],
    ["sms", "{% if consents contains 'sms' %}asked{% else %}not asked{% endif %}"],
    ["gift", "{{ gift | default: 'none' }}"],
    ["late", "{% for one in owed %}{% if one %}{% assign word = 'late' %}{% endif %}{% endfor %}{{ word }}"]
]
JSON
cat >"$here/facts.json" <<'JSON'
{
    "score": 24.5,
    "visit": "04.03.2026",
    "customers": [
        {"name": "Anna", "complaints": 0},
        {"name": "Ben", "complaints": 2},
        {"name": "Cleo", "complaints": ""},
        {"name": "Dan"}
    ],
    "answers": {"price": 9},
    "list": ["hall", null, "lift"],
    "consents": {"sms": false},
    "gift": false,
    "owed": [true, false]
}
JSON

cat >"$here/seen.js" <<'JAVASCRIPT'
const { Liquid } = require("liquidjs");

const engine = new Liquid();
for (const [, line] of require("./lines.json"))
    console.log(engine.parseAndRenderSync(line, require("./facts.json")));
JAVASCRIPT

cat >"$here/seen.py" <<'PYTHON'
import json
import sys
from pathlib import Path

here, package = Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(here / package))
facts = json.loads((here / "facts.json").read_text())
for _, line in json.loads((here / "lines.json").read_text()):
    if package == "liquidpy":
        from liquid import Liquid

        template = Liquid(line, from_file=False)
    else:
        from liquid import Environment

        template = Environment().from_string(line)
    try:
        print(template.render(**facts))
    except TypeError:
        print("TypeError")
PYTHON

cat >"$here/names.py" <<'PYTHON'
import json
import sys

with open(sys.argv[1]) as file:
    for name, _ in json.load(file):
        print(name)
PYTHON

# The answers of each package, in the order of the first line above.
python="$here/venv/bin/python"
"$python" "$here/names.py" "$here/lines.json" >"$here/0"
TZ=UTC node "$here/seen.js" >"$here/1"
"$python" "$here/seen.py" "$here" python-liquid >"$here/2"
"$python" "$here/seen.py" "$here" liquidpy >"$here/3"
seen=$(paste -d '|' "$here"/[0-3])
expected="score|25|24|24.0
visit|03 April|03 April|03 April
counted|Anna Ben Cleo|Ben Cleo|TypeError
answers|price9.|('price', 9).|price.
list|halllift|hallNonelift|['hall', None, 'lift']
sms|not asked|asked|asked
gift|none|none|False
late|late|late|"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
