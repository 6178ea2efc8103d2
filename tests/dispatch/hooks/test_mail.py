"""E-mail by SMTP: one recipient, one key, and each fault with its outcome."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default
from ssl import SSLContext
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given, settings

from cxjourney.channels import Failed, HookContext, JinjaRenderer, Registered, Sent, Unknown
from cxjourney.dispatch.hooks import SmtpHook
from cxjourney.errors import InvalidError
from cxjourney.testing import check_hook, hook_contexts
from cxjourney.vocabulary import Channel
from tests.dispatch.hooks.peers import (
    HOSTILE,
    RENDERER,
    SOURCE,
    Script,
    scripted_server,
    told,
)

SENDER = Address("The shop", "shop", "shop.example")
SECRET = b"sixteen bytes or more"
LINK = "https://shop.example/unsubscribe"
LATER = Failed("no_server", retryable=True)
NOWHERE = 1


def hook(port: int = NOWHERE, **more: Any) -> SmtpHook:
    """Return a hook for a server on this machine."""
    return SmtpHook("127.0.0.1", SENDER, RENDERER, port=port, **{"tls": None, **more})


@pytest.fixture(scope="module")
def script_server() -> Iterator[Script]:
    """Serve SMTP by a script."""
    with scripted_server() as served:
        yield served


@pytest.fixture
def script(script_server: Script) -> Script:
    """Return the script as it is at first."""
    script_server.answers, script_server.got = Script().answers, []
    return script_server


class Box:
    """Keeps what a real server takes."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Keep a mail."""
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def real() -> Iterator[tuple[Box, int]]:
    """Serve SMTP with aiosmtpd."""
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    # With port 0 the controller cannot try itself out, so a port is found first.
    import socket  # noqa: PLC0415 - here alone

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    yield box, controller.port
    controller.stop()


def test_a_real_server_takes_it(real: tuple[Box, int]) -> None:
    """Whatever the name holds, a mail has its own headers, one recipient, and the key as its id."""
    box, port = real
    made = hook(port, secret=SECRET, unsubscribe=LINK + "?list=" + "a" * 90)
    for name in HOSTILE:
        mail_to = told(Channel.EMAIL, {"name": name, "email": "ann@customer.example"})
        said = check_hook(Registered(Channel.EMAIL, made), mail_to)
        assert said == Sent(receipt=f"<{mail_to.key}@shop.example>")
        (envelope,) = box.envelopes
        box.envelopes.clear()
        raw = envelope.original_content
        assert raw.isascii()
        assert raw.startswith(f"Message-ID: <{mail_to.key}@shop.example>\r\n".encode())
        mail = message_from_bytes(raw, policy=default)
        assert (envelope.mail_from, envelope.rcpt_tos) == (
            "shop@shop.example",
            ["ann@customer.example"],
        )
        assert [one.addr_spec for one in mail["To"].addresses] == ["ann@customer.example"]
        assert sorted(key.lower() for key in mail) == [
            "auto-submitted",
            "content-transfer-encoding",
            "content-type",
            "date",
            "from",
            "list-unsubscribe",
            "list-unsubscribe-post",
            "message-id",
            "mime-version",
            "subject",
            "to",
        ]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "grüße" in mail.get_content()
        assert mail.get_content_subtype() == "plain"


def test_one_click_is_signed(real: tuple[Box, int]) -> None:
    """The address in the mail names the key; changed, or merely looked at, it does nothing."""
    box, port = real
    made = hook(port, secret=SECRET, unsubscribe=LINK)
    context = told(Channel.EMAIL)
    made(context)
    (line,) = (
        one
        for one in box.envelopes[0].original_content.decode("ascii").split("\r\n")
        if one.startswith("List-Unsubscribe:")
    )
    address, _, query = line.removeprefix("List-Unsubscribe: <").removesuffix(">").partition("?")
    click = b"List-Unsubscribe=One-Click"
    other = query.replace(context.key, "0" * 32)
    assert address == LINK
    assert made.unsubscribed(query, click) == context.key
    assert made.unsubscribed(query, b"") is None
    assert made.unsubscribed(other, click) is None
    assert made.unsubscribed("", click) is None
    assert made.unsubscribed("key=%ff&token=%C3%B5", click) is None
    assert hook(secret=SECRET[::-1]).unsubscribed(query, click) is None
    assert hook().unsubscribed(query, click) is None


