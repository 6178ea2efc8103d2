"""What all commands keep to: their documents, help and width, and no raw text of others."""

import argparse
import json
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.cli import COMMANDS, parser_of
from cxjourney.cli._parsing import Parser, actions_of  # every option of every command
from cxjourney.dispatch.journal import SqlJournal, State
from cxjourney.show._layout._wrapping import columns  # measures as terminals do
from cxjourney.vocabulary import EventKind, Lang
from cxjourney.vocabulary._texts import catalogue  # the texts of the help
from tests.cli.commands import said
from tests.dispatch.world import Carrier, World
from tests.replay.makers import write

K = EventKind
PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text(encoding="utf-8")
NASTY = "\x1b[2J\x9b31m\u202eM\u00e4ri\u0301\u5bbf[b]\r\n\x07"
KANO = f'"with_{NASTY}A","without_{NASTY}A"\n' + "1,5\n2,3\n1,4\n" * 20
PLAIN = {
    "replay": ("replay", "--example"),
    "map": ("map", "--example"),
    "wishes": ("wishes", "--example"),
    "wishes (no outcome)": ("wishes", "{kano}"),
    "wishes --kano": ("wishes", "{kano}", "--kano"),
    "rehearse": ("rehearse", "--people", "2", "--days", "30"),
    "chart print": ("chart", "print"),
    "chart diagram": ("chart", "diagram"),
    "chart check": ("chart", "check"),
    "chart explore": ("chart", "explore"),
    **{
        f"journal {action}": ("journal", "{url}", action)
        for action in ("waiting", "owed", "dead", "troubles", "overdue", "figures", "check")
    },
    "journal export": ("journal", "{url}", "export", NASTY),
    "journal redrive": ("journal", "{url}", "redrive", "{key}"),
    "journal resolve": ("journal", "{url}", "resolve", "{key}", "--skipped", "no"),
    "journal break-claim": ("journal", "{url}", "break-claim", NASTY),
    "journal rename": ("journal", "{url}", "rename", NASTY, "new"),
    "journal merge": ("journal", "{url}", "merge", "new", "bert"),
    "journal archive": ("journal", "{url}", "archive", "--before", "2020-01-01T00:00Z"),
}
"""A use of each command, under the name that the page gives it, in an order that works."""


def raises(context: HookContext) -> HookOutcome:
    """Break where the customer's name is nasty."""
    if context.intent.customer == NASTY:
        raise ValueError(NASTY)
    return Sent("ok", "fine")


