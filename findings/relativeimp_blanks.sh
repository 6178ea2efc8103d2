#!/usr/bin/env bash
# relativeImp 0.0.2 (with pandas 3.1.1 and numpy 2.4.6)
#
# Guess: where a survey has blanks, only the respondents who answered everything count, as in a
# regression; so the raw shares sum to an R squared, as its manual says, and respondents who gave
# no overall rating change nothing.
# Seen: each correlation is taken from whoever answered those two questions. With six blanks among
# twelve respondents the shares sum to 1.108, where the regression's R squared is 0.940. The two
# respondents without an overall rating decide which driver comes first. The percentages, which
# are to sum to one, sum to 100 and hide it.
# Why it matters: blanks are the rule in surveys, and the ranking is what is reported. Drop
# incomplete rows first, or compare the sum of the raw shares with a regression.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    relativeImp==0.0.2 pandas==3.1.1 numpy==2.4.6

cat >"$here/seen.py" <<'PYTHON'
import numpy as np
import pandas as pd
from relativeImp import relativeImp

DRIVERS = ["price", "help", "speed"]
survey = pd.DataFrame(
    {
        "price": [4, None, 3, 2, None, 3, 5, 2, 4, 1, 2, 3],
        "help": [3, 3, None, 1, 3, 3, 5, 5, 3, 2, 4, 1],
        "speed": [5, 4, 4, None, 1, 4, 5, 4, 4, 1, 4, 4],
        "overall": [4, 3, 4, 1, 2, 4, 5, 4, 3, 1, None, None],
    }
)


def regression(rows):
    x = np.column_stack([np.ones(len(rows)), rows[DRIVERS]])
    y = rows["overall"].to_numpy()
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - residual @ residual / ((y - y.mean()) @ (y - y.mean()))


def show(title, rows):
    shares = relativeImp(rows, "overall", DRIVERS).set_index("driver")
    raw = shares["rawRelaImpt"]
    percent = shares["normRelaImpt"].sum()
    print(f"{title}: sum {raw.sum():.3f}, {percent:.0f} in all, first {raw.idxmax()}")


complete = survey.dropna()
show("all twelve", survey)
show("ten with an overall rating", survey.dropna(subset=["overall"]))
show("six who answered everything", complete)
print(f"R squared of the six: {regression(complete):.3f}")
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py")
expected="all twelve: sum 1.108, 100 in all, first help
ten with an overall rating: sum 0.986, 100 in all, first speed
six who answered everything: sum 0.940, 100 in all, first speed
R squared of the six: 0.940"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'relativeImp no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
