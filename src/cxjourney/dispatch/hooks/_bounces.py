"""Reports that a mail could not be delivered (RFC 3464 and 6533)."""

import re
from email import message_from_bytes
from email.parser import HeaderParser
from typing import TYPE_CHECKING, cast

import attrs

from cxjourney.channels import Failed
from cxjourney.vocabulary._terminal import Showable

if TYPE_CHECKING:
    from email.message import Message

REPORT, RETURNED = "application/x-report", "application/x-returned"
KINDS = (
    (re.compile(rb"message/(?:global-)?delivery-status", re.IGNORECASE), REPORT),
    (
        re.compile(rb"(?:message/(?:rfc822|global)|text/rfc822)(?:-headers)?", re.IGNORECASE),
        RETURNED,
    ),
)
TYPE = re.compile(rb"^(content-type:\s*)([\w/-]+)", re.IGNORECASE | re.MULTILINE)
BLOCKS = re.compile(r"(?:\r?\n){2,}")
BOUNCED, GIVEN_UP = Failed("bounced"), Failed("gave_up", retryable=True)
FOR_NOW = "4"
"""How a status begins of what may go well another time (RFC 3463)."""
MOST_NESTED = 50
"""How many parts may hold parts: Python's email package goes into each by recursion."""
LONGEST = 1_000
"""How many characters of a field are looked at."""
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@attrs.frozen
class Bounce(Showable):
    """A mail that came back.

    Attributes:
        key: the key of its intent.
        status: the status of RFC 3463, such as ``5.1.1``; empty where the report gives none.
        outcome: for ``Dispatcher.resolve``: ``Failed("bounced")``, or where a server gave up,
            and the address may be in order (``4.x.x``), ``Failed("gave_up", retryable=True)``.
    """

    key: str = attrs.field(repr=False)
    status: str = attrs.field(repr=False)
    outcome: Failed = BOUNCED


def read_bounce(raw: bytes, domain: str) -> Bounce | None:
    """Return which mail of a domain a report says has failed, or None where it says no such thing.

    Delays, successes and answers of machines are no bounces: whatever is delayed is tried still.

    Args:
        raw: the report as it was received.
        domain: the domain of the sender.
    """
    # Python's email package reads these parts in ways that lose recipients or leave them encoded.
    # Under another type they are plain bytes.
    if raw.lower().count(b"multipart/") > MOST_NESTED:
        return None
    parts = list(message_from_bytes(TYPE.sub(_renamed, raw)).walk())
    told = [_text(part) for part in parts if part.get_content_type() == REPORT]
    returned = [_text(part) for part in parts if part.get_content_type() == RETURNED]
    blocks = [HeaderParser().parsestr(one) for text in told for one in BLOCKS.split(text.strip())]
    failed = [one for one in blocks if _field(one, "Action").lower() == "failed"]
    envelopes = [_field(one, "Original-Envelope-Id") for one in blocks]
    mails = [_field(HeaderParser().parsestr(text), "Message-ID") for text in returned]
    ours = re.compile(rf"<?([0-9A-Za-z_-]{{1,200}})@{re.escape(domain)}>?", re.IGNORECASE)
    keys = [found[1] for one in (*envelopes, *mails) if (found := ours.fullmatch(one))]
    if not failed or not keys:
        return None
    found = STATUS.match(_field(failed[0], "Status"))
    status = found[0] if found else ""
    return Bounce(keys[0], status, GIVEN_UP if status.startswith(FOR_NOW) else BOUNCED)


def _renamed(found: re.Match[bytes]) -> bytes:
    named = [name.encode() for kind, name in KINDS if kind.fullmatch(found[2])]
    return found[1] + (named[0] if named else found[2])


def _text(part: "Message[str, str]") -> str:
    return cast("bytes", part.get_payload(decode=True)).decode("utf-8", "replace")


def _field(block: "Message[str, str]", field: str) -> str:
    """Return a field without the comments and line ends around it."""
    return re.sub(r"\s*\([^()]*\)\s*", "", str(block.get(field, ""))[:LONGEST]).strip()
