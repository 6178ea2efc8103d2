#!/usr/bin/env bash
# marketing_attribution_models 2.1.1 (with polars 2.1.0)
#
# Guess: a channel that is given another name keeps its credit under the new one, and the credit of
# all others stays as it was, with every model.
# Seen: so it is with linear credit and with Markov's. With Shapley's a journey keeps at most four
# channels, which its manual mentions only as an argument; they are the last four by the alphabet, not
# by time. "advert" is left out of the journeys with five channels, and its conversions go to the four
# others; named "paid advert" it has 23.75 conversions in place of 13, and the call centre, now the
# first by the alphabet, 4 in place of 11.5. The sum is that of all conversions both times. With
# max_size=5 the name changes nothing.
# Why it matters: a tidied name or a translation moves the budget between channels, and no sum that is
# checked tells it. Give max_size the number of channels in the longest journey, or turn the names
# round and compare.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    marketing_attribution_models==2.1.1 polars==2.1.0 pandas==2.3.3

cat >"$here/seen.py" <<'PYTHON'
import polars as pl
from mam import MAM

# Channels, journeys that led to a purchase, journeys.
JOURNEYS = [
    (["advert", "call", "email", "shop", "visit"], 30, 60),
    (["advert", "email"], 10, 40),
    (["call", "shop"], 8, 40),
    (["email"], 5, 50),
    (["visit"], 4, 40),
    (["advert"], 6, 30),
]


def show(title, result):
    credit = dict(result.to_polars().rows())
    named = {name.removeprefix("paid "): round(value, 2) for name, value in credit.items()}
    shares = ", ".join(f"{name} {named[name]:g}" for name in sorted(named))
    print(f"{title}: {shares}; in all {sum(credit.values()):g}")


for name in "advert", "paid advert":
    rows = []
    for channels, bought, journeys in JOURNEYS:
        path = " > ".join(name if one == "advert" else one for one in channels)
        rows += [(path, True, bought), (path, False, journeys - bought)]
    mam = MAM(
        pl.DataFrame(rows, schema=["path", "bought", "journeys"], orient="row"),
        "grouped_journey",
        "path",
        "bought",
        occurrences_colname="journeys",
    )
    show(f"linear, {name}", mam.run_linear())
    show(f"Markov, {name}", mam.run_markov())
    show(f"Shapley, {name}", mam.run_shapley())
    show(f"Shapley of five, {name}", mam.run_shapley(max_size=5))
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py")
expected="linear, advert: advert 17, call 10, email 16, shop 10, visit 10; in all 63
Markov, advert: advert 16.66, call 8.59, email 16.75, shop 10.09, visit 10.91; in all 63
Shapley, advert: advert 13, call 11.5, email 15.5, shop 11.5, visit 11.5; in all 63
Shapley of five, advert: advert 21.15, call 8.9, email 14.65, shop 8.9, visit 9.4; in all 63
linear, paid advert: advert 17, call 10, email 16, shop 10, visit 10; in all 63
Markov, paid advert: advert 16.66, call 8.59, email 16.75, shop 10.09, visit 10.91; in all 63
Shapley, paid advert: advert 23.75, call 4, email 16.75, shop 8.25, visit 10.25; in all 63
Shapley of five, paid advert: advert 21.15, call 8.9, email 14.65, shop 8.9, visit 9.4; in all 63"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'it no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
