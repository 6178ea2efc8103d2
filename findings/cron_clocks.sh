#!/usr/bin/env bash
# croniter 7.0.0, cronsim 2.8, APScheduler 3.11.3, cron-converter 2.0.2, crontab 1.0.5
#
# Guess: given a start with its time zone, a line such as `*/30 * * * *` means each half hour that
# passes and `30 3 * * *` once a day, whoever reads it, when the clocks in Tallinn change too.
# Seen: three answers from five. cron-converter and crontab give times in spring that are not on the
# clock (03:00 and 03:30 at +02:00) and then the same two moments again under their right names, so
# that the next time lies half an hour before the last; in autumn they leave out a whole hour.
# croniter and APScheduler keep each half hour but give 03:30 twice in autumn. Only cronsim does as
# was guessed.
# Why it matters: a message at night is sent twice to everyone, or a sweep for what is due rests for
# an hour and a half, on two nights a year that no test meets; a queue that takes a time as its key
# against doubles refuses two in spring. Plan in UTC, or keep clear of the hours from 03:00 to
# 04:59, and key what is sent by day.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    croniter==7.0.0 cronsim==2.8 apscheduler==3.11.3 cron-converter==2.0.2 crontab==1.0.5 \
    python-dateutil==2.9.0.post0 pytz==2026.6 tzdata==2026.6 tzlocal==5.4.5

cat >"$here/seen.py" <<'PYTHON'
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from cron_converter import Cron
from croniter import croniter
from cronsim import CronSim
from crontab import CronTab

TALLINN = ZoneInfo("Europe/Tallinn")


def by_croniter(line, start):
    return croniter(line, start, ret_type=datetime)


def by_cronsim(line, start):
    return CronSim(line, start)


def by_apscheduler(line, start):
    trigger, last = CronTrigger.from_crontab(line, timezone=TALLINN), None
    while True:
        last = trigger.get_next_fire_time(last, last or start)
        yield last


def by_cron_converter(line, start):
    schedule = Cron(line).schedule(start)
    while True:
        yield schedule.next()


def by_crontab(line, start):
    tab, last = CronTab(line), start
    while True:
        last = tab.next(last, default_utc=False, return_datetime=True)
        yield last


def moments(times, line, month, day):
    """The moments in UTC of one day in Tallinn, in the order in which they came."""
    begin = datetime(2026, month, day, tzinfo=TALLINN)
    end = (begin + timedelta(days=1)).astimezone(timezone.utc)
    found = []
    for time in times(line, begin - timedelta(minutes=1)):
        moment = time.astimezone(timezone.utc)
        if moment >= end:
            return found
        found.append(moment)


for times in (by_croniter, by_cronsim, by_apscheduler, by_cron_converter, by_crontab):
    spring = moments(times, "*/30 * * * *", 3, 29)
    autumn = moments(times, "*/30 * * * *", 10, 25)
    back = sum(later <= earlier for earlier, later in pairwise(spring))
    rest = max(later - earlier for earlier, later in pairwise(autumn)) / timedelta(minutes=1)
    print(
        f"{times.__name__[3:]}: {len(spring)} in spring, {len(set(spring))} different, back {back};"
        f" {len(autumn)} in autumn, longest rest {rest:.0f} min;"
        f" 03:30 in autumn {len(moments(times, '30 3 * * *', 10, 25))}"
    )
PYTHON

# zoneinfo reads the time zones of the package tzdata, not those of the machine.
seen=$(TZ=UTC PYTHONTZPATH="" "$here/venv/bin/python" "$here/seen.py")
expected="croniter: 46 in spring, 46 different, back 0; 50 in autumn, longest rest 30 min; 03:30 in autumn 2
cronsim: 46 in spring, 46 different, back 0; 50 in autumn, longest rest 30 min; 03:30 in autumn 1
apscheduler: 46 in spring, 46 different, back 0; 50 in autumn, longest rest 30 min; 03:30 in autumn 2
cron_converter: 48 in spring, 46 different, back 1; 48 in autumn, longest rest 90 min; 03:30 in autumn 1
crontab: 48 in spring, 46 different, back 1; 48 in autumn, longest rest 90 min; 03:30 in autumn 1"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
