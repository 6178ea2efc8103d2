"""The hook for e-mail: hands each mail to an SMTP server (RFC 5321, 8058)."""

import re
import smtplib
from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from ssl import SSLContext, create_default_context
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

import attrs

from cxjourney.channels import Failed, HookContext, HookOutcome, Sent, Unknown
from cxjourney.dispatch.hooks._bounces import Bounce, read_bounce
from cxjourney.dispatch.hooks._safely import (
    HALF_A_MINUTE,
    FilledIn,
    Renderer,
    a_secret,
    a_timeout,
    encodable,
    filled_in,
    one_line,
    shortest,
)
from cxjourney.vocabulary import Channel
from cxjourney.vocabulary._checks import a, a_number, must
from cxjourney.vocabulary._terminal import Showable

if TYPE_CHECKING:
    from attrs import Attribute

ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)(?!\.)(?![^@]*\.[.@])([\w.!#$%&'*+/=?^`{|}~-]+)"
    r"@(?=.{1,253}\Z)([\w-]+(?:\.[\w-]+)+)",
    re.ASCII,
)
"""An address as a form of a web page takes it: nothing to hide a second one in."""
ONE_CLICK = b"One-Click"
LINK = re.compile(r"https://[!-;=?-~]+")
LONGEST_HEADER, LONGEST_ENVELOPE = 200, 100
PARTING = 5
"""How many seconds the server may take to say goodbye: what was sent is sent."""
OK, BUSY, NEVER = 2, 4, 5
"""The first digits of replies (RFC 5321, 4.2.1)."""
PLAIN = SMTP.clone(cte_type="7bit")
"""Every server takes seven bits, and Python does not ask which take eight."""
UNDECIDED = Unknown("no_reply")


def _an_address(instance: object, field: "Attribute[Any]", value: object) -> None:
    a(Address)(instance, field, value)
    fits = isinstance(value, Address) and ADDRESS.fullmatch(value.addr_spec) is not None
    must(fits, instance, field.name, value, "an Address in ASCII, such as shop@shop.example")


def _a_login(instance: "SmtpHook", field: "Attribute[Any]", value: object) -> None:
    fits = isinstance(value, tuple) and [type(one) for one in value] == [str, str]
    must(value is None or fits, instance, field.name, value, "a user and a password, or None")
    safe = value is None or instance.tls is not None
    must(safe, instance, field.name, value, "no password where there is no TLS")


def _a_link(instance: "SmtpHook", field: "Attribute[Any]", value: object) -> None:
    fits = value is None or (isinstance(value, str) and LINK.fullmatch(value) is not None)
    fits = fits and "#" not in str(value)
    must(fits, instance, field.name, value, "an address that begins with https://, or None")
    signed = value is None or instance.secret is not None
    must(signed, instance, field.name, value, "a secret beside it")


def _a_way(instance: object, field: "Attribute[Any]", value: object) -> None:
    fits = value is None or value in ("starttls", "implicit")
    must(fits, instance, field.name, value, "'starttls', 'implicit' or None")


@attrs.frozen(repr=False, eq=False)
class SmtpHook(Showable):
    """Sends e-mail to the ``email`` and ``name`` among the values of a customer's profile.

    The Message-ID is made of the intent's key. Most servers do not look at it, so register the
    hook as idempotent only where yours keeps one mail of several. A mail is HTML where the
    renderer marks up e-mail. Addresses are ASCII: give a domain of other letters in its ``xn--``
    form.

    Attributes:
        host: the server.
        sender: whom the mails come from; its domain ends the Message-ID.
        renderer: fills in the templates.
        port: the server's port.
        tls: ``starttls``, ``implicit``, or None for a server on this machine.
        login: user and password, or None.
        bounces: the address to which reports go; the sender's when None.
        secret: signs the addresses for unsubscribing, at least 16 bytes.
        unsubscribe: the https address at which one click ends the mails (RFC 8058), or None. Have
            your server sign the two headers (DKIM), else mailbox providers ignore them.
        certificates: checks the server's certificate; as the system does when None.
        timeout: how long the server may be silent.

    Raises:
        InvalidError: when a field is not of its form, or a password would go out unencrypted.
    """

    host: str = attrs.field(validator=a(str))
    sender: Address = attrs.field(validator=_an_address)
    renderer: Renderer
    port: int = attrs.field(default=587, kw_only=True, validator=a_number(1, 65535))
    tls: Literal["starttls", "implicit"] | None = attrs.field(
        default="starttls", kw_only=True, validator=_a_way
    )
    login: tuple[str, str] | None = attrs.field(default=None, kw_only=True, validator=_a_login)
    bounces: Address | None = attrs.field(
        default=None, kw_only=True, validator=attrs.validators.optional(_an_address)
    )
    secret: bytes | None = attrs.field(
        default=None, kw_only=True, validator=attrs.validators.optional(a_secret)
    )
    unsubscribe: str | None = attrs.field(default=None, kw_only=True, validator=_a_link)
    certificates: SSLContext | None = attrs.field(
        default=None, kw_only=True, validator=a(SSLContext, optional=True)
    )
    timeout: timedelta = attrs.field(default=HALF_A_MINUTE, kw_only=True, validator=a_timeout)

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Send the mail; its Message-ID is the receipt."""
        to = ADDRESS.fullmatch(context.profile.values.get("email", ""))
        text = filled_in(self.renderer, context)
        if isinstance(text, Failed):
            return text
        if to is None:
            return Failed("bad_address")
        name = _in_header(context.profile.values.get("name", ""))
        mail = self._written(context, Address(name, to[1], to[2]), text)
        return self._sent(context, to[0], mail)

    def bounce(self, report: bytes) -> Bounce | None:
        """Return which mail a delivery report says has come back, or None (RFC 3464).

        Delays, successes and automatic answers are None. Anybody can write such a report who has
        got the mail: read those alone that your own server left in the mailbox for them.

        Args:
            report: the report as it was received.
        """
        return read_bounce(report, self.sender.domain)

    def unsubscribed(self, query: str, body: bytes) -> str | None:
        """Return the key of the mail whose recipient clicked once, or None (RFC 8058).

        Call it for a POST alone: machines follow links. None means that it is not ours, or not a
        click; a mail that was changed on its way may say anything.

        Args:
            query: the query of the address that was asked for.
            body: the body of the request.
        """
        given = parse_qs(query)
        key, token = (given.get(field, [""])[-1] for field in ("key", "token"))
        genuine = self.secret is not None and compare_digest(self._token(key), token.encode())
        return key if genuine and ONE_CLICK in body else None

    def _token(self, key: str) -> bytes:
        signed = hmac(self.secret or b"", b"unsubscribe:" + key.encode("utf-8", "replace"), sha256)
        return urlsafe_b64encode(signed.digest()[:18])

    def _written(self, context: HookContext, to: Address, text: FilledIn) -> bytes:
        """Write the mail. Python would encode a long line in some headers: these are put before."""
        before = [f"Message-ID: <{context.key}@{self.sender.domain}>"]
        if self.unsubscribe is not None:
            mark = "&" if urlsplit(self.unsubscribe).query else "?"
            token = self._token(context.key).decode("ascii")
            link = f"{self.unsubscribe}{mark}key={context.key}&token={token}"
            before += [f"List-Unsubscribe: <{link}>"]
            before += ["List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
        mail = EmailMessage(policy=PLAIN)
        mail["Date"] = context.now
        mail["From"] = self.sender
        mail["To"] = to
        mail["Subject"] = _in_header(text.subject or "")
        mail["Auto-Submitted"] = "auto-generated"
        html = Channel.EMAIL in self.renderer.markup
        mail.set_content(encodable(text.body), subtype="html" if html else "plain")
        return "".join(f"{line}\r\n" for line in before).encode("ascii") + mail.as_bytes()

    def _sent(self, context: HookContext, to: str, mail: bytes) -> HookOutcome:
        """Hand the mail over. Until the server was told of it nothing was sent, surely."""
        try:
            server = self._connected(shortest(self.timeout, context))
        except smtplib.SMTPNotSupportedError:
            return Failed("no_tls", retryable=True)
        except smtplib.SMTPAuthenticationError:
            return Failed("no_login", retryable=True)
        except (smtplib.SMTPException, OSError):
            return Failed("no_server", retryable=True)
        try:
            return self._handed_over(server, to, mail, f"{context.key}@{self.sender.domain}")
        except (smtplib.SMTPException, OSError):
            return Failed("no_server", retryable=True)
        finally:
            _part(server)

    def _connected(self, wait: float) -> smtplib.SMTP:
        """Return a connection with TLS and login, if they are wanted."""
        domain = self.sender.domain  # else Python asks the network for a name, and tells it
        certificates = self.certificates
        if self.tls is not None and certificates is None:
            certificates = create_default_context()
        if self.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, domain, timeout=wait, context=certificates
            )
        else:
            server = smtplib.SMTP(self.host, self.port, domain, timeout=wait)
        try:
            if self.tls == "starttls":
                server.starttls(context=certificates)
            server.ehlo_or_helo_if_needed()
            if self.login is not None:
                server.login(*self.login)
        except BaseException:
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, to: str, mail: bytes, id: str) -> HookOutcome:
        reports = server.has_extn("dsn")
        envelope = ["RET=HDRS", f"ENVID={id}"] if reports and len(id) <= LONGEST_ENVELOPE else []
        sender = (self.bounces or self.sender).addr_spec
        code, _ = server.mail(sender, envelope)
        if code // 100 != OK:
            return _refused("sender_refused", code)
        code, _ = server.rcpt(to, ["NOTIFY=FAILURE"] if reports else [])
        if code // 100 != OK:
            return _refused("recipient_refused", code)
        try:
            code, _ = server.data(mail)
        except smtplib.SMTPDataError as refused:
            return _refused("refused", refused.smtp_code)
        except (smtplib.SMTPException, OSError):
            return UNDECIDED  # it may have arrived
        if code // 100 == OK:
            return Sent(receipt=f"<{id}>")
        return _refused("refused", code) if code // 100 in {BUSY, NEVER} else UNDECIDED

    def __repr__(self) -> str:
        return "<SmtpHook>"


def _in_header(text: str) -> str:
    """Return a text as it may stand in a header: short, on one line, and nothing encoded in it.

    Python's email package decodes encoded words that it is given, line ends among them.
    """
    return one_line(text).replace("=?", "= ?")[:LONGEST_HEADER]


def _refused(reason: str, code: int) -> Failed:
    """Return that a server refused: for good, or only for now."""
    return Failed(reason, retryable=code // 100 != NEVER)


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye; whatever is answered changes nothing."""
    with suppress(smtplib.SMTPException, OSError):
        if server.sock is not None:
            server.sock.settimeout(PARTING)
        server.quit()
    server.close()
