"""Files for others to fetch, and tasks for people: whole, named by the key, done once."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.channels import (
    Deferred,
    Failed,
    History,
    HookContext,
    JinjaRenderer,
    Registered,
    Sent,
)
from cxjourney.dispatch.hooks import FileDrop, TaskList
from cxjourney.errors import InvalidError
from cxjourney.testing import check_hook, hook_contexts
from cxjourney.vocabulary import Channel, Event, EventKind, Lang
from tests.dispatch.hooks.peers import HOSTILE, NOW, RENDERER, SOURCE, told

DROPPED = Failed("not_written", retryable=True)


@pytest.mark.parametrize("name", ["../../Ann", *HOSTILE])
def test_a_letter_lies_there_once(tmp_path: Path, name: str) -> None:
    """The same key twice leaves one whole file, named by the key alone."""
    context = told(Channel.POST, {"name": name})
    drop = Registered(Channel.POST, FileDrop(tmp_path / "new", RENDERER), idempotent=True)
    said = check_hook(drop, context, effects=lambda: sorted(tmp_path.rglob("*")))
    assert said == Sent(receipt=f"{context.key}.txt")
    (letter,) = (tmp_path / "new").iterdir()
    assert letter.name == f"{context.key}.txt"
    assert letter.read_text(encoding="utf-8").endswith(", grüße.\n")


def test_html_is_called_html(tmp_path: Path) -> None:
    """Where the renderer marks up the channel, the file's name says so."""
    marked = JinjaRenderer({("text", Channel.POST, None): SOURCE}, markup={Channel.POST})
    context = told(Channel.POST)
    assert FileDrop(tmp_path, marked)(context) == Sent(receipt=f"{context.key}.html")


def test_half_a_file_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written leaves nothing with the name of a letter or a task."""

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "replace", full)
    assert FileDrop(tmp_path, RENDERER)(told(Channel.POST)) == DROPPED
    assert TaskList(tmp_path)(told(Channel.FACE_TO_FACE)) == DROPPED
    assert all(one.name.startswith(".") for one in tmp_path.iterdir())


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    """A key that is no plain name, and an intent without a text, leave no file."""
    folder = tmp_path / "in"
    for key in ("../out", "a/b", ".", "a\x00"):
        assert FileDrop(folder, RENDERER)(told(Channel.POST, key=key)) == Failed("bad_key")
        assert TaskList(folder)(told(Channel.FACE_TO_FACE, key=key)) == Failed("bad_key")
    assert FileDrop(folder, RENDERER)(told(Channel.POST, text=False)) == Failed("no_text")
    assert not list(tmp_path.iterdir())


def test_a_task_waits_for_its_note(tmp_path: Path) -> None:
    """A task is put off until a person notes what was said; the first note stays."""
    said = {"about": "brakes\nsqueal"}
    events = (
        Event(EventKind.COMPLAINED, NOW, "e-1", said),
        Event(EventKind.CONSENT_GIVEN, NOW, "e-2"),
        Event(EventKind.DELIVERED, NOW, "e-3"),
    )
    tasks = TaskList(tmp_path, look_again=timedelta(hours=1))
    context = told(Channel.FACE_TO_FACE, history=History(events))
    assert tasks(context) == Deferred(NOW + timedelta(hours=1))
    assert tasks.open() == (context.key,)
    lines = (tmp_path / f"{context.key}.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# Ann (c-1)"
    assert any(line.endswith(": brakes squeal") for line in lines)
    assert not any("consent" in line for line in lines)
    tasks.close(context.key, "All clear.")
    tasks.close(context.key, "Somebody else.")
    kept = Registered(Channel.FACE_TO_FACE, tasks, idempotent=True)
    assert check_hook(kept, context) == Sent(note="All clear.")
    assert tasks.open() == ()


def test_a_task_is_in_the_language_of_its_readers(tmp_path: Path) -> None:
    """Those who read tasks read them in their own language; what has no due names none."""
    context = told(Channel.FACE_TO_FACE, {})
    TaskList(tmp_path / "en")(context)
    TaskList(tmp_path / "et", lang=Lang.ET)(context)
    english, estonian = (
        next((tmp_path / lang).iterdir()).read_text(encoding="utf-8") for lang in ("en", "et")
    )
    assert english != estonian


def test_an_editor_may_save_it_in_any_encoding(tmp_path: Path) -> None:
    """A note that is not UTF-8, has other line ends or is endless is a note all the same."""
    tasks, context = TaskList(tmp_path), told(Channel.FACE_TO_FACE)
    tasks(context)
    path = tmp_path / f"{context.key}.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"K\xf5ik selge." + b"a" * 20_000)
    assert isinstance(tasks(context), Sent)


@pytest.mark.parametrize(("key", "note"), [("nothing", "done"), ("../x", "done"), ("x", " ")])
def test_only_a_task_is_closed(tmp_path: Path, key: str, note: str) -> None:
    """No other file is written to, and no task is closed without a note."""
    with pytest.raises(InvalidError):
        TaskList(tmp_path).close(key, note)


def test_they_tell_nothing_of_themselves(tmp_path: Path) -> None:
    """No path stands in a repr."""
    assert repr(FileDrop(tmp_path, RENDERER)) == "<FileDrop>"
    assert repr(TaskList(tmp_path)) == "<TaskList>"


@pytest.mark.no_cover
@settings(max_examples=10)
@given(st.data())
def test_no_words_of_a_customer_close_a_task(data: st.DataObject) -> None:
    """A task stays open whatever stands in the name or in what the customer said."""
    rule = "\n----------------\n"
    words = st.text() | st.sampled_from([rule, f"x{rule}done", f"{rule}\n{rule}done"])
    name, said = data.draw(words), data.draw(words)
    asked = Event(EventKind.COMPLAINED, NOW, "e-1", {"about": said})
    context = told(Channel.FACE_TO_FACE, {"name": name}, history=History((asked,)))
    with tempfile.TemporaryDirectory() as folder:
        assert isinstance(TaskList(Path(folder))(context), Deferred)


@pytest.mark.no_cover
@settings(max_examples=10)
@given(st.data(), st.sampled_from([Channel.POST, Channel.FACE_TO_FACE]))
def test_they_keep_the_contract(data: st.DataObject, channel: Channel) -> None:
    """Told anything at all, neither raises, and the same key again has no effect again."""
    context: HookContext = data.draw(hook_contexts(channel=channel))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = FileDrop(folder, RENDERER) if channel is Channel.POST else TaskList(folder)
        check_hook(
            Registered(channel, made, idempotent=True),
            context,
            effects=lambda: {one.name: one.read_bytes() for one in folder.iterdir()},
        )