FAULTS: dict[str, list[tuple[str, object]]] = {
    "hello": [("421 later", LATER), ("554 never", LATER), ("", LATER)],
    "ehlo": [("", LATER)],
    "mail": [
        ("451 later", Failed("sender_refused", retryable=True)),
        ("550 never", Failed("sender_refused")),
        ("", LATER),
    ],
    "rcpt": [
        ("450 later", Failed("recipient_refused", retryable=True)),
        ("550 never", Failed("recipient_refused")),
        ("", LATER),
    ],
    "data": [
        ("451 later", Failed("refused", retryable=True)),
        ("554 never", Failed("refused")),
        ("", Unknown("no_reply")),
    ],
    ".": [
        ("452 later", Failed("refused", retryable=True)),
        ("554 never", Failed("refused")),
        ("what?", Unknown("no_reply")),
        ("", Unknown("no_reply")),
    ],
    "quit": [("500 what?", Sent()), ("", Sent())],
}
EACH = [(verb, said, came) for verb, pairs in FAULTS.items() for said, came in pairs]


@pytest.mark.parametrize(("verb", "said", "came"), EACH)
def test_each_fault_has_its_outcome(script: Script, verb: str, said: str, came: object) -> None:
    """Before the text nothing was sent; after it nobody knows without a reply; then it is sent."""
    script.answers[verb] = said
    got = hook(script.port)(told(Channel.EMAIL))
    assert got == came if not isinstance(came, Sent) else isinstance(got, Sent)


@pytest.mark.parametrize(
    ("verb", "came"), [("hello", LATER), ("rcpt", LATER), (".", Unknown("no_reply"))]
)
def test_silence_comes_to_an_end(script: Script, verb: str, came: object) -> None:
    """A silent server is given up; once it had the text nobody knows."""
    script.answers[verb] = None
    assert hook(script.port, timeout=timedelta(seconds=0.05))(told(Channel.EMAIL)) == came


def test_reports_are_asked_for(script: Script) -> None:
    """A server that offers it gets the id for its reports, which go to their own address."""
    script.answers["ehlo"] = "250-test\r\n250 DSN"
    context = told(Channel.EMAIL)
    hook(script.port, bounces=Address("", "back", "shop.example"))(context)
    asked = [one for one in script.got if one.startswith(("mail", "rcpt"))]
    assert asked == [
        f"mail FROM:<back@shop.example> RET=HDRS ENVID={context.key}@shop.example",
        "rcpt TO:<ann@customer.example> NOTIFY=FAILURE",
    ]


def test_nothing_goes_out_unencrypted(script: Script) -> None:
    """Without the TLS or the login that were asked for no mail goes out."""
    script.answers["starttls"] = "502 no"
    context, login = told(Channel.EMAIL), ("user", "password")
    assert hook(script.port, tls="starttls")(context) == Failed("no_tls", retryable=True)
    script.answers |= {"ehlo": "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN", "starttls": "220 go"}
    assert hook(script.port, tls="starttls")(context) == LATER
    assert hook(script.port, tls="implicit")(context) == LATER
    assert not [one for one in script.got if one.startswith("mail")]
    with pytest.raises(InvalidError, match="no password where there is no TLS"):
        hook(login=login)


