"""The hooks of the shop: what strangers write stays harmless, and one key has one effect."""

import smtplib
import tempfile
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import (
    Approval,
    Content,
    Deferred,
    Failed,
    History,
    JinjaRenderer,
    Library,
    Registered,
    Rendered,
    Sent,
    describe_template,
)
from cxjourney.testing import check_hook, hook_contexts
from cxjourney.vocabulary import Channel, Event, EventKind, Lang
from tests.shop.example import NOW, SHOP, context, part

SENDER = Address("The bicycle shop", "shop", "shop.example")
SOURCE = "Subject: Dear {{ name }}\n\n{{ name }}, thank you.\n"
CONTENT = describe_template(SOURCE, id="text", channel=Channel.EMAIL, author="somebody")
LETTER = describe_template(SOURCE, id="text", channel=Channel.POST, author="somebody")
RENDERER = JinjaRenderer(
    {("text", Channel.EMAIL, None): SOURCE, ("text", Channel.POST, None): SOURCE}, markup=()
)
NOWHERE = 1
"""A port on which nothing listens."""
HOSTILE = [
    "Ann\r\nBcc: everybody@elsewhere.example",
    "Ann\nSubject: another",
    "Ann\x00\x1b[2J",
    'Ann" <everybody@elsewhere.example>, "',
    "Ann\u2028Bcc: x@y.example",
    "=??Q?=0D",
    "==??Q?=0D=?",
    "=?utf-8?q?Ann=0d=0aBcc:_x=40y.example?=",
    "õ" * 300,
    "a" * 5_000,
]
ADDRESSES = [
    "",
    "ann",
    "ann@localhost",
    "ann@customer.example, eve@elsewhere.example",
    "ann@customer.example\r\nBcc: eve@elsewhere.example",
    "<ann@customer.example>",
    "ann@customer.example\n",
    "änn@customer.example",
    "ann @customer.example",
]


def smtp_hook(port: int = NOWHERE) -> Any:
    """Return the hook for e-mail."""
    return part("smtp").SmtpHook(port, SENDER, RENDERER)


def drop_hook(folder: Path) -> Any:
    """Return the hook for letters."""
    return part("drop").FileDrop(folder, RENDERER)


def task_hook(folder: Path) -> Any:
    """Return the hook for tasks."""
    return part("tasks").TaskList(folder)


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """Return the folder that the server keeps mails in."""
    return tmp_path / "mail"


@pytest.fixture
def port(mailbox: Path) -> Iterator[int]:
    """Serve SMTP, and return the port."""
    with part("mailserver").mail_server(mailbox) as served:
        yield served


@pytest.mark.no_cover
@given(st.text() | st.sampled_from(HOSTILE), st.text() | st.sampled_from(HOSTILE))
def test_no_name_makes_a_header_or_a_recipient(name: str, subject: str) -> None:
    """Whatever stands in a name or a subject, the mail has its own headers and one recipient."""
    hook = smtp_hook()
    told = context(Channel.EMAIL, CONTENT)
    to = Address(part("smtp").in_header(name), "ann", "customer.example")
    mail = hook.write(told, to, Rendered("body\n", subject))
    assert isinstance(mail, EmailMessage)
    read = message_from_bytes(mail.as_bytes(policy=SMTP), policy=default)
    assert [key.lower() for key in read] == [
        "message-id",
        "date",
        "from",
        "to",
        "subject",
        "content-type",
        "content-transfer-encoding",
        "mime-version",
    ]
    assert [one.addr_spec for one in read["To"].addresses] == ["ann@customer.example"]
    assert read["Message-ID"] == f"<{told.key}@shop.example>"


