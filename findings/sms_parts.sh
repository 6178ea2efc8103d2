#!/usr/bin/env bash
# sms-length 0.2.2, gsm 0.1.4, split-sms 0.1.7, sms-segments-calculator 1.3.0 (npm, on Node.js 20);
# smssafe 0.0.1, sms-counter 0.0.1, smsutil 1.1.3 (PyPI)
#
# Guess: how many parts a text message has follows from the standard (160 and 153 septets, 70 and 67
# UTF-16 units), so whoever counts them says the same of the same text; at most one forgets that an
# euro sign takes two septets, or an emoji two units.
# Seen: all know that and still disagree. A sign of two does not fit into the last place of a part, so
# that part stays one short, and one part more is needed in the end: sms-length, smssafe and
# sms-counter divide the sum instead and say 2 for 3; gsm says 3 for the euro sign and 2 for the
# emoji, which its parts cut in two. Of those that put each sign where it goes, sms-segments-calculator
# alone keeps what people see as one sign in one part, so a flag (two emoji) makes 3 of 2.
# sms-counter counts a sign outside the basic plane as one: 70 emoji are one part, where they are 3.
# Why it matters: a provider bills by part, and a limit on parts lets through what is one more, just
# where texts were trimmed to fill their parts. Split the text and count the parts that come out, with
# the splitter that sends it.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-fund --no-audit --prefix "$here" \
    sms-length@0.2.2 gsm@0.1.4 split-sms@0.1.7 sms-segments-calculator@1.3.0
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    smssafe==0.0.1 sms-counter==0.0.1 smsutil==1.1.3 pydantic==1.10.27 future==1.0.0

cat >"$here/texts.json" <<'JSON'
{"euro": [["a", 152], ["€", 1], ["b", 152]], "emoji": [["õ", 66], ["😀", 1], ["õ", 66]],
 "flag": [["õ", 65], ["🇪🇪", 1], ["õ", 65]], "seventy": [["😀", 70]]}
JSON

cat >"$here/seen.js" <<'JAVASCRIPT'
const gsm = require("gsm");
const { count } = require("sms-length");
const { SegmentedMessage } = require("sms-segments-calculator");
const { split } = require("split-sms");

const counters = {
  "sms-length": (text) => count(text).messages,
  gsm: (text) => gsm(text).sms_count,
  "split-sms": (text) => split(text).parts.length,
  "sms-segments-calculator": (text) => new SegmentedMessage(text).segmentsCount,
};
const texts = Object.entries(require("./texts.json")).map(([name, runs]) => [
  name,
  runs.map(([sign, times]) => sign.repeat(times)).join(""),
]);
for (const [counter, parts] of Object.entries(counters)) {
  console.log(`${counter}: ${texts.map(([name, text]) => `${name} ${parts(text)}`).join(", ")}`);
}
const { emoji } = Object.fromEntries(texts);
console.log(`gsm cuts the emoji: ${!gsm(emoji).parts[0].isWellFormed()}`);
JAVASCRIPT

cat >"$here/seen.py" <<'PYTHON'
import json
import sys
from pathlib import Path

import smsutil
from sms.counter import SMSCounter
from smssafe.segments import gsm7_encoded_length, segment_count


def by_smssafe(text):
    if smsutil.is_valid_gsm(text):
        return segment_count(gsm7_encoded_length(text), "gsm7")
    return segment_count(len(text.encode("utf-16-be")) // 2, "ucs2")


counters = {
    "smssafe": by_smssafe,
    "sms-counter": lambda text: SMSCounter().count(sms_content=text).segment,
    "smsutil": lambda text: len(smsutil.split(text).parts),
}
given = json.loads(Path(sys.argv[1], "texts.json").read_text(encoding="utf-8"))
for counter, parts in counters.items():
    told = {name: parts("".join(sign * times for sign, times in runs)) for name, runs in given.items()}
    print(f"{counter}: {', '.join(f'{name} {found}' for name, found in told.items())}")
PYTHON

seen=$(node "$here/seen.js" && "$here/venv/bin/python" "$here/seen.py" "$here")
expected="sms-length: euro 2, emoji 2, flag 2, seventy 3
gsm: euro 3, emoji 2, flag 2, seventy 3
split-sms: euro 3, emoji 3, flag 2, seventy 3
sms-segments-calculator: euro 3, emoji 3, flag 3, seventy 3
gsm cuts the emoji: true
smssafe: euro 2, emoji 2, flag 2, seventy 3
sms-counter: euro 2, emoji 2, flag 2, seventy 1
smsutil: euro 3, emoji 3, flag 2, seventy 3"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