@pytest.fixture
def known(tmp_path: Path) -> dict[str, str]:
    """Make what the commands ask for: a journal in which a nasty customer is dead, a survey."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with closing(SqlJournal(url)) as journal:
        world = World(Carrier(raises), journal=journal)
        for customer in (NASTY, "bert"):
            world.happens(K.PURCHASED, customer)
        with suppress(ExceptionGroup):
            world.dispatcher().run()
        (dead,) = (one for one in journal.outbox([*State]) if one.intent.customer == NASTY)
    return {"url": url, "kano": write(tmp_path / "kano.csv", KANO), "key": dead.key}


def filled(arguments: tuple[str, ...], known: dict[str, str]) -> list[str]:
    """Return arguments with the places of files and keys filled in."""
    return [known.get(one[1:-1], one) if one.startswith("{") else one for one in arguments]


@pytest.mark.no_cover
def test_every_document_is_on_the_page(known: dict[str, str]) -> None:
    """Each document in JSON begins with its name and version, and has the keys that it says."""
    for name, arguments in PLAIN.items():
        status, out, err = said(*filled(arguments, known), "--json")
        assert (status, err) == (0, ""), name
        assert harmless(out), name
        first, *others = json.loads(out).items()
        keys = ", ".join(f"`{key}`" for key, _ in others)
        assert f"| `{name}` | `{first[0]}` | {first[1]} | {keys} |" in PAGE


@pytest.mark.no_cover
@pytest.mark.parametrize("lang", Lang)
def test_every_text_fits_a_pipe_and_a_terminal(known: dict[str, str], lang: Lang) -> None:
    """No line is wider than 80 columns in a pipe, and nothing of it commands a terminal."""
    for name, arguments in PLAIN.items():
        if name in {"chart diagram", "journal export", "map"}:
            continue
        full = ["--full"] * (arguments[0] != "journal" and name not in {"map", "chart check"})
        show = ["--show-values"] * (name.split()[-1] in {"dead", "waiting", "check", "overdue"})
        status, out, _ = said(*filled(arguments, known), *full, *show, "--lang", lang.value)
        assert status in {0, 1, 2}, name
        assert harmless(out), name
        assert max(map(columns, out.splitlines()), default=0) <= 80, name


def harmless(text: str) -> bool:
    """Say whether a text holds printable characters and line ends alone."""
    return all(line.isprintable() for line in text.split("\n"))


nasty = st.text(max_size=12) | st.sampled_from([NASTY, "\x1b]0;x\x07", "\x9b2J", "=cmd|'", "a\rb"])


@pytest.mark.no_cover
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(nasty, nasty), min_size=1, max_size=4), nasty, st.sampled_from(Lang))
def test_nothing_in_a_log_commands_a_terminal(
    tmp_path: Path, cells: list[tuple[str, str]], name: str, lang: Lang
) -> None:
    """Whatever stands in names, cells and activities, no command prints it raw."""
    log, mapping = tmp_path / "log.csv", tmp_path / "map.toml"
    rows = [("customer", "at", "activity", name), *((c, DAY, a, "1") for c, a in cells)]
    quoted = ('"' + cell.replace('"', '""') + '"' for row in rows for cell in row)
    fields = list(quoted)
    text = "".join(f"{','.join(fields[n : n + 4])}\r\n" for n in range(0, len(fields), 4))
    log.write_bytes(text.encode("utf-8", "surrogatepass"))
    mapping.unlink(missing_ok=True)
    show = ("--lang", lang.value)
    told = [said("map", str(log), *show), said("map", str(log), "--json")]
    told.append(said("map", str(log), "-o", str(mapping), *show))
    if mapping.exists():
        replay = ("replay", str(log), "--mapping", str(mapping), "--show-values", "--full", *show)
        told += [said(*replay), said(*replay, "--json")]
    for status, out, err in told:
        assert status in {0, 2}
        assert harmless(out)
        assert harmless(err)


DAY = "2024-03-01T12:00:00Z"


def examples() -> Iterator[str]:
    """Yield the example with which the help of each command and of each action begins."""
    helps = [(name, said(name, "--help")) for name in COMMANDS]
    actions = [("chart", one) for one in ("print", "diagram", "check", "explore")]
    actions += [("journal", one) for one in ("waiting", "owed", "figures", "check")]
    for command, action in actions:
        place = ("sqlite:///shop.db",) if command == "journal" else ()
        helps.append((command, said(command, *place, action, "--help")))
    for name, (status, out, _) in helps:
        assert status == 0
        first, blank, usage, *_ = out.split("\n")
        assert first.startswith(f"example: cxjourney {name}")
        assert not blank
        assert usage.startswith(f"usage: cxjourney {name}")
        yield first.removeprefix("example: cxjourney ")


@pytest.mark.no_cover
def test_the_example_of_every_help_works(
    known: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the help shows first can be typed as it stands, where a journal shop.db is."""
    assert known
    pytest.importorskip("shtab")
    monkeypatch.chdir(tmp_path)
    for example in examples():
        status, out, err = said(*example.split())
        assert (status, err) == (0, ""), example
        assert out


def options_of(parser: Parser, path: str) -> Iterator[tuple[str, argparse.Action]]:
    """Yield every option and argument of a command and of its actions, with where it stands."""
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            yield path, action
    for name, one in actions_of(parser).items():
        yield from options_of(one, f"{path} {name}")


def test_every_option_has_a_text_in_each_language() -> None:
    """Each option, argument, action and group of every command is told in all three languages."""
    of = {lang: [*options_of(parser_of((), lang, whole=True), "")] for lang in Lang}
    used = set[str]()
    for (path, action), *others in zip(*of.values(), strict=True):
        texts = [str(action.help), *(str(one.help) for _, one in others)]
        used.update(texts)
        assert all(one.strip() and one != "None" for one in texts), (path, action.dest)
        assert len(set(texts)) == len(Lang) or action.dest == "shell", (path, action.dest)
    for lang in Lang:
        whole = parser_of((), lang, whole=True)
        parsers = [whole, *actions_of(whole).values()]
        parsers += [one for parser in parsers[1:] for one in actions_of(parser).values()]
        for one in parsers:
            used.update(str(group.title) for group in one._action_groups)
            described = str(one.description)
            used.add(described[0].lower() + described[1:].removesuffix("."))
            assert max(map(len, one.format_help().splitlines())) <= 100
    unused = {text for lang in Lang for text in catalogue(lang)["Option"].values()} - used
    assert not unused


@pytest.mark.parametrize("lang", Lang)
def test_help_and_faults_speak_the_language(lang: Lang) -> None:
    """The usage is headed, and a wrong option is told, in the language asked for."""
    usage = {Lang.EN: "usage: ", Lang.ET: "kasutus: ", Lang.FI: "käyttö: "}[lang]
    assert usage in said("replay", "--help", "--lang", lang.value)[1]
    wrong = {Lang.EN: "unknown option", Lang.ET: "tundmatu valik", Lang.FI: "tuntematon valitsin"}
    status, _, err = said("replay", "--exmple", f"--lang={lang.value}")
    assert status == 2
    assert re.search(rf": {wrong[lang]} --exmple \([\w ]+ --example\?\); .* --help\n$", err)
