#!/usr/bin/env bash
# json-logic-js 2.0.5, datalogic-py 5.9.0, panzi-json-logic 1.0.1, json-logic-qubit 0.9.1,
# json-logic-modernized 1.0.1 (the first on Node.js 20)
#
# Guess: a rule in JsonLogic says the same in the browser and on the server, which is what the
# format is for; all the more where a fact about the customer is missing, null or empty, since an
# operation of the format is there to ask for that.
# Seen: where a fact is missing, no two of the five agree on all seven rules. "Silent for fewer than
# 14 days" is true of a customer of whom nothing is known in three, and false in two. "Has not
# refused" is true in the first only: to the other four nothing said is a refusal. `missing` names an
# e-mail address that is null or empty in three, and in two only one that has no key. A name that is
# null comes into a letter as nothing, "null" or "None".
# Why it matters: who is written to hangs on which side worked out the rule, and no error tells. Do
# not compare what may be missing: ask with `missing` first, leave null and empty texts out of the
# facts, and ask for a consent with `===` and true.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
# Four packages, three of which are imported under the same name: a folder for each.
for package in datalogic-py==5.9.0 panzi-json-logic==1.0.1 json-logic-qubit==0.9.1 \
    json-logic-modernized==1.0.1; do
    "$here/venv/bin/pip" install --quiet --disable-pip-version-check \
        --target "$here/${package%%=*}" "$package"
done
npm install --silent --no-fund --no-audit --prefix "$here" json-logic-js@2.0.5 >/dev/null

cat >"$here/rules.json" <<'JSON'
[
    ["silent < 14, missing", {"<": [{"var": "silent"}, 14]}, {}],
    ["silent < 14, null", {"<": [{"var": "silent"}, 14]}, {"silent": null}],
    ["consent is not false, missing", {"!=": [{"var": "consent"}, false]}, {}],
    ["asked for, null", {"missing": ["email"]}, {"email": null}],
    ["asked for, empty", {"missing": ["email"]}, {"email": ""}],
    ["letter, null", {"cat": ["Dear ", {"var": "name"}]}, {"name": null}],
    ["details there, none within", {"!!": [{"var": "details"}]}, {"details": {}}]
]
JSON

cat >"$here/seen.js" <<'JAVASCRIPT'
const { apply } = require("json-logic-js");

for (const [, rule, facts] of require("./rules.json")) console.log(JSON.stringify(apply(rule, facts)));
JAVASCRIPT

cat >"$here/seen.py" <<'PYTHON'
import json
import sys

here, package = sys.argv[1:]
sys.path.insert(0, f"{here}/{package}")
if package == "datalogic-py":
    from datalogic_py import apply
else:
    from json_logic import jsonLogic as apply

with open(f"{here}/rules.json") as file:
    rules = json.load(file)
for _, rule, facts in rules:
    print(json.dumps(apply(rule, facts)))
PYTHON

cat >"$here/names.py" <<'PYTHON'
import json
import sys

with open(sys.argv[1]) as file:
    for name, _, _ in json.load(file):
        print(name)
PYTHON

# Node.js's answers, then those of each package for Python, in the order of the first line above.
python="$here/venv/bin/python"
"$python" "$here/names.py" "$here/rules.json" >"$here/0"
node "$here/seen.js" >"$here/1"
"$python" "$here/seen.py" "$here" datalogic-py >"$here/2"
"$python" "$here/seen.py" "$here" panzi-json-logic >"$here/3"
"$python" -W ignore "$here/seen.py" "$here" json-logic-qubit >"$here/4"
"$python" "$here/seen.py" "$here" json-logic-modernized >"$here/5"
seen=$(paste -d '|' "$here"/[0-5])
expected='silent < 14, missing|true|true|true|false|false
silent < 14, null|true|true|true|false|false
consent is not false, missing|true|false|false|false|false
asked for, null|["email"]|[]|["email"]|["email"]|[]
asked for, empty|["email"]|[]|["email"]|["email"]|[]
letter, null|"Dear "|"Dear "|"Dear null"|"Dear None"|"Dear None"
details there, none within|true|false|true|false|false'
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
