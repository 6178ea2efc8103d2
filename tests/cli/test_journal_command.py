"""``python -m cxjourney journal``: looking at a journal, and mending it by hand."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import cxjourney.cli._journal._journal_command as command  # takes the machine's time
from cxjourney.channels import Failed, HookContext, HookOutcome, HookSet, Sent
from cxjourney.channels.policy import Policy
from cxjourney.cli import main
from cxjourney.cli._journal._journal_url import opened  # reads alone, as no command can be seen to
from cxjourney.dispatch import Dispatcher, DispatchError
from cxjourney.dispatch.journal import SqlJournal, State
from cxjourney.errors import MissingExtraError
from cxjourney.playbook import standard_playbook
from cxjourney.vocabulary import Channel, Event, EventKind, Touchpoint
from tests.cli.commands import fault, on_a_terminal
from tests.dispatch.world import Carrier, World

K = EventKind
COMES: Mapping[EventKind, Mapping[str, object]] = {
    K.ASKED: {"question": "?"},
    K.TOUCHED: {"touchpoint": Touchpoint.SHOP},
}
READING = ("waiting", "owed", "dead", "troubles", "overdue", "figures", "check")
SAID = "Anna's mailbox is full"


@attrs.define
class Shop:
    """A journal in a database, with something of each kind in it."""

    url: str
    keys: dict[str, str]

    def key(self, customer: str) -> str:
        """Return the key of a customer's only intent."""
        return self.keys[customer]


def says(context: HookContext) -> HookOutcome:
    """Fail for Anna, raise for Bert, stop the program for Finn."""
    if context.intent.customer == "anna":
        return Failed(SAID)
    if context.intent.customer == "bert":
        raise ValueError(SAID)
    if context.intent.customer == "finn":
        raise KeyboardInterrupt
    return Sent("ok", "fine")


def lived(url: str) -> Shop:
    """Let a shop have some customers: two dead letters, one at work, one that waits."""
    with closing(SqlJournal(url)) as journal:
        world = World(Carrier(says), journal=journal)
        for customer in ("anna", "bert", "cleo"):
            world.happens(K.PURCHASED, customer)
        world.dispatcher().run()
        for customer in ("finn", "gina"):
            world.happens(K.ASKED, customer, question="?")
        with pytest.raises(KeyboardInterrupt):
            world.dispatcher(batch=1).run()
        found = journal.outbox([*State])
        return Shop(url, {one.intent.customer: one.key for one in found})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shop]:
    """Make a shop in a file of SQLite, of which each test gets a copy."""
    path = tmp_path_factory.mktemp("made") / "shop.db"
    return path, lived(f"sqlite:///{path}")


@pytest.fixture
def small(made: tuple[Path, Shop], tmp_path: Path) -> Shop:
    """Give a shop in a file of SQLite."""
    path = shutil.copy(made[0], tmp_path)
    return attrs.evolve(made[1], url=f"sqlite:///{path}")


@pytest.fixture(scope="module")
def large(postgres: Callable[[], str]) -> Shop:
    """Give a shop in a database of PostgreSQL, in which nobody may write."""
    return lived(postgres())


@pytest.fixture(params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest) -> Shop:
    """Give a shop in each kind of database."""
    if request.param == "sqlite":
        found: Shop = request.getfixturevalue("small")
        return found
    make: Callable[[], str] = request.getfixturevalue("postgres")
    return lived(make())


