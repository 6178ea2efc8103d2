#!/usr/bin/env bash
# flufl.bounce 6.0.0 (Mailman's detector of bounces)
#
# Guess: a report that a message could not be delivered names the same recipient whether it comes
# as `message/delivery-status` (RFC 3464) or as `message/global-delivery-status` (RFC 6533), which
# servers send for a message in SMTPUTF8; the two have the same fields.
# Seen: of the second form nothing is found, not even an address of plain ASCII that failed for
# good: the answer is the same as for a report of success. In the first form an address of the
# type `utf-8` is not found either; where it is the original recipient of a message that was sent on,
# three addresses are told to have failed: it, its escapes as they stand, the last one, and `utf-8`.
# Python's `email`, which it reads with, cuts only the first form into one block a recipient: of the
# second it gives one block, and the recipients are that block's text.
# Why it matters: an address that bounces and is not noticed is written to again, and that costs a
# sender its standing. Read the blocks of both forms, and undo the escapes of RFC 6533.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check flufl.bounce==6.0.0

cat >"$here/seen.py" <<'PYTHON'
from email import message_from_bytes

from flufl.bounce import all_failures

PLAIN, GLOBAL = "delivery-status", "global-delivery-status"
ESCAPED = r"utf-8; j\x{FC}rgen@example.com"


def report(form, *recipients, action="failed", status="5.1.1"):
    blocks = "\n\n".join(f"{one}\nAction: {action}\nStatus: {status}" for one in recipients)
    text = f"""\
From: MAILER-DAEMON@mx.example.com
To: shop@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type={form}; boundary=part

--part
Content-Type: text/plain

It could not be delivered.
--part
Content-Type: message/{form}

Reporting-MTA: dns; mx.example.com

{blocks}

--part--
"""
    return message_from_bytes(text.replace("\n", "\r\n").encode("ascii"))


def show(title, *given, **more):
    message = report(*given, **more)
    waiting, failed = (sorted(one.decode() for one in found) for found in all_failures(message))
    blocks = len(message.get_payload(1).get_payload())
    print(f"{title}: {blocks} blocks, waiting {waiting}, failed {failed}")


anna, ben = "Final-Recipient: rfc822; anna@example.com", "Final-Recipient: rfc822; ben@example.com"
show("plain, two", PLAIN, anna, ben)
show("global, two", GLOBAL, anna, ben)
show("plain, delayed", PLAIN, anna, action="delayed", status="4.4.1")
show("global, delayed", GLOBAL, anna, action="delayed", status="4.4.1")
show("plain, delivered", PLAIN, anna, action="delivered", status="2.0.0")
show("plain, utf-8", PLAIN, f"Final-Recipient: {ESCAPED}")
show("plain, utf-8 sent on", PLAIN, f"Original-Recipient: {ESCAPED}\n{ben}")
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py")
expected="plain, two: 3 blocks, waiting [], failed ['anna@example.com', 'ben@example.com']
global, two: 1 blocks, waiting [], failed []
plain, delayed: 2 blocks, waiting ['anna@example.com'], failed []
global, delayed: 1 blocks, waiting [], failed []
plain, delivered: 2 blocks, waiting [], failed []
plain, utf-8: 2 blocks, waiting [], failed []
plain, utf-8 sent on: 2 blocks, waiting [], failed ['ben@example.com', 'j\\\\x{FC}rgen@example.com', 'utf-8']"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'it no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
