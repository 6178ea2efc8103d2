"""What the tests of the ready hooks share: peers on this machine, and what hooks are told."""

import socketserver
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Flag
from threading import Thread
from typing import Any

import attrs

from cxjourney.channels import (
    Content,
    History,
    HookContext,
    Intent,
    JinjaRenderer,
    Profile,
    describe_template,
)
from cxjourney.vocabulary import Channel, Purpose, Situation

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SOURCE = "Subject: Dear {{ name }}\n\n{{ name }}, grüße.\n"
VALUES = {"name": "Ann", "email": "ann@customer.example", "phone": "+372 5"}
RENDERER = JinjaRenderer({("text", one, None): SOURCE for one in Channel}, markup=())
HOSTILE = [
    "Ann\r\nBcc: everybody@elsewhere.example",
    "Ann\x00\x1b[2J\u2028Bcc: x@y.example",
    'Ann" <everybody@elsewhere.example>, "',
    "=?utf-8?q?Ann=0d=0aBcc:_x=40y.example?=",
    "õ" * 300,
    "half \ud800",
    "A\n.\r\nMAIL FROM:<eve@elsewhere.example>",
]


def content(channel: Channel) -> Content:
    """Return the content of the one template."""
    return describe_template(SOURCE, id="text", channel=channel, author="somebody")


def told(
    channel: Channel,
    values: Mapping[str, str] | None = None,
    *,
    text: bool = True,
    key: str = "",
    history: History | None = None,
) -> HookContext:
    """Return what a hook is told."""
    intent = Intent(
        customer="c-1",
        engagement="",
        play="row",
        occurrence="1",
        cause="e-1",
        cycle=1,
        purpose=Purpose.CONFIRM,
        channels=(channel,),
        planned_at=NOW,
        not_before=NOW,
        due=NOW,
        key=key,
    )
    return HookContext(
        intent=intent,
        channel=channel,
        situation=Situation(),
        history=history or History(),
        profile=Profile(values=VALUES if values is None else values),
        content=content(channel) if text else None,
        attempt=1,
        now=NOW,
        timeout=None,
    )


@attrs.define
class Post:
    """What a web server got."""

    path: str
    headers: dict[str, str]
    body: bytes


@attrs.define
class Web:
    """A web server's answer, and what it got."""

    port: int = 0
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    got: list[Post] = attrs.Factory(list)


@contextmanager
def web_server() -> Iterator[Web]:
    """Serve HTTP on a free port of this machine."""
    web, over = Web(), Flag()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            web.got.append(Post(self.path, dict(self.headers), body))
            if web.silent:
                over.wait(10)
                return
            self.send_response(web.status)
            for name, value in web.headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


USUAL = {
    "hello": "220 hello",
    "ehlo": "250 test",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go on",
    ".": "250 kept",
    "quit": "221 bye",
}


@attrs.define
class Script:
    """What an SMTP server answers to each command, None for silence, and what it got."""

    port: int = 0
    answers: dict[str, str | None] = attrs.Factory(lambda: dict[str, str | None](USUAL))
    got: list[str] = attrs.Factory(list)


class Scripted(socketserver.StreamRequestHandler):
    """Answers one client by the script."""

    script: Script
    over: Flag

    def handle(self) -> None:
        """Answer until the script says to hang up."""
        going = self.answer("hello")
        while going and (raw := self.rfile.readline()):
            line = raw.decode("ascii").strip()
            self.script.got.append(line)
            verb = line.split(" ")[0].lower()
            going = self.answer(verb)
            if going and verb == "data" and str(self.script.answers["data"]).startswith("3"):
                for text in iter(self.rfile.readline, b".\r\n"):
                    self.script.got.append(text.decode("ascii").strip())
                going = self.answer(".")

    def answer(self, verb: str) -> bool:
        """Answer a command, hang up or be silent; return whether to go on."""
        said = self.script.answers.get(verb, "502 unknown")
        if said is None:
            self.over.wait(10)
        if not said:
            return False
        self.wfile.write(said.encode("ascii") + b"\r\n")
        return True


@contextmanager
def scripted_server() -> Iterator[Script]:
    """Serve SMTP by a script on a free port of this machine."""
    script, over = Script(), Flag()
    own = type("Own", (Scripted,), {"script": script, "over": over})

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Say nothing: the peer may have gone."""

    server = Server(("127.0.0.1", 0), own)
    script.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