@pytest.fixture(params=["small", "large"])
def seen(request: pytest.FixtureRequest) -> Shop:
    """Give a shop in each kind of database for who only looks at it."""
    found: Shop = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be ten days later for whoever types a command."""
    monkeypatch.setattr(command, "clock", lambda: datetime(2026, 3, 12, 9, tzinfo=UTC))


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """Run a command, and return what it prints."""
    assert main(["journal", *arguments]) == status
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def plain(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    """Run a command with ``--json``, and return what it tells."""
    found = json.loads(told(capsys, *arguments, "--json", status=status))
    assert found.pop("journal") == 1
    return found


def test_what_waits(seen: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """What is planned or at work, and since when or for when."""
    found = plain(capsys, seen.url, "waiting")
    assert [(one["state"], one["play"]) for one in found["waiting"]] == [
        ("STARTED", "answer"),
        ("PLANNED", "answer"),
    ]
    assert found["more"] is False
    assert [one["customer"] for one in found["waiting"]] == [None, None]
    out = told(capsys, seen.url, "waiting")
    assert "\n  what is done: answer the question\n  channel: face to face\n" in out
    assert max(map(len, out.splitlines())) <= 80


def test_dead_letters(seen: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """Ids, and what a hook said, are hidden unless they are asked for; our own reasons are not."""
    lines = told(capsys, seen.url, "dead")
    assert lines.startswith("Dead letters: failed for good, or not known: 2\n")
    assert "sending failed with an error (ValueError)" in lines
    assert "anna" not in lines
    assert SAID not in lines
    lines = told(capsys, seen.url, "dead", "--show-values")
    assert "anna" in lines
    assert SAID in lines
    one, _ = plain(capsys, seen.url, "dead", "--show-values")["dead"]
    assert (one["customer"], one["reason"]) == ("anna", SAID)
    assert (one["policy"], one["approved_by"]) == (["standard", 1], ["bob", "eve"])
    one, other = plain(capsys, seen.url, "dead")["dead"]
    assert (one["customer"], one["engagement"], one["approved_by"]) == (None, None, None)
    assert (one["reason"], other["reason"]) == ("...", "raised_ValueError")


def test_why_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a rule of the policy said stands beside its id, in the language asked for."""
    url, at = f"sqlite:///{tmp_path / 'strict.db'}", datetime(2026, 3, 2, 9, tzinfo=UTC)
    with closing(SqlJournal(url)) as journal:
        dispatcher = Dispatcher(
            journal,
            playbook=standard_playbook(),
            policy=Policy(),
            hooks=HookSet(),
            clock=lambda: at,
        )
        dispatcher.record("anna", "", Event(K.ASKED, at, "e1", {"question": "?"}))
    assert "C01: no consent is on record" in told(capsys, url, "waiting")
    assert "C01: nõusolekut ei ole kirjas" in told(capsys, url, "waiting", "--lang", "et")


