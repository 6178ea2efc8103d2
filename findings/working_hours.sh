#!/usr/bin/env bash
# pm4py 2.7.23.11, pl4pm 0.2.2 (with pandas 3.1.1, numpy 2.4.6, polars 2.1.0)
#
# Guess: working hours, Monday to Friday from 7 to 17 unless told otherwise, are those of the place
# that the times in the log name; the same moments take the same working time.
# Seen: they are read off whatever clock the column shows. A question on a Friday at 16:00 in
# Tallinn, answered on Monday at 08:00, took 2 hours; with the column in New York's time, 8.
# `format_dataframe` and XES turn each time into UTC, so after them it took 4 hours in June and 3 in
# January. There is no argument for a zone. pl4pm, which has the same functions on polars, takes
# `business_hours=True` and does not heed it: 64 hours each time.
# Why it matters: how long customers wait within working hours is what teams are held to, and
# `format_dataframe` is the first step of its guides. Turn the times into the zone of the office
# after reading, before asking; and look at one weekend by hand.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    pm4py==2.7.23.11 pl4pm==0.2.2 pandas==3.1.1 numpy==2.4.6 polars==2.1.0 tzdata==2026.6

cat >"$here/seen.py" <<'PYTHON'
import sys

import pandas as pd
import pl4pm
import pm4py
import polars as pl

HOURS = 3600
PATH = sys.argv[1] + "/log.xes"


def log(zone, month):
    """A question on a Friday at 16:00 in Tallinn and its answer on the Monday at 08:00."""
    asked, answered = {"June": (5, 8), "January": (9, 12)}[month]
    times = [f"2026 {month} {asked} 16:00", f"2026 {month} {answered} 08:00"]
    return pd.DataFrame(
        {
            "case:concept:name": ["anna", "anna"],
            "concept:name": ["asked", "answered"],
            "time:timestamp": pd.to_datetime(times, format="%Y %B %d %H:%M")
            .tz_localize("Europe/Tallinn")
            .tz_convert(zone),
        }
    )


def read_back(frame):
    pm4py.write_xes(frame, PATH)
    return pm4py.read_xes(PATH)


def worked(frame):
    (seconds,) = pm4py.get_all_case_durations(frame.copy(), business_hours=True)
    columns = {name: frame[name].to_list() for name in frame.columns}
    columns["time:timestamp"] = [one.to_pydatetime() for one in columns["time:timestamp"]]
    (peer,) = pl4pm.get_all_case_durations(pl.LazyFrame(columns), business_hours=True)
    return f"pm4py {seconds / HOURS:g} h, pl4pm {peer / HOURS:g} h"


for month in ("June", "January"):
    print(f"{month}, in Tallinn:", worked(log("Europe/Tallinn", month)))
    print(f"{month}, in New York:", worked(log("America/New_York", month)))
    print(
        f"{month}, format_dataframe:", worked(pm4py.format_dataframe(log("Europe/Tallinn", month)))
    )
    print(f"{month}, through XES:", worked(read_back(log("Europe/Tallinn", month))))
PYTHON

# pm4py greets and shows its progress on the error stream.
seen=$("$here/venv/bin/python" -W ignore "$here/seen.py" "$here" 2>"$here/told") ||
    cat "$here/told" >&2
expected="June, in Tallinn: pm4py 2 h, pl4pm 64 h
June, in New York: pm4py 8 h, pl4pm 64 h
June, format_dataframe: pm4py 4 h, pl4pm 64 h
June, through XES: pm4py 4 h, pl4pm 64 h
January, in Tallinn: pm4py 2 h, pl4pm 64 h
January, in New York: pm4py 8 h, pl4pm 64 h
January, format_dataframe: pm4py 3 h, pl4pm 64 h
January, through XES: pm4py 3 h, pl4pm 64 h"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
