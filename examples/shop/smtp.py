"""The hook for e-mail: hands each mail to an SMTP server, under the key as its Message-ID."""

import re
import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from files import one_line

from cxjourney import Failed, Sent
from cxjourney.channels import HookContext, HookOutcome, JinjaRenderer, Rendered
from cxjourney.errors import RenderError

__all__ = ["SmtpHook"]

WAIT = 30
"""How many seconds the server may take."""
ADDRESS = re.compile(r"([\w.!#$%&'*+/=?^`{|}~-]+)@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
"""An address as a form of a web page takes it: nothing to hide a second one in."""
BUSY = range(400, 500)
"""The replies with which a server says: not now, try again (RFC 5321, 4.2.1)."""
LONGEST = 200
"""How many characters of a stranger's text a header takes."""


def in_header(text: str) -> str:
    """Return a text as it may stand in a header: short, on one line, and nothing encoded in it.

    Python's email package decodes encoded words that it is given, line ends among them.
    """
    return one_line(text).replace("=?", "= ?")[:LONGEST]


class SmtpHook:
    """Sends e-mail.

    The same intent always has the same Message-ID, so a server that honours it keeps one mail of
    several.

    Args:
        port: the port of the server on this machine.
        sender: whom the mails come from.
        renderer: fills in the templates.
    """

    def __init__(self, port: int, sender: Address, renderer: JinjaRenderer) -> None:
        self.port, self.sender, self.renderer = port, sender, renderer

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Send the mail."""
        if context.content is None:
            return Failed("no_text")
        address = ADDRESS.fullmatch(context.profile.values.get("email", ""))
        if address is None:
            return Failed("bad_address")
        name = in_header(context.profile.values.get("name", ""))
        try:
            text = self.renderer.render(context.content, context.profile)
        except RenderError as error:
            return Failed(error.reason)
        return self.send(self.write(context, Address(name, address[1], address[2]), text))

    def write(self, context: HookContext, to: Address, text: Rendered) -> EmailMessage:
        """Write the mail."""
        mail = EmailMessage(policy=SMTP)
        mail["Message-ID"] = f"<{context.key}@{self.sender.domain}>"
        mail["Date"] = context.now
        mail["From"] = self.sender
        mail["To"] = to
        mail["Subject"] = in_header(text.subject or "")
        mail.set_content(text.body)
        return mail

    def send(self, mail: EmailMessage) -> HookOutcome:
        """Hand the mail over; what else goes wrong is raised, and the dispatcher tries again."""
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=WAIT) as server:
                server.send_message(mail)
        except ConnectionRefusedError:
            return Failed("no_server", retryable=True)
        except smtplib.SMTPRecipientsRefused as refused:
            replies = [code for code, _ in refused.recipients.values()]
            return Failed("refused", retryable=all(code in BUSY for code in replies))
        except smtplib.SMTPResponseException as refused:
            return Failed("refused", retryable=refused.smtp_code in BUSY)
        return Sent(receipt=str(mail["Message-ID"]))
