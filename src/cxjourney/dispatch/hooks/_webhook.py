"""The hook that posts to a web address (extra ``http``), signed as Standard Webhooks say."""

import json
import re
from base64 import b64encode
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from hmac import new as hmac
from ssl import SSLContext, create_default_context
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs

from cxjourney.channels import Deferred, Failed, HookContext, HookOutcome, Sent, Unknown
from cxjourney.dispatch.hooks._safely import (
    BAD_KEY,
    HALF_A_MINUTE,
    KEY,
    Renderer,
    a_secret,
    a_timeout,
    encodable,
    filled_in,
    shortest,
)
from cxjourney.vocabulary._checks import a, as_set, must
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Showable

if TYPE_CHECKING:
    from attrs import Attribute

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LATER = {408, 425, 429, 503}
"""The replies of a server that did nothing yet, and may later."""
UNSURE = {409}
"""In conflict with the same key, which may be at work there just now."""
OK, REDIRECT, REFUSED = 2, 3, 4
NOT_IMPLEMENTED = 501
LONGEST_WAIT = timedelta(days=1)
"""How long a server may have it put off at once."""
SECONDS = re.compile(r"[0-9]{1,9}")
PRINTABLE = re.compile(r"[!-~]+")


def _an_address(instance: object, field: "Attribute[Any]", value: object) -> None:
    fits = isinstance(value, str) and PRINTABLE.fullmatch(value) is not None
    fits = fits and _is_safe(str(value))
    must(fits, instance, field.name, value, "an https address without a password in it")


def _is_safe(address: str) -> bool:
    """Say whether what is posted to an address goes there encrypted, or stays on this machine."""
    try:
        parts = urlsplit(address)
        port_fits = parts.port != 0
    except ValueError:
        return False
    near = parts.scheme == "http" and parts.hostname in LOOPBACK
    there = bool(parts.hostname) and (parts.scheme == "https" or near)
    return there and port_fits and "@" not in parts.netloc


@attrs.frozen(repr=False, eq=False)
class Webhook(Showable):
    """Posts each intent to a web address as JSON, signed, with its key for idempotency.

    Signed is by the rules of Standard Webhooks: ``webhook-id`` is the key, ``webhook-signature``
    is ``v1,`` and the HMAC-SHA256 of id, ``webhook-timestamp`` and body. ``Idempotency-Key`` holds
    the key in quotes, as its draft at the IETF has it. Redirects are not followed.

    Register it as idempotent where the receiver honours the key; else a reply such as 500 or 504,
    or none, leaves an intent unknown, for the receiver may have acted.

    Attributes:
        address: where to post to; https, or http on this machine.
        secret: signs what is posted, at least 16 bytes.
        renderer: fills in the templates; where None no text is posted but the content's id.
        values: the names of the profile's values that are posted, such as ``phone``.
        certificates: checks the server's certificate; as the system does when None.
        timeout: how long the server may be silent.

    Raises:
        InvalidError: when a field is not of its form, or the address not safe to post to.
        MissingExtraError: when httpx is not installed.
    """

    address: str = attrs.field(validator=_an_address)
    secret: bytes = attrs.field(validator=a_secret)
    renderer: Renderer | None = None
    values: Collection[str] = attrs.field(default=(), kw_only=True, converter=as_set)
    certificates: SSLContext | None = attrs.field(
        default=None, kw_only=True, validator=a(SSLContext, optional=True)
    )
    timeout: timedelta = attrs.field(default=HALF_A_MINUTE, kw_only=True, validator=a_timeout)
    _httpx: ModuleType = attrs.field(init=False, factory=lambda: load("httpx"))
    _checks: SSLContext = attrs.field(init=False)

    @_checks.default
    def _(self) -> SSLContext:
        return self.certificates or create_default_context()

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Post it; the reply's status is the receipt."""
        if KEY.fullmatch(context.key) is None:
            return BAD_KEY
        intent, known = context.intent, context.profile.values
        told: dict[str, object] = {
            "key": context.key,
            "channel": context.channel.name,
            "purpose": intent.purpose.name,
            "play": intent.play,
            "customer": intent.customer,
            "content": None if context.content is None else context.content.id,
            "due": None if intent.due is None else intent.due.isoformat(),
            "lang": context.profile.lang.name,
            "values": {name: known[name] for name in sorted(self.values) if name in known},
        }
        if self.renderer is not None:
            text = filled_in(self.renderer, context)
            if isinstance(text, Failed):
                return text
            told |= {"subject": text.subject, "text": encodable(text.body)}
        return self._posted(context, json.dumps(told).encode("ascii"))

    def _posted(self, context: HookContext, body: bytes) -> HookOutcome:
        httpx = self._httpx
        try:
            with (
                httpx.Client(
                    verify=self._checks,
                    timeout=shortest(self.timeout, context),
                    follow_redirects=False,
                ) as client,
                # What the server writes is not read: it may be endless, or quote a customer.
                client.stream(
                    "POST", self.address, content=body, headers=self._headers(context, body)
                ) as reply,
            ):
                status: int = reply.status_code
                waits: list[str] = reply.headers.get_list("retry-after")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
            return Failed("no_server", retryable=True)
        except httpx.HTTPError:
            return Unknown("no_reply")
        return came_of(status, waits, context.now)

    def _headers(self, context: HookContext, body: bytes) -> dict[str, str]:
        at = str(int(context.now.timestamp()))
        signed = hmac(self.secret, f"{context.key}.{at}.".encode("ascii") + body, sha256)
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": f'"{context.key}"',
            "webhook-id": context.key,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{b64encode(signed.digest()).decode('ascii')}",
        }

    def __repr__(self) -> str:
        return "<Webhook>"


def came_of(status: int, waits: Collection[str], now: datetime) -> HookOutcome:
    """Return what a reply means: done, surely not done, or nobody knows.

    Args:
        status: the status of the reply.
        waits: its headers ``Retry-After``.
        now: the moment of the attempt.
    """
    if status // 100 == OK:
        return Sent(receipt=f"HTTP {status}")
    reason = f"http_{status}"
    if status in LATER:
        until = _until(waits, now)
        return Failed(reason, retryable=True) if until is None else Deferred(until)
    if status // 100 == REDIRECT:
        return Failed("redirected")
    if status in UNSURE or (status // 100 != REFUSED and status != NOT_IMPLEMENTED):
        return Unknown(reason)
    return Failed(reason)


def _until(waits: Collection[str], now: datetime) -> datetime | None:
    """Return the latest moment that a server asks to wait for, a day at most, or None."""
    asked = [_moment(one.strip(), now) for one in waits]
    moments = [one for one in asked if one is not None and one > now]
    return min(max(moments), now + LONGEST_WAIT) if moments else None


def _moment(wait: str, now: datetime) -> datetime | None:
    """Return the moment that one ``Retry-After`` names, in any of its forms (RFC 9110)."""
    if SECONDS.fullmatch(wait):
        return now + min(timedelta(seconds=int(wait)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(wait)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
