#!/usr/bin/env bash
# lifelines 0.30.3, statsmodels 0.15.0 (with numpy 2.4.6 and pandas 2.3.3)
#
# Guess: the median stay of Kaplan and Meier is one number, whichever package works it out, for both
# draw the same curve.
# Seen: the curves are the same, the medians are not. Where exactly half are still there, lifelines
# takes the moment at which half are left, statsmodels the next one at which fewer than half are. Of
# four stays of 1, 2, 3 and 4 days lifelines gives 2, statsmodels 3 (the plain median is 2.5). Of two
# stays, one of which goes on, lifelines gives the end of the other, statsmodels no number.
# Why it matters: small groups are the rule when journeys are split by segment and phase, an even
# number of stays reaches exactly a half, and the two answers are whole stays apart. Say which
# is meant, and do not compare reports made with the two.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    lifelines==0.30.3 statsmodels==0.15.0 numpy==2.4.6 pandas==2.3.3

cat >"$here/seen.py" <<'PYTHON'
from lifelines import KaplanMeierFitter
from statsmodels.duration.survfunc import SurvfuncRight


def show(days, ended):
    one = KaplanMeierFitter().fit(days, ended)
    other = SurvfuncRight(days, ended)
    assert abs(one.survival_function_at_times(other.surv_times) - other.surv_prob).max() < 1e-12
    print(f"{days}: {float(one.median_survival_time_)} and {float(other.quantile(0.5))}")


show([1, 2, 3, 4], [1, 1, 1, 1])
show([1, 2, 3, 4, 5], [1, 1, 1, 1, 1])
show([1, 2], [1, 0])
PYTHON

seen=$("$here/venv/bin/python" -W ignore "$here/seen.py")
expected="[1, 2, 3, 4]: 2.0 and 3.0
[1, 2, 3, 4, 5]: 3.0 and 3.0
[1, 2]: 1.0 and nan"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'lifelines and statsmodels no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
