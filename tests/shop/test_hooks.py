"""The mail server and the texts of the shop: one key has one effect, unread texts have none."""

import smtplib
from collections.abc import Iterator
from email import message_from_string
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from cxjourney.channels import (
    Approval,
    Content,
    JinjaRenderer,
    Library,
    Registered,
    Sent,
    describe_template,
)
from cxjourney.dispatch.hooks import SmtpHook
from cxjourney.testing import check_hook
from cxjourney.vocabulary import Channel, Lang
from tests.shop.example import SHOP, context, part

SENDER = Address("The bicycle shop", "shop", "shop.example")
SOURCE = "Subject: Dear {{ name }}\n\n{{ name }}, thank you.\n"
CONTENT = describe_template(SOURCE, id="text", channel=Channel.EMAIL, author="somebody")
RENDERER = JinjaRenderer({("text", Channel.EMAIL, None): SOURCE}, markup=())


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """Return the folder that the server keeps mails in."""
    return tmp_path / "mail"


@pytest.fixture
def port(mailbox: Path) -> Iterator[int]:
    """Serve SMTP, and return the port."""
    with part("mailserver").mail_server(mailbox) as served:
        yield served


def test_a_mail_arrives_once_for_its_key(port: int, mailbox: Path) -> None:
    """The same key twice leaves one mail in the mailbox: here SMTP is idempotent."""
    told = context(Channel.EMAIL, CONTENT, {"name": "Ann", "email": "ann@customer.example"})
    mailing = SmtpHook("127.0.0.1", SENDER, RENDERER, port=port, tls=None)
    hook = Registered(Channel.EMAIL, mailing, idempotent=True)
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
