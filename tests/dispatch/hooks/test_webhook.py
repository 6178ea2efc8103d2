"""Webhooks: signed, idempotent by the key, and each reply with its outcome."""

import hmac
import json
import sys
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings

from cxjourney.channels import Deferred, Failed, HookContext, Registered, Sent, Unknown
from cxjourney.dispatch.hooks import Webhook
from cxjourney.errors import InvalidError, MissingExtraError
from cxjourney.testing import check_hook, hook_contexts
from cxjourney.vocabulary import Channel
from tests.dispatch.hooks.peers import NOW, RENDERER, Web, told, web_server

SECRET = b"sixteen bytes or more"
UNREACHED = Failed("no_server", retryable=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Web]:
    """Serve HTTP."""
    with web_server() as served:
        yield served


def hook(port: int, **more: Any) -> Webhook:
    """Return a hook for a server on this machine."""
    return Webhook(f"http://127.0.0.1:{port}/texts?to=all", SECRET, RENDERER, **more)


UNHEARD = hook(1)


@pytest.fixture
def web(server: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    """Return the server as it is at first."""
    monkeypatch.setenv("NO_PROXY", "*")
    server.status, server.headers, server.silent, server.got = 200, (), False, []
    return server


def test_it_posts_what_is_to_be_said(web: Web) -> None:
    """The receiver gets key, text and the values that were named, signed; and no other values."""
    context = told(Channel.TEXT)
    said = check_hook(
        Registered(Channel.TEXT, hook(web.port, values=["phone", "fax"]), idempotent=True), context
    )
    first, again = web.got
    body = json.loads(first.body)
    assert said == Sent(receipt="HTTP 200")
    assert (first.path, first.body) == ("/texts?to=all", again.body)
    assert body == {
        "key": context.key,
        "channel": "TEXT",
        "purpose": "CONFIRM",
        "play": "row",
        "customer": "c-1",
        "content": "text",
        "due": NOW.isoformat(),
        "lang": "EN",
        "values": {"phone": "+372 5"},
        "subject": None,
        "text": "Subject: Dear Ann\n\nAnn, grüße.\n",
    }
    for post in web.got:
        headers = {name.lower(): value for name, value in post.headers.items()}
        signed = f"{context.key}.{headers['webhook-timestamp']}.".encode() + post.body
        signature = b64decode(headers["webhook-signature"].removeprefix("v1,"))
        assert hmac.compare_digest(signature, hmac.digest(SECRET, signed, sha256))
        assert headers["webhook-id"] == context.key
        assert headers["idempotency-key"] == f'"{context.key}"'
        assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())


REPLIES = [
    (204, (), Sent(receipt="HTTP 204")),
    (301, (("Location", "/elsewhere"),), Failed("redirected")),
    (307, (("Location", "https://elsewhere.example"),), Failed("redirected")),
    (400, (), Failed("http_400")),
    (404, (), Failed("http_404")),
    (409, (), Unknown("http_409")),
    (429, (), Failed("http_429", retryable=True)),
    (429, (("Retry-After", "soon"),), Failed("http_429", retryable=True)),
    (429, (("Retry-After", "0"),), Failed("http_429", retryable=True)),
    (429, (("Retry-After", "90"),), Deferred(NOW + timedelta(seconds=90))),
    (503, (("Retry-After", "60"), ("Retry-After", "120")), Deferred(NOW + timedelta(minutes=2))),
    (503, (("Retry-After", "999999999"),), Deferred(NOW + timedelta(days=1))),
    (
        503,
        (("Retry-After", "Mon, 02 Mar 2026 10:05:00 GMT"),),
        Deferred(datetime(2026, 3, 2, 10, 5, tzinfo=UTC)),
    ),
    (
        503,
        (("Retry-After", "Mon Mar  2 10:05:00 2026"),),
        Deferred(datetime(2026, 3, 2, 10, 5, tzinfo=UTC)),
    ),
    (500, (), Unknown("http_500")),
    (501, (), Failed("http_501")),
    (504, (("Retry-After", "90"),), Unknown("http_504")),
]


@pytest.mark.parametrize(("status", "headers", "came"), REPLIES)
def test_each_reply_has_its_outcome(
    web: Web, status: int, headers: tuple[tuple[str, str], ...], came: object
) -> None:
    """A refusal is final, a busy server says when, a broken one may have acted."""
    web.status, web.headers = status, headers
    assert hook(web.port)(told(Channel.TEXT)) == came
    assert len(web.got) == 1


def test_silence_comes_to_an_end(web: Web) -> None:
    """A server that got it and is silent may have acted; one that is not there has not."""
    web.silent = True
    brief = hook(web.port, timeout=timedelta(seconds=0.1))
    assert brief(told(Channel.TEXT)) == Unknown("no_reply")
    assert hook(1)(told(Channel.TEXT)) == UNREACHED


def test_without_a_renderer_the_receiver_fills_in(web: Web) -> None:
    """Without a renderer no text is posted, and none is needed; with one it is."""
    bare = Webhook(f"http://localhost:{web.port}", SECRET)
    assert isinstance(bare(told(Channel.TEXT, {}, text=False)), Sent)
    assert "text" not in json.loads(web.got[0].body)
    assert hook(web.port)(told(Channel.TEXT, text=False)) == Failed("no_text")
    assert bare(told(Channel.TEXT, key="a\r\nb")) == Failed("bad_key")


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example",
        "https://user:password@shop.example",
        "https://shop.example:99999",
        "https://shop.example/\r\nX: y",
        "https://",
        "ftp://shop.example",
        "https://[::1",
    ],
)
def test_what_is_not_safe_is_refused(address: str) -> None:
    """An address without TLS, with a password or of no form, and a short secret are refused."""
    with pytest.raises(InvalidError, match=r"str of .* expected an https address"):
        Webhook(address, SECRET)
    with pytest.raises(InvalidError, match="at least 16 bytes"):
        Webhook("https://shop.example", SECRET[:15])


def test_it_needs_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without httpx the error names the command that brings it."""
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'cxjourney\[http\]'"):
        Webhook("https://shop.example", SECRET)
    monkeypatch.undo()
    assert repr(Webhook("https://shop.example", SECRET)) == "<Webhook>"


@pytest.mark.no_cover
@settings(max_examples=10)
@given(hook_contexts(channel=Channel.TEXT))
def test_it_keeps_the_contract(context: HookContext) -> None:
    """Told anything at all, it never raises."""
    check_hook(Registered(Channel.TEXT, UNHEARD), context)