@pytest.mark.parametrize("email", ADDRESSES)
def test_what_is_no_address_gets_no_mail(email: str) -> None:
    """An address that is none, or hides another one, fails for good before any server is asked."""
    told = context(Channel.EMAIL, CONTENT, {"name": "Ann", "email": email})
    assert smtp_hook()(told) == Failed("bad_address")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mail_arrives_once_for_its_key(port: int, mailbox: Path, name: str) -> None:
    """The same key twice leaves one mail in the mailbox, to one recipient, whatever the name."""
    told = context(Channel.EMAIL, CONTENT, {"name": name, "email": "ann@customer.example"})
    hook = Registered(Channel.EMAIL, smtp_hook(port), idempotent=True)
    said = check_hook(hook, told, effects=lambda: sorted(mailbox.iterdir()))
    assert said == Sent(receipt=f"<{told.key}@shop.example>")
    (kept,) = mailbox.iterdir()
    assert kept.name == f"{told.key}.eml"
    mail = message_from_string(kept.read_text(encoding="utf-8"), policy=default)
    assert [one.addr_spec for one in mail["To"].addresses] == ["ann@customer.example"]
    assert mail["Bcc"] is None


def test_the_server_takes_no_mail_without_a_key(port: int, mailbox: Path) -> None:
    """A Message-ID that is no key is refused: file names come from keys alone."""
    mail = EmailMessage()
    mail["Message-ID"] = "<../../etc/passwd@shop.example>"
    with (
        smtplib.SMTP("127.0.0.1", port) as server,
        pytest.raises(smtplib.SMTPDataError, match="Message-ID"),
    ):
        server.send_message(mail, "a@shop.example", ["b@shop.example"])
    assert not list(mailbox.iterdir())


REFUSALS = [
    (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), Failed("refused")),
    (smtplib.SMTPRecipientsRefused({"a": (451, b"later")}), Failed("refused", retryable=True)),
    (smtplib.SMTPDataError(554, b"no"), Failed("refused")),
    (smtplib.SMTPDataError(452, b"later"), Failed("refused", retryable=True)),
]


@pytest.mark.parametrize(("refusal", "outcome"), REFUSALS)
def test_a_server_says_whether_to_try_again(
    monkeypatch: pytest.MonkeyPatch, port: int, refusal: Exception, outcome: Failed
) -> None:
    """Replies of 400 to 499 mean later, others never."""

    def refuse(*_: object) -> None:
        raise refusal

    monkeypatch.setattr(smtplib.SMTP, "send_message", refuse)
    told = context(Channel.EMAIL, CONTENT, {"name": "Ann", "email": "ann@customer.example"})
    assert smtp_hook(port)(told) == outcome


def test_where_no_server_is_it_is_tried_again() -> None:
    """Where nobody listens nothing was sent, and it is worth another try."""
    told = context(Channel.EMAIL, CONTENT, {"name": "Ann", "email": "ann@customer.example"})
    assert smtp_hook()(told) == Failed("no_server", retryable=True)


def test_what_cannot_be_filled_in_is_not_sent(tmp_path: Path) -> None:
    """Without the name, without a text, or with a text that changed, nothing goes out."""
    values = {"email": "ann@customer.example"}
    other = describe_template("Hi", id="text", channel=Channel.POST, author="somebody")
    drop = drop_hook(tmp_path)
    assert smtp_hook()(context(Channel.EMAIL, CONTENT, values)) == Failed("values_missing")
    assert smtp_hook()(context(Channel.EMAIL, None, values)) == Failed("no_text")
    assert drop(context(Channel.POST, LETTER)) == Failed("values_missing")
    assert drop(context(Channel.POST, other, {"name": "Ann"})) == Failed("template_changed")
    assert drop(context(Channel.POST)) == Failed("no_text")
    assert not list(tmp_path.iterdir())


def test_a_letter_lies_there_once(tmp_path: Path) -> None:
    """The same key twice leaves one whole letter, named by the key alone."""
    told = context(Channel.POST, LETTER, {"name": "../../Ann"})
    hook = Registered(Channel.POST, drop_hook(tmp_path), idempotent=True)
    said = check_hook(hook, told, effects=lambda: sorted(tmp_path.iterdir()))
    assert said == Sent(receipt=f"{told.key}.txt")
    (letter,) = tmp_path.iterdir()
    assert letter.read_text(encoding="utf-8").endswith("../../Ann, thank you.\n")


