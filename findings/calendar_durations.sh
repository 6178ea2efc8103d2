#!/usr/bin/env bash
# icalendar 7.3.2, ics 0.7.3, recurring-ical-events 3.8.2, ical.js 2.2.1, node-ical 0.27.2 (the last
# two on Node.js 20)
#
# Guess: in a calendar P1D is a day by the clock and PT24H is 24 hours that pass, as RFC 5545 has it
# and icalendar's own text on durations repeats; so across a night on which the clocks change the two
# end an hour apart.
# Seen: none of the five tells them apart. The first four take both for a day by the clock: what
# starts in Tallinn at 10:00 on the Saturday and lasts PT24H ends on the Sunday at 10:00, after 23
# hours in March and after 25 in October. node-ical takes both for hours: a day ends at 11:00 in March
# and at 09:00 in October. In icalendar the alarm `-PT24H` goes off when the alarm `-P1D` does.
# Why it matters: a promise of an answer within 24 hours that goes to a calendar, or comes from one,
# is an hour too long or too short at both ends of summer, and a browser shows another end than the
# server keeps. Write the end as a time (DTEND, or TRIGGER with VALUE=DATE-TIME) and no duration.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    icalendar==7.3.2 ics==0.7.3 recurring-ical-events==3.8.2 tzdata==2026.6
npm install --silent --no-fund --no-audit --prefix "$here" \
    ical.js@2.2.1 node-ical@0.27.2 >/dev/null

cat >"$here/write.py" <<'PYTHON'
LINES = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//promises//EN
BEGIN:VTIMEZONE
TZID:Europe/Tallinn
BEGIN:DAYLIGHT
DTSTART:19970330T030000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19971026T040000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE
"""
for month, day, after in (("March", "20260328", "20260329"), ("October", "20261024", "20261025")):
    for lasts in ("P1D", "PT24H"):
        LINES += f"""\
BEGIN:VEVENT
UID:{month}-{lasts}@example.com
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Tallinn:{day}T100000
DURATION:{lasts}
SUMMARY:{month} {lasts}
END:VEVENT
BEGIN:VEVENT
UID:{month}-{lasts}-before@example.com
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Tallinn:{after}T100000
DTEND;TZID=Europe/Tallinn:{after}T110000
SUMMARY:{month} -{lasts}
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:tomorrow
TRIGGER:-{lasts}
END:VALARM
END:VEVENT
"""
LINES += "END:VCALENDAR\n"
print(LINES.replace("\n", "\r\n"), end="")
PYTHON

cat >"$here/seen.py" <<'PYTHON'
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import ics
import recurring_ical_events
from icalendar import Calendar

TALLINN = ZoneInfo("Europe/Tallinn")
SHOWN = ("March P1D", "March PT24H", "October P1D", "October PT24H")


def show(package, ends):
    """What Tallinn's clocks show at the end of each."""
    hours = [f"{name} {ends[name].astimezone(TALLINN):%H:%M}" for name in SHOWN]
    print(f"{package}: {', '.join(hours)}")


with open(sys.argv[1], newline="") as file:
    text = file.read()
calendar = Calendar.from_ical(text)
events = {str(one["SUMMARY"]): one for one in calendar.walk("VEVENT")}
show("icalendar", {name: one.end for name, one in events.items()})
show("ics", {one.name: one.end.datetime for one in ics.Calendar(text).events})
found = recurring_ical_events.of(calendar).between(datetime(2026, 1, 1), datetime(2027, 1, 1))
show("recurring-ical-events", {str(one["SUMMARY"]): one.end for one in found})
alarms = {name: [alarm.trigger for alarm in one.alarms.times] for name, one in events.items()}
show("icalendar, alarm before", {name: alarms[name.replace(" ", " -")][0] for name in SHOWN})
PYTHON

cat >"$here/seen.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const clock = { timeZone: "Europe/Tallinn", hour: "2-digit", minute: "2-digit" };
const shown = ["March P1D", "March PT24H", "October P1D", "October PT24H"];
function show(name, ends) {
    const hours = shown.map((one) => `${one} ${ends.get(one).toLocaleTimeString("en-GB", clock)}`);
    console.log(`${name}: ${hours.join(", ")}`);
}

const text = readFileSync(process.argv[2], "utf8");
const root = new ICAL.Component(ICAL.parse(text));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const events = root.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
show("ical.js", new Map(events.map((one) => [one.summary, one.endDate.toJSDate()])));
const parsed = Object.values(ical.sync.parseICS(text)).filter((one) => one.type === "VEVENT");
show("node-ical", new Map(parsed.map((one) => [one.summary, one.end])));
JAVASCRIPT

"$here/venv/bin/python" "$here/write.py" >"$here/promises.ics"
export TZ=UTC PYTHONTZPATH=""
seen=$("$here/venv/bin/python" -W ignore "$here/seen.py" "$here/promises.ics" &&
    node "$here/seen.mjs" "$here/promises.ics")
expected="icalendar: March P1D 10:00, March PT24H 10:00, October P1D 10:00, October PT24H 10:00
ics: March P1D 10:00, March PT24H 10:00, October P1D 10:00, October PT24H 10:00
recurring-ical-events: March P1D 10:00, March PT24H 10:00, October P1D 10:00, October PT24H 10:00
icalendar, alarm before: March P1D 10:00, March PT24H 10:00, October P1D 10:00, October PT24H 10:00
ical.js: March P1D 10:00, March PT24H 10:00, October P1D 10:00, October PT24H 10:00
node-ical: March P1D 11:00, March PT24H 11:00, October P1D 09:00, October PT24H 09:00"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
