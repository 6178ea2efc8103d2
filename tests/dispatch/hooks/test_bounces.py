"""Reports of mail that came back: which, and no other."""

from base64 import b64encode
from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Failed
from cxjourney.dispatch.hooks import SmtpHook
from tests.dispatch.hooks.peers import RENDERER

HOOK = SmtpHook("mail.shop.example", Address("", "shop", "shop.example"), RENDERER)
KEY = "0123456789abcdef" * 2
PER_MAIL = "Reporting-MTA: dns; mx.example\r\n{envelope}"
PER_RECIPIENT = """\
Final-Recipient: rfc822; ann@customer.example\r
Action: {action}\r
Status: 5.1.1 (no such user)\r
"""


def report(
    action: str = "failed",
    *,
    kind: str = "message/delivery-status",
    returned: str = "text/rfc822-headers",
    envelope: str = "",
    mail: str = f"Message-ID:\r\n <{KEY}@shop.example>",
    coded: bool = False,
) -> bytes:
    """Write a report as mail servers do."""
    told = "\r\n".join((PER_MAIL.format(envelope=envelope), PER_RECIPIENT.format(action=action)))
    coding = "base64" if coded else "8bit"
    body = b64encode(told.encode()).decode() if coded else told
    return f"""\
From: MAILER-DAEMON@mx.example\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
\r
It could not be delivered.\r
--b\r
Content-Type: {kind}\r
Content-Transfer-Encoding: {coding}\r
\r
{body}\r
--b\r
Content-Type: {returned}\r
\r
{mail}\r
Subject: Hello\r
\r
--b--\r
""".encode()


@pytest.mark.parametrize("kind", ["message/delivery-status", "Message/Global-Delivery-Status"])
@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822", "message/global"])
@pytest.mark.parametrize("coded", [False, True])
def test_a_report_names_its_mail(kind: str, returned: str, *, coded: bool) -> None:
    """In each form of a report the mail is found by its id, and what came of it."""
    bounce = HOOK.bounce(report(kind=kind, returned=returned, coded=coded))
    assert bounce is not None
    assert (bounce.key, bounce.status, bounce.outcome) == (KEY, "5.1.1", Failed("bounced"))


def test_the_envelope_is_enough() -> None:
    """Where the mail is not returned, the id that the server was given names it."""
    raw = report(mail="X: y", envelope=f"Original-Envelope-Id: {KEY}@SHOP.example\r\n")
    bounce = HOOK.bounce(raw)
    assert bounce is not None
    assert bounce.key == KEY


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    """A delay or a success closes nothing."""
    assert HOOK.bounce(report(action)) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Out of office\r\n\r\nBack on Monday.\r\n",
        report(mail=f"Message-ID: <{KEY}@elsewhere.example>"),
        report(mail="X: y"),
        report(kind="text/plain"),
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(500)
        ),
    ],
)
def test_other_mail_is_no_bounce(raw: bytes) -> None:
    """Automatic answers, mails of others and what nobody can read are None."""
    assert HOOK.bounce(raw) is None


def test_what_a_server_gave_up_for_now_may_go_well_another_time() -> None:
    """A status of class 4 is a failure, and leaves the address in order."""
    bounce = HOOK.bounce(report().replace(b"5.1.1", b"4.2.2"))
    assert bounce is not None
    assert (bounce.status, bounce.outcome) == ("4.2.2", Failed("gave_up", retryable=True))


def test_a_status_may_be_missing() -> None:
    """A report without a status that can be read is a bounce all the same."""
    bounce = HOOK.bounce(report().replace(b"5.1.1", b"never"))
    assert bounce is not None
    assert bounce.status == ""


@given(st.binary(max_size=200), st.integers(0, 500))
def test_no_report_raises(junk: bytes, at: int) -> None:
    """Whatever stands in a report, reading it never raises."""
    raw = report()
    HOOK.bounce(raw[:at] + junk + raw[at:])
