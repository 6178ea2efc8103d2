"""What the tests of the command line share: running it, here or in a process of its own."""

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from typing import IO

import pytest

from cxjourney.cli import main


def run(
    *arguments: str,
    stdout: int | IO[bytes] = subprocess.PIPE,
    **environment: str,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cxjourney", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


def faults(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> list[str]:
    """Run a command on something at fault, and return the lines that it says."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.endswith("\n")
    return printed.err.rstrip("\n").split("\n")


def fault(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> str:
    """Run a command on one thing at fault, and return the one line that it says."""
    (line,) = faults(capsys, arguments)
    return line


def on_a_terminal(*arguments: str) -> tuple[bytes, bytes]:
    """Run a command with standard error on a terminal; return what both streams say."""
    leader, follower = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "cxjourney", *arguments],
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    shown = b"".join(iter(partial(_read_terminal, leader), b""))
    os.close(leader)
    report, _ = ran.communicate(timeout=60)
    return report, shown


def _read_terminal(leader: int) -> bytes:
    """Read from the leading end of a terminal; nothing where the other end is closed."""
    try:
        return os.read(leader, 65536)
    except OSError:
        return b""