def test_a_refused_login_is_tried_again(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong password is no customer's fault: it is tried again, once somebody has mended it."""
    script.answers |= {"ehlo": "250-test\r\n250 AUTH PLAIN", "auth": "535 wrong"}
    # TLS itself is tried out above; here the login alone counts.
    monkeypatch.setattr("smtplib.SMTP.starttls", lambda *_, **__: None)
    made = hook(script.port, tls="starttls", login=("user", "password"))
    assert made(told(Channel.EMAIL)) == Failed("no_login", retryable=True)
    script.answers["auth"] = "235 come in"
    assert isinstance(made(told(Channel.EMAIL)), Sent)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ann@localhost",
        "ann@customer.example, eve@elsewhere.example",
        "ann@customer.example\r\nBcc: eve@elsewhere.example",
        "<ann@customer.example>",
        "ann@customer.example\n",
        "änn@customer.example",
        ".ann@customer.example",
        "a..n@customer.example",
        "a" * 65 + "@customer.example",
    ],
)
def test_what_is_no_address_gets_no_mail(email: str) -> None:
    """An address that is none, or hides another one, fails before any server is asked."""
    assert hook()(told(Channel.EMAIL, {"name": "Ann", "email": email})) == Failed("bad_address")


def test_what_cannot_be_written_is_not_sent() -> None:
    """Without a text, a value, or a key that may stand in a header nothing goes out."""
    assert hook()(told(Channel.EMAIL, text=False)) == Failed("no_text")
    assert hook()(told(Channel.EMAIL, {})) == Failed("values_missing")
    assert hook()(told(Channel.EMAIL, key="a\r\nBcc: b")) == Failed("bad_key")
    assert hook()(told(Channel.EMAIL)) == LATER


def test_html_is_called_html(script: Script) -> None:
    """Where the renderer marks up e-mail the mail says that it is HTML."""
    marked = JinjaRenderer({("text", Channel.EMAIL, None): SOURCE})
    made = SmtpHook("127.0.0.1", SENDER, marked, port=script.port, tls=None)
    assert isinstance(made(told(Channel.EMAIL)), Sent)
    assert 'Content-Type: text/html; charset="utf-8"' in script.got


WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: SmtpHook("h", "a@b.example", RENDERER), "Address"),  # type: ignore[arg-type]
    (lambda: SmtpHook("h", Address("", "ä", "b.example"), RENDERER), "in ASCII"),
    (lambda: hook(tls="tls"), "'starttls'"),
    (lambda: hook(tls="implicit", login="user"), "a user and a password"),
    (lambda: hook(unsubscribe=LINK), "a secret beside it"),
    (lambda: hook(unsubscribe="http://shop.example", secret=SECRET), "https://"),
    (lambda: hook(unsubscribe=LINK + "#a", secret=SECRET), "https://"),
    (lambda: hook(unsubscribe=LINK + "\r\nBcc: a", secret=SECRET), "https://"),
    (lambda: hook(secret=b"short"), "at least 16 bytes"),
    (lambda: hook(timeout=timedelta()), "above zero"),
    (lambda: hook(port=0), "port"),
]


@pytest.mark.parametrize(("make", "words"), WRONG, ids=map(str, range(len(WRONG))))
def test_what_is_wrong_is_said_at_once(make: Callable[[], object], words: str) -> None:
    """A hook that could not send, or not safely, is refused when it is made."""
    with pytest.raises(InvalidError, match=words):
        make()


def test_it_tells_nothing_of_itself() -> None:
    """Neither a password nor a secret stands in a repr."""
    assert repr(hook(tls="starttls", login=("user", "password"), secret=SECRET)) == "<SmtpHook>"
    assert isinstance(hook(certificates=None).certificates, SSLContext | None)


@pytest.mark.no_cover
@settings(max_examples=10)
@given(hook_contexts(channel=Channel.EMAIL))
def test_it_keeps_the_contract(context: HookContext) -> None:
    """Told anything at all, it never raises."""
    check_hook(Registered(Channel.EMAIL, hook(), idempotent=True), context)