def test_half_a_file_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off before it is moved to its place, a file keeps what it held before."""
    write_whole, path = part("files").write_whole, tmp_path / "file"
    write_whole(path, "before")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", cut_off)
        with pytest.raises(KeyboardInterrupt):
            write_whole(path, "after")
    assert path.read_text() == "before"
    write_whole(path, "after")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["after"]


def test_a_task_waits_for_its_note(tmp_path: Path) -> None:
    """A task is put off until a person notes what was said; the first note stays."""
    tasks = part("tasks")
    told, hook = context(Channel.FACE_TO_FACE), task_hook(tmp_path)
    waiting = hook(told)
    assert isinstance(waiting, Deferred)
    assert waiting.until > NOW
    (task,) = tmp_path.iterdir()
    tasks.close(task, "All clear.")
    tasks.close(task, "Somebody else.")
    registered = Registered(Channel.FACE_TO_FACE, hook, idempotent=True)
    assert check_hook(registered, told, effects=task.read_text) == Sent(note="All clear.")


@pytest.mark.no_cover
@given(st.data())
def test_no_words_of_a_customer_close_a_task(data: st.DataObject) -> None:
    """A task stays open whatever stands in the name or in what the customer said."""
    rule = part("tasks").RULE
    words = st.text() | st.sampled_from([rule, f"x{rule}done", f"{rule}\n{rule}done"])
    name, said = data.draw(words), data.draw(words)
    asked = Event(EventKind.COMPLAINED, NOW, "e-1", {"about": said})
    told = context(Channel.FACE_TO_FACE, None, {"name": name}, History((asked,)))
    with tempfile.TemporaryDirectory() as folder:
        assert isinstance(task_hook(Path(folder))(told), Deferred)


@pytest.mark.no_cover
@given(st.data(), st.sampled_from([Channel.EMAIL, Channel.POST, Channel.FACE_TO_FACE]))
def test_hooks_keep_the_contract(data: st.DataObject, channel: Channel) -> None:
    """Told anything at all, no hook raises, and the same key again has no effect again."""
    told = data.draw(hook_contexts(channel=channel))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hooks = {
            Channel.EMAIL: smtp_hook(),
            Channel.POST: drop_hook(folder),
            Channel.FACE_TO_FACE: task_hook(folder),
        }
        registered = Registered(channel, hooks[channel], idempotent=True)
        check_hook(registered, told, effects=lambda: _read(folder))


def _read(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def contents() -> dict[tuple[str, Channel, Lang | None], Content]:
    """Return what the shop says."""
    library, _ = part("contents").read_contents(SHOP / "templates")
    assert isinstance(library, Library)
    return {(one.id, one.channel, one.lang): one for one in library.contents}


def test_every_text_of_the_shop_is_approved() -> None:
    """Somebody other than its author has read each text as it stands."""
    assert contents()
    assert {
        shelf: one.approved_by for shelf, one in contents().items() if not one.approved_by
    } == {}


def test_every_row_of_the_shop_has_its_texts() -> None:
    """Each row of the playbook has a text for each of its channels, and each text has a row."""
    wanted = {
        (play.content, channel)
        for play in part("plays").PLAYBOOK.plays
        for channel in play.channels
        if play.content is not None
    }
    assert {(id, channel) for id, channel, _ in contents()} == wanted


def test_a_changed_text_reaches_nobody(tmp_path: Path) -> None:
    """A text that is not the one that was read has no approval, as one without a line has none."""
    (tmp_path / "post").mkdir()
    for name in ("thanks.txt", "new.txt"):
        (tmp_path / "post" / name).write_text("Dear rich {{ name }}\n", encoding="utf-8")
    approvals = (SHOP / "templates" / "approvals.toml").read_text(encoding="utf-8")
    (tmp_path / "approvals.toml").write_text(approvals, encoding="utf-8")
    library, _ = part("contents").read_contents(tmp_path)
    changed, new = (library.find(id, Channel.POST, Lang.EN) for id in ("thanks", "new"))
    assert changed.approvals[0] == Approval("Kadri", changed.approvals[0].digest)
    assert (changed.approved_by, new.approvals) == (frozenset(), ())