def test_a_list_is_cut(seen: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """And says so."""
    found = plain(capsys, seen.url, "overdue", "--limit", "1")
    assert (len(found["overdue"]), found["more"]) == (1, True)
    lines = told(capsys, seen.url, "overdue", "--limit", "1", "--lang", "et")
    assert "--limit ütleb" in lines
    whole = plain(capsys, seen.url, "overdue", "--limit", "8")
    assert (len(whole["overdue"]), whole["more"]) == (8, False)


def test_what_is_overdue(seen: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """As of now, or of another moment; longest first; ``--fail`` is for those who watch."""
    found = plain(capsys, seen.url, "overdue", "--show-values", "--fail", status=1)["overdue"]
    first = found[0]
    assert first["due"] == "2026-03-04T09:00:00+00:00"
    assert first["customer"] == "anna"
    assert found == sorted(found, key=lambda one: str(one["due"]))
    early = told(capsys, seen.url, "overdue", "--as-of", "2026-03-02T09:00Z", "--fail")
    assert early == "Overdue: 0\nnothing\n"
    lines = told(capsys, seen.url, "overdue", "--lang", "fi")
    assert lines.startswith("Myöhässä: 8\n")
    hidden = plain(capsys, seen.url, "overdue")["overdue"][0]
    assert (hidden["customer"], hidden["engagement"], hidden["key"]) == (None, None, None)
    lines = told(capsys, seen.url, "overdue", "--show-values")
    assert "anna" in lines


def test_customers_in_trouble(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """By handle, and how often in a row; who it is, where that is asked for."""

    def down(_: str) -> Any:
        raise ConnectionError(SAID)

    assert plain(capsys, shop.url, "troubles", "--fail") == {"troubles": [], "more": False}
    with closing(SqlJournal(shop.url)) as journal:
        world = World(journal=journal)
        world.happens(K.ASKED, "hugo", question="?")
        world.clock.at += timedelta(days=10)
        with pytest.raises(DispatchError) as raised:
            world.dispatcher(profiles=down).run()
        handles = raised.value.report.failing
    found = plain(capsys, shop.url, "troubles", "--show-values")["troubles"]
    assert {one["handle"] for one in found} == set(handles)
    assert {one["error"] for one in found} == {"ConnectionError"}
    assert "hugo" in [one["customer"] for one in found]
    hidden = told(capsys, shop.url, "troubles")
    assert "hugo" not in hidden
    assert handles[0] in hidden
    assert "hugo" in told(capsys, shop.url, "troubles", "--show-values")


def test_what_was_not_sent_and_is_still_owed(
    small: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a person settled as not done stays there while the duty is open."""
    key = small.key("gina")
    told(capsys, small.url, "resolve", key, "--skipped", "no telephone", "--actor", "ann")
    (one,) = plain(capsys, small.url, "owed")["owed"]
    assert (one["key"], one["state"], one["reason"]) == (key, "SKIPPED", "...")


def test_pages_follow_each_other(
    small: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many the journal gives at a time."""
    whole = plain(capsys, small.url, "overdue"), plain(capsys, small.url, "dead")
    for method in ("overdue", "outbox", "still_owed"):
        real = getattr(SqlJournal, method)

        def one_by_one(*given: Any, _real: Any = real, **named: Any) -> Any:
            return _real(*given, **{**named, "limit": 1})

        monkeypatch.setattr(SqlJournal, method, one_by_one)
    assert (plain(capsys, small.url, "overdue"), plain(capsys, small.url, "dead")) == whole


def test_figures(seen: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts of everything, and when the next turn is."""
    found = plain(capsys, seen.url, "figures")
    assert found == {
        "version": 2,
        "customers": 5,
        "journeys": 5,
        "attempts": 4,
        "archived": 0,
        "erased": 0,
        "events": 5,
        "intents": {"PLANNED": 1, "STARTED": 1, "SENT": 1, "FAILED": 1, "UNKNOWN": 1},
        "duties": 8,
        "overdue": 8,
        "claimed": 0,
        "late": found["late"],
        "next_attention": "2026-03-02T09:00:00+00:00",
    }
    lines = told(capsys, seen.url, "figures", "--lang", "et")
    assert "kliente: 5\n" in lines
    assert "järgmise korra aeg: 2.03.2026 kell 9.00 UTC" in lines


def test_figures_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty journal has them too."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with closing(SqlJournal(url)) as journal:
        journal.create()
    lines = told(capsys, url, "figures")
    assert "intents: 0\n" in lines
    assert "next turn: never\n" in lines
    assert told(capsys, url, "check").endswith("wrong: nothing\n")


def test_all_is_well(seen: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """After a crash too."""
    found = plain(capsys, seen.url, "check")
    assert found == {"customers": 5, "journeys": 5, "intents": 5, "unknown": 0, "wrong": []}


SWAP = """
UPDATE cx_journey SET snapshot = one.snapshot FROM cx_journey AS one
WHERE one.customer = 'finn' AND cx_journey.customer = 'anna'
"""


@pytest.fixture
def spoil(small: Shop) -> Callable[..., None]:
    """Give what changes rows by hand."""

    def change(statement: str, **values: Any) -> None:
        engine = create_engine(small.url)
        with engine.begin() as connection:
            connection.execute(text(statement), values)
        engine.dispose()

    return change


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE cx_journey SET head = '{' WHERE customer = 'anna'", "unreadable"),
        ("UPDATE cx_log SET data = '{}' WHERE customer = 'anna'", "unreadable"),
        ("UPDATE cx_outbox SET data = '{}' WHERE customer = 'anna'", "unreadable"),
        ("UPDATE cx_log SET data = replace(data, 'purchased', 'sung')", "unreadable"),
        ("UPDATE cx_customer SET attention_at = NULL WHERE customer = 'finn'", "never_looked_at"),
        ("UPDATE cx_outbox SET state = 'SENT' WHERE customer = 'anna'", "columns_differ"),
        (SWAP, "snapshot_differs"),
        ("UPDATE cx_attempt SET key = 'nobody' WHERE id = 1", "orphan"),
    ],
)
def test_what_is_wrong_is_found(
    statement: str,
    what: str,
    small: Shop,
    spoil: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With a status of its own, and whose it is where that is asked for."""
    spoil(statement)
    found = plain(capsys, small.url, "check", "--show-values", status=1)["wrong"]
    assert what in [one["what"] for one in found]
    hidden = plain(capsys, small.url, "check", status=1)["wrong"]
    assert {one["customer"] for one in hidden} == {None}
    lines = told(capsys, small.url, "check", "--show-values", status=1)
    assert f"wrong: {len(found)}\n" in lines
    assert ("[anna]" in lines) is any(one["customer"] == "anna" for one in found)


def test_the_archive_is_looked_at_too(
    small: Shop, spoil: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """A column that says otherwise than its data, and data that cannot be read."""
    assert plain(capsys, small.url, "archive", "--before", "2027-01-01T09:00Z")["intents"]
    assert plain(capsys, small.url, "check")["wrong"] == []
    spoil("UPDATE cx_archive SET number = number + 9")
    (wrong, *_) = plain(capsys, small.url, "check", status=1)["wrong"]
    assert wrong["what"] == "columns_differ"
    spoil("UPDATE cx_archive SET data = '{}'")
    (wrong, *_) = plain(capsys, small.url, "check", status=1)["wrong"]
    assert wrong["what"] == "unreadable"


def test_much_that_is_wrong_is_cut(
    small: Shop, spoil: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """A text shows the first of them; JSON has all."""
    for number in range(22):
        spoil("INSERT INTO cx_attempt (key, data) VALUES (:key, '{}')", key=f"no {number}")
    assert told(capsys, small.url, "check", status=1).endswith("  ... +24\n")
    found = Counter(one["what"] for one in plain(capsys, small.url, "check", status=1)["wrong"])
    assert found == {"orphan": 22, "unreadable": 22}


def test_a_damaged_file_is_told(small: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """SQLite looks for that itself."""
    path = Path(small.url.removeprefix("sqlite:///"))
    data = bytearray(path.read_bytes())
    engine = create_engine(small.url)
    with engine.connect() as connection:
        root = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'cx_outbox_reaches'"
        ).scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    engine.dispose()
    start = (root - 1) * size
    data[start + 3 : start + 5] = b"\0\0"  # an index that has no entries any more
    path.write_bytes(data)
    found = plain(capsys, small.url, "check", status=1)["wrong"]
    assert "file_damaged" in [one["what"] for one in found]


def test_a_check_shows_how_far_it_is(small: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal, customer by customer, and not where it is unwanted."""
    bars = on_a_terminal("journal", small.url, "check").split("\r")
    assert bars[1].startswith("checking  [")
    assert bars[-3].endswith(" 100 %")
    assert on_a_terminal("journal", small.url, "check", "--no-progress") == ""
    assert capsys.readouterr().out.count("customers: 5\n") == 2


def test_a_chart_that_is_not_defined_here_is_counted(
    small: Shop, spoil: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """That is no fault: the program that wrote it knows it."""
    head = "UPDATE cx_journey SET head = replace(head, 'eight_phases', 'own')"
    spoil(f"{head} WHERE customer = 'anna'")
    assert plain(capsys, small.url, "check")["unknown"] == 1
    out = told(capsys, small.url, "check")
    assert "not defined here, so that their events were not folded: 1" in " ".join(out.split())


def test_a_journey_that_is_kept_without_snapshot_is_well(
    small: Shop, spoil: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """As after an upgrade."""
    spoil("UPDATE cx_journey SET snapshot = NULL")
    assert plain(capsys, small.url, "check")["wrong"] == []


def everything(url: str) -> list[Any]:
    """Return all that is in a database."""
    engine = create_engine(url)
    tables = ("meta", "customer", "journey", "log", "outbox", "attempt", "tombstones", "duty")
    with engine.connect() as connection:
        found = [
            sorted(map(repr, connection.execute(text(f"SELECT * FROM cx_{one}"))))  # noqa: S608 - the names above
            for one in tables
        ]
    engine.dispose()
    return found


@pytest.mark.no_cover
@pytest.mark.parametrize("action", READING)
def test_looking_writes_nothing(
    action: str, seen: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of the file changes, and the database would refuse it."""
    path = Path(seen.url.removeprefix("sqlite:///"))
    before = everything(seen.url), path.read_bytes() if path.is_file() else b""
    told(capsys, seen.url, action)
    assert (everything(seen.url), path.read_bytes() if path.is_file() else b"") == before


def test_a_journal_that_is_looked_at_refuses_to_be_written(seen: Shop) -> None:
    """On both databases."""
    with opened(seen.url, writes=False) as (_, engine):
        with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
            connection.execute(text("DELETE FROM cx_customer"))
        told_by = str(refused.value.orig)
        assert "readonly" in told_by or "read-only" in told_by


def test_a_dead_letter_is_driven_again(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """The next run of the program tries it; once is enough, and who did it is kept."""
    key = shop.key("anna")
    lines = told(capsys, shop.url, "redrive", key, "--actor", "ann")
    wanted = "affirm the decision, e-mail: planned (started again by hand; playbook tests 1;"
    assert lines.startswith(wanted)
    with closing(SqlJournal(shop.url)) as journal:
        assert [one.by for one in journal.attempts(key)] == [None, None, "ann"]
        world = World(Carrier(lambda _: Sent("ok", "fine")), journal=journal)
        world.clock.at += timedelta(days=10)
        world.dispatcher().run()
        found = journal.find(key)
        assert found is not None
        assert found.state is State.SKIPPED  # ten days later it is too late for a welcome


def test_what_is_no_dead_letter_is_refused(small: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, by its key."""
    key = small.key("gina")
    told_so = fault(capsys, ["journal", small.url, "redrive", key])
    assert told_so == f"intent {key} is planned; expected failed or unknown"
    told_so = fault(capsys, ["journal", small.url, "redrive", "k"])
    assert told_so == "intent k is not in the journal; expected failed or unknown"
    told_so = fault(capsys, ["journal", small.url, "redrive", small.key("anna"), "--actor", " "])
    assert told_so.startswith("redrive.actor: str of 1 characters; expected a text that is not")


def test_somebody_says_what_was_not_done(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """Left undone on purpose, or surely not done."""
    one = plain(capsys, shop.url, "resolve", shop.key("bert"), "--failed", "no trace")
    assert (one["state"], one["customer"]) == ("FAILED", None)
    one = plain(capsys, shop.url, "resolve", shop.key("anna"), "--skipped", "told her")
    assert one["state"] == "SKIPPED"


def test_what_is_told_of_another_channel_is_refused(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report that comes twice is not taken for one of the channel that is in turn by now."""
    key = shop.key("bert")
    with closing(SqlJournal(shop.url)) as journal:
        item = journal.find(key)
    assert item is not None
    told_of = ("resolve", key, "--failed", "no trace", "--channel")
    other = next(one for one in Channel if one is not item.channel)
    told_so = fault(capsys, ["journal", shop.url, *told_of, other.value])
    assert told_so == f"intent {key} is unknown; expected one that goes by {other.value} still"
    assert item.channel is not None
    assert plain(capsys, shop.url, *told_of, item.channel.value)["state"] == "FAILED"


def test_what_was_done_is_told_to_the_journey_by_the_program(
    small: Shop,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its playbook says what the journey is told, so it has to be named."""
    key = small.key("gina")
    sent = ("resolve", key, "--sent", "--note", "all clear", "--actor", "ann")
    told_so = fault(capsys, ["journal", small.url, *sent])
    assert told_so == (
        "resolve: sent, of which the journey is to be told; "
        "expected --app MODULE:DISPATCHER, which knows how"
    )
    (tmp_path / "my_wiring.py").write_text(
        "from tests.dispatch.world import World\ndispatcher = World().dispatcher()\nother = 7\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert plain(capsys, small.url, *sent, "--app", "my_wiring:dispatcher")["state"] == "SENT"
    with closing(SqlJournal(small.url)) as journal:
        journey = World(journal=journal).dispatcher().journey("gina")
        assert journey is not None
        assert journey.owed == ()
    sys.modules.pop("my_wiring")
    for app, found in (
        ("my_wiring:other", "int"),
        ("my_wiring:nothing", "None"),
        ("my_wiring", "None"),
        ("no_such_module:dispatcher", "ModuleNotFoundError at the import"),
    ):
        told_so = fault(capsys, ["journal", small.url, *sent, "--app", app])
        assert told_so.startswith(f"--app: {found}; expected MODULE:DISPATCHER")


def test_others_may_write_meanwhile(
    small: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is decided anew then, on what is there by now."""
    key, others = small.key("anna"), iter([1, 2])
    real = SqlJournal.dossier

    def meanwhile(journal: SqlJournal, *asked: Any) -> Any:
        found = real(journal, *asked)
        customer = asked[0]
        if next(others, None):
            with closing(SqlJournal(small.url)) as other:
                real_one = World(journal=other)
                real_one.happens(K.ASKED, customer, question="?")
        return found

    monkeypatch.setattr(SqlJournal, "dossier", meanwhile)
    assert plain(capsys, small.url, "redrive", key)["state"] == "PLANNED"


def test_what_was_closed_long_ago_is_put_out_of_the_way(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there is counted with the rest."""
    before = plain(capsys, shop.url, "figures")
    assert plain(capsys, shop.url, "archive", "--before", "2026-03-02T09:00Z")["intents"] == 0
    done = plain(capsys, shop.url, "archive", "--before", "2026-03-03T09:00Z")
    assert (done["intents"], done["attempts"], done["busy"]) == (1, 1, 0)
    assert plain(capsys, shop.url, "check")["wrong"] == []
    after = plain(capsys, shop.url, "figures")
    assert after["archived"] == 1
    assert after["attempts"] == before["attempts"] - 1
    assert after["intents"] == {k: v for k, v in before["intents"].items() if k != "SENT"}
    lines = told(capsys, shop.url, "archive", "--before", "2026-03-03T09:00Z")
    assert "0" in lines
    told_so = fault(capsys, ["journal", shop.url, "archive", "--before", "2026-03-03"])
    assert told_so.startswith("--before: a time without a UTC offset; expected one with its")


def test_a_claim_is_broken(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """Once; what was being sent is unknown at the next run, and says who broke the claim."""
    assert told(capsys, shop.url, "break-claim", "finn", "--actor", "ann") == (
        "The claim is broken; the next run attends to the customer.\n"
    )
    assert plain(capsys, shop.url, "break-claim", "finn") == {"broken": False}
    assert told(capsys, shop.url, "break-claim", "finn") == "Nobody held the customer.\n"
    with closing(SqlJournal(shop.url)) as journal:
        (noted,) = journal.attempts(shop.key("finn"))
        assert noted.by == "ann"


def test_a_claim_is_broken_by_the_handle(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """It is what the troubles and the log tell, where the customer's id is hidden."""
    with closing(SqlJournal(shop.url)) as journal:
        handle = journal.read("finn").handle
    assert plain(capsys, shop.url, "break-claim", handle) == {"broken": True}
    assert plain(capsys, shop.url, "break-claim", handle) == {"broken": False}
    assert plain(capsys, shop.url, "break-claim", "nobody") == {"broken": False}


def test_all_that_is_kept_of_a_customer_is_told(
    seen: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """For whoever asks what is known of them."""
    found = json.loads(told(capsys, seen.url, "export", "anna"))
    assert found["customer"] == "anna"
    (journey,) = found["journeys"]
    assert [one["kind"] for one in journey["events"]] == ["purchased"]
    assert [one["effect"] for one in journey["steps"]] == ["MOVED"]
    (intent,) = found["intents"]
    assert [one["outcome"]["outcome"] for one in intent["history"]] == ["Failed", "Failed"]
    told_so = fault(capsys, ["journal", seen.url, "export", "nobody"])
    assert told_so == "CUSTOMER: an id under which nothing is kept; expected that of a customer"


SECRET = "hunter2"  # noqa: S105 - of nobody


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:///no/such/file.db", "URL: no file of this name; expected the file of a journal"),
        (f"sqlite://u:{SECRET}@h/no.db", "URL: no file of this name; expected the file of a"),
        ("sqlite://", "database: SQLite in memory; expected a file, or a MemoryJournal"),
        (f"mysql://u:{SECRET}@h/db", "database: mysql; expected SQLite or PostgreSQL"),
        (f"no url {SECRET}", "URL: a text of 14 characters; expected a URL such as sqlite:///"),
        (f"postgresql+no://u:{SECRET}@h/d", "URL: a text of 29 characters; expected a URL such as"),
        (
            f"postgresql+asyncpg://u:{SECRET}@127.0.0.1:1/db",
            "database: OperationalError; expected a database that answers",
        ),
        (f"postgresql+pg8000://u:{SECRET}@h/db", "URL: pg8000, which is not installed; expected"),
    ],
)
def test_a_url_is_never_repeated(
    url: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with it is told without the password that may stand in it."""
    told_so = fault(capsys, ["journal", url, "dead"])
    assert told_so.startswith(message)
    assert SECRET not in told_so


@pytest.mark.parametrize(
    "arguments",
    [
        ("journal", "dead", f"postgresql://u:{SECRET}@h/db"),
        ("journal", f"postgresql://u:{SECRET}@h/db", f"x://u:{SECRET}@h"),
        ("journal", "sqlite:///x", "dead", f"postgresql://u:{SECRET}@h/db"),
        (f"postgresql://u:a@b/{SECRET}@h/db",),
        ("journal", "sqlite:///x", "dead", f"--u=postgresql://u:{SECRET}@h/db"),
    ],
)
def test_not_even_where_it_does_not_belong(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Arguments in another order are refused without the password."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert SECRET not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dead", "--limit", "0"), "argument --limit: expected a whole number from 1; see --help"),
        (("dead", "--limit", "many"), "argument --limit: expected a whole number from 1; see"),
        (("dead", "--limt", "3"), "unknown option --limt (meant --limit?); see --help"),
        (("frobnicate",), "unknown command 'frobnicate'; expected one of"),
        (("resolve", "k"), "one of the arguments --sent --skipped --failed is required; see"),
    ],
)
def test_bad_arguments_of_an_action_get_one_line(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing or unknown is named."""
    with pytest.raises(SystemExit) as ended:
        main(["journal", "sqlite:///x", *arguments])
    assert ended.value.code == 2
    told_so = capsys.readouterr().err
    assert message in told_so
    assert told_so.count("\n") == 1


def test_a_secret_that_was_given_is_given_here_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a file; without it, or with another one, the journal is not opened."""
    secret, other = tmp_path / "secret", tmp_path / "other"
    secret.write_bytes(b"the secret of the shop")
    other.write_bytes(b"the secret of another shop")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with closing(SqlJournal(url, secret=secret.read_bytes())) as journal:
        World(journal=journal).happens(K.PURCHASED, "anna")
    assert main(["journal", "--secret-file", str(secret), url, "check"]) == 0
    assert "customers: 1" in capsys.readouterr().out
    for given in ((), ("--secret-file", str(other)), ("--secret-file", str(tmp_path / "none"))):
        assert main(["journal", *given, url, "check"]) == 2
        assert "secret" in capsys.readouterr().err
    with closing(SqlJournal(f"sqlite:///{tmp_path / 'own.db'}")) as journal:
        journal.create()
    with create_engine(f"sqlite:///{tmp_path / 'own.db'}").begin() as connection:
        connection.execute(text("DELETE FROM cx_secret"))
    assert main(["journal", f"sqlite:///{tmp_path / 'own.db'}", "check"]) == 2
    assert "none, and none is kept" in capsys.readouterr().err


def test_a_moment_has_its_offset(small: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """A local time may be any hour."""
    told_so = fault(capsys, ["journal", small.url, "overdue", "--as-of", "2026-03-02"])
    assert told_so.startswith("--as-of: a time without a UTC offset; expected one with its offset")


def test_tables_of_another_version_are_left_alone(
    small: Shop, spoil: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking upgrades nothing, and makes nothing."""
    spoil("UPDATE cx_meta SET version = 1")
    told_so = fault(capsys, ["journal", small.url, "dead"])
    assert told_so.startswith("database: tables of version 1; expected version 2; the program")
    empty = tmp_path / "empty.db"
    empty.touch()
    told_so = fault(capsys, ["journal", f"sqlite:///{empty}", "redrive", "k"])
    assert told_so.startswith("database: no tables of a journal; expected one that a SqlJournal")
    assert empty.read_bytes() == b""


def test_sqlite_may_be_named_by_its_asynchronous_driver(
    small: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """The URL of the program is good enough."""
    url = small.url.replace("sqlite:", "sqlite+aiosqlite:")
    assert plain(capsys, url, "check")["wrong"] == []


def test_the_clock_of_whoever_types_is_the_present(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is aware."""
    monkeypatch.undo()
    assert command.clock().tzinfo is UTC


def test_without_its_packages_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As every part of an extra does."""

    def missing(_: str) -> Iterator[None]:
        raise MissingExtraError("sqlalchemy", "sql")

    monkeypatch.setattr(command, "load", missing)
    told_so = fault(capsys, ["journal", "postgresql+psycopg://shop/x", "dead"])
    assert told_so == "sqlalchemy is needed here: pip install 'cxjourney[sql]'"


def test_a_customer_is_renamed_and_two_are_joined(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both ids go on working; what cannot be is refused."""
    assert told(capsys, shop.url, "rename", "finn", "finn 2", "--actor", "ann") == (
        "The customer goes under the new id now; the one before goes on working.\n"
    )
    assert plain(capsys, shop.url, "rename", "finn", "finn 2") == {"renamed": False}
    with closing(SqlJournal(shop.url)) as journal:
        (other, *_) = [one for one in journal.customers() if one != "finn 2"]
        assert journal.read("finn").customer == "finn 2"
    names = plain(capsys, shop.url, "merge", "finn", other, "--actor=bob")["engagements"]
    assert all(new != old for old, new in names.items())
    assert told(capsys, shop.url, "merge", "finn", other).startswith("The two are one customer")
    with closing(SqlJournal(shop.url)) as journal:
        assert journal.read("finn 2").customer == other
    found = json.loads(told(capsys, shop.url, "export", other))
    moves = {tuple((one["was"], one["by"]) for one in each["moved"]) for each in found["journeys"]}
    assert moves == {(), (("finn", "ann"), ("finn 2", "bob"))}
    assert plain(capsys, shop.url, "check")["wrong"] == []
    assert "nothing is kept" in fault(capsys, ["journal", shop.url, "merge", "nobody", other])


def test_checkpoints_are_folded_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each says what the events up to its moment do; one of another version is left alone."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with closing(SqlJournal(url)) as journal:
        company = World(journal=journal).dispatcher()
        begin = datetime(2026, 1, 5, 9, tzinfo=UTC)
        for hour in (*range(66), 40):
            kind = K.ASKED if hour % 9 == 3 else K.TOUCHED
            at = begin + timedelta(hours=hour, minutes=30 * (hour == 40))
            company.load([("anna", "", Event(kind, at, f"{at}", COMES[kind]))])
    assert plain(capsys, url, "check")["wrong"] == []
    engine = create_engine(url)
    with engine.begin() as connection:
        moments = connection.execute(text("SELECT at FROM cx_checkpoint ORDER BY at")).all()
        assert len(moments) > 1
        connection.execute(
            text(
                "UPDATE cx_checkpoint SET data = one.data FROM cx_checkpoint AS one"
                " WHERE one.at = :first AND cx_checkpoint.at > :first"
            ),
            {"first": moments[0].at},
        )
    found = plain(capsys, url, "check", status=1)["wrong"]
    assert [one["what"] for one in found] == ["checkpoint_differs"] * (len(moments) - 1)
    with engine.begin() as connection:
        old = {"data": json.dumps({"schema": 1})}
        connection.execute(text("UPDATE cx_checkpoint SET data = :data"), old)
    assert plain(capsys, url, "check")["wrong"] == []
    engine.dispose()
