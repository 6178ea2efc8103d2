"""The shop as a newcomer starts it: seven weeks, undisturbed, killed, and started again."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest

from cxjourney.dispatch.journal import SqlJournal, State
from tests.shop.example import SHOP

SCRIPT = SHOP / "shop.py"
# What a killed process left of its coverage could not be read.
QUIET = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
QUIET["SHOP_SECRET"] = SECRET = "the same for every shop, as its keys are"  # noqa: S105 - of tests
QUIET["PYTHONUNBUFFERED"] = "1"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
"""Where files lie in memory: a killed process loses nothing there that it would keep on a disk."""
TABLE = """\
Liis Tamm       bought      text          sent
Liis Tamm       welcome     email         sent
Liis Tamm       first_ride  face_to_face  sent
Liis Tamm       check_in    text          sent
Liis Tamm       feedback    email         sent
Liis Tamm       loyalty     post          sent
Liis Tamm       thanks      post          sent
Jaan Kask       bought      text          sent
Jaan Kask       welcome     email         sent
Jaan Kask       first_ride  face_to_face  sent
Jaan Kask       check_in    text          denied C01: no_consent
Peeter Saar     bought      text          sent
Peeter Saar     welcome     email         sent
Peeter Saar     first_ride  face_to_face  sent
Peeter Saar     feedback    email         denied C01: consent_withdrawn
Aino Virtanen   bought      text          sent
Aino Virtanen   welcome     email         sent
Aino Virtanen   first_ride  face_to_face  sent
Aino Virtanen   apology     post          sent
Aino Virtanen   solve       face_to_face  sent
Aino Virtanen   check_in    text          sent
Martin Lepik    loss        face_to_face  sent
"""
FOLDERS = {"mail": 6, "post": 3, "text": 6, "tasks": 6}
ERASED = {"text": 1}
"""What went to the customer who was erased, and is kept no more."""


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    """Start the shop."""
    command = [sys.executable, str(SCRIPT), str(folder), *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=QUIET
    )


def finish(folder: Path) -> str:
    """Start the shop, and return what it prints until its last day."""
    out, err = start(folder).communicate(timeout=60)
    assert err == ""
    return out


def table(out: str) -> str:
    """Return the table at the end without its times, which a restart may move by minutes."""
    rows = out.rpartition(" when\n")[2].partition("\n\n")[0].splitlines()
    return "".join(
        f"{row[:50].rstrip()} {row[67:].strip().strip('()')}".rstrip() + "\n" for row in rows
    )


def kept(folder: Path) -> dict[str, list[str]]:
    """Return the names of the files that each hook left, but for what was being written."""
    return {
        name: sorted(path.name for path in (folder / name).iterdir() if path.name[0] != ".")
        for name in FOLDERS
    }


def decided(folder: Path) -> dict[str, State]:
    """Return where each intent stands, by key."""
    url = f"sqlite:///{folder / 'journal.db'}"
    with closing(SqlJournal(url, secret=SECRET.encode())) as journal:
        return {one.key: one.state for one in journal.outbox(frozenset(State))}


@pytest.fixture(scope="module")
def quick() -> Iterator[Path]:
    """Return a folder on no slow disk, where the system has one."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def undisturbed(quick: Path) -> Path:
    """Run the shop once, and return its folder."""
    folder = quick / "undisturbed"
    out = finish(folder)
    (folder / "out.txt").write_text(out, encoding="utf-8")
    return folder


def test_the_shop_does_what_its_customers_call_for(undisturbed: Path) -> None:
    """The diary tells of a night, a withdrawal, a complaint; the table is what came of them."""
    out = (undisturbed / "out.txt").read_text(encoding="utf-8")
    assert table(out) == TABLE
    for told in (
        "Sat 28 Mar 23:40    -> Jaan Kask: bought, text message: planned for Sun 29 Mar 08:00 (X02",
        "Thu 12 Mar 17:30  Peeter Saar: the customer's consent was withdrawn",
        "Thu 12 Mar 18:00    -> Peeter Saar: feedback, e-mail: waiting (C01: consent_withdrawn)",
        "Thu 19 Mar 18:00    -> Peeter Saar: feedback, e-mail: denied (C01: consent_withdrawn)",
        "Mon 16 Mar 09:20  Aino Virtanen: the customer complained",
        "Mon 16 Mar 09:20    -> Aino Virtanen: apology, post: sent",
        "Wed 18 Mar 10:30  Kersti Rand: the customer's data were erased",
    ):
        assert told in out
    assert {name: len(files) for name, files in kept(undisturbed).items()} == FOLDERS
    for name, (folder, count) in zip(
        ("email", "post", "text", "face_to_face"), FOLDERS.items(), strict=True
    ):
        assert f"\n{name}: {count + ERASED.get(folder, 0)} sent, {count} in " in out
    texts = [path.read_text(encoding="utf-8") for path in (undisturbed / "text").iterdir()]
    assert not any("Kersti" in text for text in texts)


def test_a_letter_is_in_the_customers_language(undisturbed: Path) -> None:
    """The customer in Helsinki is written to in Finnish."""
    letters = [path.read_text(encoding="utf-8") for path in (undisturbed / "post").iterdir()]
    assert sum("Hyvä Aino Virtanen" in letter for letter in letters) == 1


def test_whoever_was_erased_is_in_no_file_of_the_journal(undisturbed: Path) -> None:
    """The id of the erased customer stands nowhere in the database's files."""
    files = list(undisturbed.glob("journal.db*"))
    assert files
    assert all(b"c-6" not in path.read_bytes() for path in files)


def test_once_at_its_end_the_shop_does_nothing_more(undisturbed: Path) -> None:
    """Started again after its last day it prints the same table, and sends nothing."""
    before = kept(undisturbed)
    again = finish(undisturbed)
    assert (table(again), kept(undisturbed)) == (TABLE, before)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_and_started_again_nothing_is_lost_and_nothing_comes_twice(
    quick: Path, undisturbed: Path
) -> None:
    """Killed and started again, the shop comes to the same intents, states and files."""
    folder = quick / "killed"
    draw = random.Random(1)  # noqa: S311 - moments, not secrets
    lines, wait = draw.randint(5, 20), draw.uniform(0, 0.03)
    shop = start(folder)
    assert shop.stdout is not None
    for _ in range(lines):
        shop.stdout.readline()
    sleep(wait)
    shop.kill()
    shop.communicate()
    assert shop.returncode in {-signal.SIGKILL, 0}
    out = finish(folder)
    assert table(out) == TABLE
    assert kept(folder) == kept(undisturbed)
    assert decided(folder) == decided(undisturbed)
    with closing(sqlite3.connect(folder / "journal.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_what_is_missing_is_named_with_what_to_install(tmp_path: Path) -> None:
    """Without its packages the shop says what to install, and leaves nothing behind."""
    hidden = "import runpy, sys; sys.modules.update(aiosmtpd=None, jinja2=None); sys.argv.pop(0)\n"
    code = f"{hidden}runpy.run_path(sys.argv[0], run_name='__main__')"
    folder = tmp_path / "shop"
    done = subprocess.run(
        [sys.executable, "-c", code, str(SCRIPT), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "The shop needs more packages: pip install aiosmtpd 'cxjourney[templates]'\n"
    )
    assert not folder.exists()
