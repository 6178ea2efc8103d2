#!/usr/bin/env bash
# pyreadstat 1.3.7 (with pandas 3.1.1 and numpy 2.4.6)
#
# Guess: a set of several answers that counts one value (a multiple dichotomy set) tells which: the
# text "Yes" for variables of texts, -1 for variables that were coded so.
# Seen: the counted value is told only where it is a number without a sign. For "Yes" and for -1 it
# is None, without a warning, while the set, its label and its variables are there. For 1 and for
# 10 it is right.
# Why it matters: sets are how SPSS marks a question where several answers can be ticked, and surveys
# store ticks as texts. Who takes None for "whatever is there" counts every "No" as a tick; compare
# with None before, and read such variables by their own values.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    pyreadstat==1.3.7 pandas==3.1.1 numpy==2.4.6

cat >"$here/seen.py" <<'PYTHON'
import struct
import sys
from pathlib import Path

import pandas as pd
import pyreadstat

PATH = Path(sys.argv[1]) / "survey.sav"
SURVEY = pd.DataFrame(
    {
        "price": ["Yes", "No", "Yes"],
        "speed": ["No", "No", "Yes"],
        "by_air": [1.0, -1.0, 10.0],
        "by_sea": [-1.0, -1.0, 10.0],
    }
)


def store(definition):
    """Write the survey with a set, as SPSS does: a record of its own before the end (7, 7)."""
    pyreadstat.write_sav(SURVEY, PATH)
    stored, told = PATH.read_bytes(), definition.encode()
    end = stored.index(struct.pack("<ii", 999, 0))
    record = struct.pack("<iiii", 7, 7, 1, len(told)) + told
    PATH.write_bytes(stored[:end] + record + stored[end:])


for counted, variables in (
    ("1", "by_air by_sea"),
    ("10", "by_air by_sea"),
    ("-1", "by_air by_sea"),
    ("Yes", "price speed"),
):
    store(f"$ways=D{len(counted)} {counted} 8 The ways {variables}\n")
    found = pyreadstat.read_sav(PATH)[1].mr_sets["ways"]
    print(f"{counted}: counts {found['counted_value']!r} in {' '.join(found['variable_list'])}")
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py" "$here")
expected="1: counts 1 in by_air by_sea
10: counts 10 in by_air by_sea
-1: counts None in by_air by_sea
Yes: counts None in price speed"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'pyreadstat no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
