#!/usr/bin/env bash
# pm4py 2.7.23.11 alone, then beside r4pm 0.6.2 (with pandas 3.1.1, numpy 2.4.6, polars 2.1.0)
#
# Guess: an object-centric log comes back as it was from each of the three forms of OCEL 2.0 that
# pm4py writes, JSON, XML and SQLite, whatever else is installed.
# Seen: none gives back what was written. JSON cuts the times of events to whole seconds, so that
# steps within one second stand in the order in which they were noted. XML turns whole numbers and
# yes/no into texts. SQLite turns yes/no into numbers and a date into text. From all three, a
# customer without an event is gone, with the word that somebody referred them. Where r4pm is
# installed, pm4py reads with it, and then a date among the attributes of an event in XML comes back
# empty, though it stands in the file.
# Why it matters: a tool that asks for one form is given another log than a tool that asks for the
# next: another course, other fields, fewer customers; and a package that something else brought in
# empties a column. The quiet customers are those whom a journey is about to lose. Keep the log in a
# form of your own, and count what came back.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    pm4py==2.7.23.11 pandas==3.1.1 numpy==2.4.6 lxml==6.1.3 tzdata==2026.6 polars==2.1.0 \
    pyarrow==26.0.1

cat >"$here/seen.py" <<'PYTHON'
import sys

import pandas as pd
import pm4py
from pm4py.objects.ocel.obj import OCEL

OID, TYPE, EID = "ocel:oid", "ocel:type", "ocel:eid"
ACTIVITY, TIME = "ocel:activity", "ocel:timestamp"


def log():
    events = pd.DataFrame(
        {
            EID: ["e1", "e2"],
            ACTIVITY: ["pays", "asks"],
            TIME: pd.to_datetime(["2026-03-02 10:00:00.900Z", "2026-03-02 10:00:00.100Z"]),
            "items": [3, 5],
            "member": [True, False],
            "due": pd.to_datetime(["2026-04-01 00:00Z", "2026-04-02 00:00Z"]),
        }
    )
    objects = pd.DataFrame({OID: ["anna", "bo"], TYPE: ["customer", "customer"]})
    relations = events[[EID, ACTIVITY, TIME]].assign(
        **{OID: "anna", TYPE: "customer", "ocel:qualifier": "by"}
    )
    referred = pd.DataFrame({OID: ["anna"], "ocel:oid_2": ["bo"], "ocel:qualifier": ["referred"]})
    return OCEL(events=events, objects=objects, relations=relations, o2o=referred)


def seen(name, found):
    course = pm4py.ocel_flattening(found, "customer").sort_values("time:timestamp", kind="stable")
    first = found.events.set_index(EID).loc["e1"]
    values = [first["items"], first["member"], first["due"]]
    kinds = ["none" if pd.isna(one) else type(one).__name__.rstrip("_") for one in values]
    print(
        f"{name}: {', '.join(course['concept:name'])}; {', '.join(kinds)};"
        f" {', '.join(sorted(found.objects[OID]))}; {len(found.o2o)} referred"
    )


given, path = log(), sys.argv[1] + "/log"
seen("given", given)
pm4py.write_ocel2_json(log(), path + ".json")
seen("JSON", pm4py.read_ocel2_json(path + ".json"))
pm4py.write_ocel2_xml(log(), path + ".xml")
seen("XML", pm4py.read_ocel2_xml(path + ".xml"))
pm4py.write_ocel2_sqlite(log(), path + ".sqlite")
seen("SQLite", pm4py.read_ocel2_sqlite(path + ".sqlite"))
PYTHON

# pm4py greets and shows its progress on the error stream.
look() {
    "$here/venv/bin/python" -W ignore "$here/seen.py" "$here" 2>"$here/told" ||
        cat "$here/told" >&2
}

seen=$(look)
"$here/venv/bin/pip" install --quiet --disable-pip-version-check r4pm==0.6.2
seen+=$'\n'"r4pm installed"$'\n'$(look)
expected="given: asks, pays; int64, bool, Timestamp; anna, bo; 1 referred
JSON: pays, asks; int64, bool, Timestamp; anna; 0 referred
XML: asks, pays; str, str, Timestamp; anna; 0 referred
SQLite: asks, pays; int64, int64, str; anna; 0 referred
r4pm installed
given: asks, pays; int64, bool, Timestamp; anna, bo; 1 referred
JSON: pays, asks; int64, bool, Timestamp; anna; 0 referred
XML: asks, pays; str, str, none; anna; 0 referred
SQLite: asks, pays; int64, int64, str; anna; 0 referred"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'pm4py no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
