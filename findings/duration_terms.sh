#!/usr/bin/env bash
# isodate 0.7.2, isoduration 20.11.0, aniso8601 10.0.1, pendulum 3.3.0, metomi-isodatetime 3.2.0;
# on Node.js 20 temporal-polyfill 1.0.8, luxon 3.7.2, moment 2.31.0, dayjs 1.11.23,
# iso8601-duration 2.1.4, @js-joda/core 6.3.2
#
# Guess: a term of ISO 8601, added to the same day, ends on the same day in all of them, as in Temporal:
# a month after 31 January on 28 February, two weeks on 14 February. A term that one does not know, such
# as half a year, it refuses.
# Seen: of the five terms none is the same in all that take it. A month ends on 28 February, 2 March (a
# month is 30 days to aniso8601, as its manual says) or 3 March. A year and two months lose three days in
# metomi-isodatetime, which goes by way of February. Adding two weeks in dayjs adds nothing, though it
# says that the same duration is 14 days. Half a year is a whole one in isoduration and none in dayjs.
# A month before 31 March lies after it in two, one of which says so in its manual.
# Why it matters: a reply is owed within a month by law, a trial ends after P2W, and the term stands in a
# contract that more than one service reads. No error tells that the deadline is the start. Write terms
# in whole days, or keep one table of start, term and end, and try each service against it.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    isodate==0.7.2 isoduration==20.11.0 aniso8601==10.0.1 pendulum==3.3.0 \
    'metomi-isodatetime==1!3.2.0'
npm install --silent --no-fund --no-audit --prefix "$here" \
    temporal-polyfill@1.0.8 luxon@3.7.2 moment@2.31.0 dayjs@1.11.23 \
    iso8601-duration@2.1.4 @js-joda/core@6.3.2 >/dev/null

cat >"$here/terms.json" <<'JSON'
[
    ["2027-01-31", "P1M"],
    ["2027-01-31", "P1Y2M"],
    ["2027-01-31", "P2W"],
    ["2027-01-31", "P0.5Y"],
    ["2027-03-31", "-P1M"]
]
JSON

cat >"$here/seen.py" <<'PYTHON'
import json
import sys
from datetime import datetime
from pathlib import Path

import aniso8601
import isodate
import isoduration
import pendulum
from metomi.isodatetime.parsers import DurationParser, TimePointParser

ADDED = {
    "isodate": lambda day, term: datetime.fromisoformat(day) + isodate.parse_duration(term),
    "isoduration": lambda day, term: (
        datetime.fromisoformat(day) + isoduration.parse_duration(term)
    ),
    "aniso8601": lambda day, term: datetime.fromisoformat(day) + aniso8601.parse_duration(term),
    "pendulum": lambda day, term: pendulum.parse(day) + pendulum.parse(term),
    "metomi-isodatetime": lambda day, term: (
        TimePointParser().parse(day) + DurationParser().parse(term)
    ),
}


def end(add, day, term):
    try:
        return str(add(day, term))[:10]
    except ValueError:
        return "refused"


terms = json.loads((Path(sys.argv[1]) / "terms.json").read_text())
for package, add in ADDED.items():
    print(f"{package}:", ", ".join(end(add, *one) for one in terms))
PYTHON

cat >"$here/seen.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { LocalDate, Period } from "@js-joda/core";
import dayjs from "dayjs";
import duration from "dayjs/plugin/duration.js";
import { end, parse } from "iso8601-duration";
import { DateTime, Duration } from "luxon";
import moment from "moment";
import { Temporal } from "temporal-polyfill";

dayjs.extend(duration);
const terms = JSON.parse(readFileSync(`${process.argv[2]}/terms.json`, "utf8"));
const added = {
    "temporal-polyfill": (day, term) => Temporal.PlainDate.from(day).add(term).toString(),
    luxon: (day, term) => DateTime.fromISO(day).plus(Duration.fromISO(term)).toISO(),
    moment: (day, term) => moment.utc(day).add(moment.duration(term)).toISOString(),
    dayjs: (day, term) => dayjs(day).add(dayjs.duration(term)).toISOString(),
    "iso8601-duration": (day, term) => end(parse(term), new Date(day)).toISOString(),
    "@js-joda/core": (day, term) => LocalDate.parse(day).plus(Period.parse(term)).toString(),
};

for (const [name, add] of Object.entries(added)) {
    const ends = terms.map(([day, term]) => {
        try {
            return add(day, term).slice(0, 10);
        } catch {
            return "refused";
        }
    });
    console.log(`${name}: ${ends.join(", ")}`);
}
console.log(`dayjs, days in P2W: ${dayjs.duration("P2W").asDays()}`);
JAVASCRIPT

seen=$(TZ=UTC "$here/venv/bin/python" "$here/seen.py" "$here" && TZ=UTC node "$here/seen.mjs" "$here")
expected="isodate: 2027-02-28, 2028-03-31, 2027-02-14, refused, 2027-02-28
isoduration: 2027-02-28, 2028-03-31, 2027-02-14, 2028-01-31, 2027-02-28
aniso8601: 2027-03-02, 2028-03-31, 2027-02-14, 2027-08-01, refused
pendulum: 2027-02-28, 2028-03-31, 2027-02-14, refused, refused
metomi-isodatetime: 2027-02-28, 2028-03-28, 2027-02-14, refused, 2027-02-28
temporal-polyfill: 2027-02-28, 2028-03-31, 2027-02-14, refused, 2027-02-28
luxon: 2027-02-28, 2028-03-31, 2027-02-14, 2027-08-01, 2027-02-28
moment: 2027-02-28, 2028-03-31, 2027-02-14, 2027-07-31, 2027-02-28
dayjs: 2027-02-28, 2028-03-31, 2027-01-31, 2027-01-31, 2027-04-30
iso8601-duration: 2027-03-03, 2028-03-31, 2027-02-14, refused, 2027-05-01
@js-joda/core: 2027-02-28, 2028-03-31, 2027-02-14, refused, 2027-02-28
dayjs, days in P2W: 14"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
