"""A local SMTP server that keeps each mail as a file, once for each Message-ID."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from threading import Thread

from aiosmtpd.smtp import SMTP, Envelope, Session
from files import write_whole

__all__ = ["mail_server"]

MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[\w.-]+>")


class Mailbox:
    """Keeps mails in a folder; a mail that comes twice is there once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Keep a mail, and only then say that it was taken."""
        content = envelope.original_content or b""
        known = MESSAGE_ID.fullmatch(str(message_from_bytes(content)["Message-ID"]))
        if known is None:
            return "550 Message-ID expected"
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        write_whole(self.folder / f"{known[1]}.eml", text)
        return "250 OK"


@contextmanager
def mail_server(folder: Path) -> Iterator[int]:
    """Serve SMTP on a free port of this machine, which is given."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.new_event_loop()
    mailbox = Mailbox(folder)
    starting = loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    server = loop.run_until_complete(starting)
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)  # by the loop's own thread: it may still be at work
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
