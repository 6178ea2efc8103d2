#!/usr/bin/env bash
# segment-analytics-python 2.4.0, rudder-sdk-python 2.1.9, posthog 7.91.1, mixpanel 5.4.1
#
# Guess: a time without a zone is always read the same way, as this machine's or as UTC, and a time
# with a zone keeps its moment.
# Seen: Segment and RudderStack look at the clock. A time without a zone that is less than five
# seconds old, or in the future, is this machine's; an older one is UTC. So the same event, sent at
# once and sent again a minute later, stands three hours apart where the machine is three hours from
# UTC. PostHog does so too, but for it the future is UTC. Mixpanel takes a time with its zone as a
# property and writes it without: noon at +03:00 goes out as 12:00, which is read as UTC. None of
# the four warns.
# Why it matters: tests send at once and are right, while outboxes, retries and backfills send later
# and are not, so the steps of one journey change places. Give only times in UTC, with their zone;
# to Mixpanel, seconds since 1970.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    segment-analytics-python==2.4.0 rudder-sdk-python==2.1.9 posthog==7.91.1 mixpanel==5.4.1 \
    python-dateutil==2.9.0.post0 requests==2.34.2

cat >"$here/seen.py" <<'PYTHON'
import gzip
import json
from datetime import datetime, timedelta, timezone

import mixpanel
import posthog
import requests
import rudderstack.analytics.client as rudderstack
import segment.analytics.client as segment

HOST = "http://localhost"
sent = []


def keep(session, url, data=None, **more):
    """Keep what would be sent; nothing leaves this process."""
    body = data if isinstance(data, str) else gzip.decompress(data)
    sent.append(json.loads(body)["batch"][0]["timestamp"])
    answer = requests.Response()
    answer.status_code = 200
    answer._content = b'{"status": 1}'
    return answer


requests.Session.post = keep


def by_segment(at):
    segment.Client("key", host=HOST, sync_mode=True).track("anna", "bought", timestamp=at)


def by_rudderstack(at):
    client = rudderstack.Client("key", host=HOST, sync_mode=True, gzip=True)
    client.track("anna", "bought", timestamp=at)


def by_posthog(at):
    client = posthog.Posthog("key", host=HOST, sync_mode=True, gzip=True)
    client.capture("bought", distinct_id="anna", timestamp=at)


for send in (by_segment, by_rudderstack, by_posthog):
    moved = []
    for age in (timedelta(0), timedelta(minutes=1), timedelta(minutes=-1)):
        at = datetime.now() - age
        send(at)
        hours = (datetime.fromisoformat(sent.pop()) - at.astimezone()) / timedelta(hours=1)
        moved.append(round(hours))
    now, past, coming = moved
    print(f"{send.__name__[3:]}: now {now} h, a minute ago {past} h, in a minute {coming} h")


class Kept:
    def send(self, endpoint, message, api_key=None, api_secret=None):
        print("mixpanel:", json.loads(message)["properties"]["bought_at"])


noon = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=3)))
mixpanel.Mixpanel("token", consumer=Kept()).track("anna", "bought", {"bought_at": noon})
PYTHON

# A machine three hours east of UTC, the whole year.
seen=$(TZ=EAT-3 "$here/venv/bin/python" "$here/seen.py")
expected="segment: now 0 h, a minute ago 3 h, in a minute 0 h
rudderstack: now 0 h, a minute ago 3 h, in a minute 0 h
posthog: now 0 h, a minute ago 3 h, in a minute 3 h
mixpanel: 2026-06-01T12:00:00"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
