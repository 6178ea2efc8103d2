"""The project's checks, each with an environment of its own, installed from uv.lock."""

import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_venv = "yes"
# The tests come last, so that a run closes with their count.
nox.options.sessions = ["lint", "types", "docs", "wheel", "tests"]

ROOT = Path(__file__).parent
EXAMPLE = ROOT / "examples" / "households_2017_first160.csv"
MAPPING = ROOT / "examples" / "households.toml"
SIDE_BY_SIDE = ("--numprocesses=auto", "--dist=loadfile")
"""Each core takes a file of tests at a time; the examples of a page go on from one to the next."""
CHECK_INSTALLED = """
import importlib.metadata
import cxjourney
installed = {found.name for found in importlib.metadata.distributions()}
assert installed == {"attrs", "cxjourney", "six", "transitions"}, installed
"""
CHECK_MISSING = """
from datetime import UTC, datetime
from importlib import import_module
from cxjourney import MissingExtraError, Wish, classify, rehearse
from cxjourney.playbook import standard_playbook
from cxjourney.wishes import Evidence, advise
advise(classify(True, False))
evidence = Evidence(Wish("seats"), "satisfaction").heard(True)
assert Evidence.from_dict(evidence.to_dict()) == evidence
start = datetime(2026, 3, 2, 9, tzinfo=UTC)
assert rehearse(standard_playbook(), people=2, days=30, start=start).sent
for extra, module, name in (
    ("survey", "wishes", "lmg"),
    ("sql", "journal", "SqlJournal"),
    ("templates", "channels", "JinjaRenderer"),
):
    try:
        getattr(import_module(f"cxjourney.{module}"), name)
    except MissingExtraError as missing:
        assert f"pip install 'cxjourney[{extra}]'" in str(missing)
    else:
        raise AssertionError(name)
try:
    evidence.classify()
except MissingExtraError as missing:
    assert "pip install 'cxjourney[survey]'" in str(missing)
else:
    raise AssertionError("classified without numpy")
"""


def sync(session: nox.Session, *groups: str) -> None:
    """Install the project with every extra and some dependency groups, just as locked."""
    chosen = ["--all-extras", *(f"--group={group}" for group in groups)]
    session.run_install("uv", "sync", "--quiet", "--locked", "--no-default-groups", *chosen)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and the layers."""
    sync(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, inside and as users see them."""
    sync(session, "lint", "test", "bench")
    session.run("mypy")
    session.run("basedpyright", "--verifytypes", "cxjourney", "--ignoreexternal")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    sync(session, "docs", "test")
    session.run("sphinx-build", "--fail-on-warning", "--keep-going", "-q", "docs", "docs/_build")


@nox.session(reuse_venv=False)
def wheel(session: nox.Session) -> None:
    """Build the wheel and run it alone, with src out of the way."""
    folder = Path(session.create_tmp())
    session.run_install("uv", "build", "--quiet", "--clear", f"--out-dir={folder}")
    (built,) = folder.glob("*.whl")
    tops = {name.split("/")[0] for name in zipfile.ZipFile(built).namelist()}
    assert tops == {"cxjourney", f"{'-'.join(built.name.split('-')[:2])}.dist-info"}, tops
    session.install(str(built))
    session.chdir(folder)
    session.run("python", "-I", "-W", "error", "-c", CHECK_INSTALLED)
    replay = ["-m", "cxjourney", "replay", str(EXAMPLE), "--mapping", str(MAPPING)]
    session.run("python", "-I", "-W", "error", *replay, silent=True)
    session.run("python", "-I", "-W", "error", "-c", CHECK_MISSING)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests and the examples of README, docs and docstrings; every branch is met."""
    sync(session, "test")
    env = {"HYPOTHESIS_PROFILE": "ci"}
    session.run("pytest", *SIDE_BY_SIDE, "--cov", "--cov-report=term", *session.posargs, env=env)


@nox.session(python=["3.12", "3.13"])
def versions(session: nox.Session) -> None:
    """Run the tests on the other Pythons, where they are installed."""
    sync(session, "test")
    session.run("pytest", *SIDE_BY_SIDE, *session.posargs, env={"HYPOTHESIS_PROFILE": "ci"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Run the property tests for long, each time on new examples."""
    sync(session, "test")
    session.run("pytest", "-m", "hypothesis", *session.posargs, env={"HYPOTHESIS_PROFILE": "long"})


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the code in small ways and list the changes that no test noticed."""
    sync(session, "test", "mutation")
    session.run("mutmut", "run", *session.posargs, env={"HYPOTHESIS_PROFILE": "ci"})
    session.run("mutmut", "results")


@nox.session
def bench(session: nox.Session) -> None:
    """Print the tables of the benchmarks."""
    sync(session, "bench")
    session.run("python", "benchmarks/live.py", *session.posargs)
    session.run("python", "benchmarks/crowd.py")
    session.run("python", "benchmarks/wishes.py")
    session.run("python", "benchmarks/dispatch.py")


@nox.session
def study(session: nox.Session) -> None:
    """Print how often the classifier of wishes is right, on surveys with known truth."""
    sync(session)
    session.run("python", "benchmarks/wish_study.py", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Crash dispatch at every point and pair of points, kill it for real, and let eight compete."""
    sync(session, "test")
    session.run("python", "benchmarks/dispatch_faults.py", *session.posargs)
    session.run("python", "benchmarks/dispatch_many.py")
    session.run("python", "benchmarks/kill.py")
