"""Hooks of installed packages: nothing is imported but what is named, allowed and clear."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxjourney.channels import Hook, HookSet
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, Purpose

HOOK = """
from cxjourney.channels import Registered
from cxjourney.channels import Sent
from cxjourney.vocabulary import Channel

def send(context):
    return Sent("from {package}")

hook = Registered(Channel.{channel}, send, idempotent=True)
bare = send
"""
EXPLODES = "raise SystemExit('imported')"


class Site:
    """A folder of installed packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, package: str, code: str, **offers: str) -> None:
        """Install a package of one module that offers hooks, by name and object."""
        (self.folder / f"{package}.py").write_text(code, encoding="utf-8")
        described = self.folder / f"{package}-1.0.dist-info"
        described.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        (described / "METADATA").write_text(metadata, encoding="utf-8")
        lines = [f"{name} = {package}:{what}" for name, what in offers.items()]
        lines = ["[console_scripts]", f"run = {package}:main", "[cxjourney.hooks]", *lines]
        (described / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Give a folder of installed packages that is searched first, and forget it afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield Site(tmp_path)
    for name in set(sys.modules) - before:
        if (tmp_path / f"{name}.py").exists():
            del sys.modules[name]


@pytest.fixture
def shop(site: Site) -> Site:
    """Install a post hook, an e-mail hook, and two packages that must not be imported."""
    site.install("smtp_pack", HOOK.format(package="smtp_pack", channel="EMAIL"), smtp="hook")
    site.install("post_pack", HOOK.format(package="post_pack", channel="POST"), post="hook")
    site.install("bomb_pack", EXPLODES, bomb="hook", twin="hook")
    site.install("twin_pack", EXPLODES, twin="hook")
    return site


def imported() -> set[str]:
    """Return which of the packages were imported."""
    return {name for name in sys.modules if name.endswith("_pack")}


@pytest.mark.usefixtures("shop")
def test_names_are_listed_without_importing() -> None:
    """What is offered is known by name, sorted and once each; no package was touched."""
    assert HookSet.offered() == ("bomb", "post", "smtp", "twin")
    assert imported() == set()


def test_nothing_is_offered_where_nothing_is_installed() -> None:
    """The library itself offers none."""
    assert HookSet.offered() == ()
    assert HookSet.load([], allowed=[]) == HookSet()


@pytest.mark.usefixtures("shop")
def test_only_what_is_named_is_imported() -> None:
    """Of all that is allowed only what is named is loaded, and it acts for its channel."""
    hooks: HookSet[Hook] = HookSet.load(["smtp"], allowed=["smtp", "post", "bomb"])
    assert imported() == {"smtp_pack"}
    found = hooks.find(Channel.EMAIL, Purpose.REMIND, None)
    assert found is not None
    assert found.idempotent
    assert hooks.find(Channel.POST, Purpose.REMIND, None) is None


@pytest.mark.usefixtures("shop")
def test_names_may_come_in_any_order_and_twice() -> None:
    """The set is the same for a list in any order, and a name twice is that name."""
    hooks = HookSet.load(["smtp", "post", "smtp"], allowed={"post", "smtp"})
    assert hooks == HookSet.load(("post", "smtp"), allowed=("smtp", "post"))
    assert [one.channel for one in hooks] == [Channel.POST, Channel.EMAIL]


@pytest.mark.usefixtures("shop")
def test_what_is_not_allowed_is_refused() -> None:
    """A name that is not on the list is refused before anything is imported, offered or not."""
    for name in ("bomb", "nonsense"):
        with pytest.raises(InvalidError) as caught:
            HookSet.load(["post", name], allowed=["smtp", "post"])
        assert str(caught.value) == (
            f"HookSet.load.names: the hook {name!r}, which is not allowed; "
            "expected one of post, smtp"
        )
    assert imported() == set()


@pytest.mark.usefixtures("shop")
def test_what_nobody_offers_is_refused() -> None:
    """An allowed name that no package offers is refused, with the names that are offered."""
    with pytest.raises(InvalidError) as caught:
        HookSet.load(["fax", "post"], allowed=["fax", "post"])
    expected = "the hook 'fax', which no package offers; expected one of bomb, post, smtp, twin"
    assert str(caught.value) == f"HookSet.load.names: {expected}"
    assert imported() == set()


def test_an_error_says_that_there_is_none() -> None:
    """Where nothing is allowed or offered the message says so."""
    with pytest.raises(InvalidError, match="which is not allowed; expected one of none"):
        HookSet.load(["fax"], allowed=())
    with pytest.raises(InvalidError, match="which no package offers; expected one of none"):
        HookSet.load(["fax"], allowed=["fax"])


@pytest.mark.usefixtures("shop")
def test_a_name_of_two_packages_is_refused() -> None:
    """Nobody takes the place of another package's hook by its name: both are told."""
    with pytest.raises(InvalidError) as caught:
        HookSet.load(["post", "twin"], allowed=["post", "twin"])
    assert str(caught.value) == (
        "HookSet.load.names: the hook 'twin', which bomb_pack, twin_pack offer; "
        "expected one package; uninstall the others"
    )
    assert imported() == set()


def test_what_is_no_registered_hook_is_refused(site: Site) -> None:
    """A bare function does not say what it is for, and is refused by name and type."""
    site.install("fax_pack", HOOK.format(package="fax_pack", channel="TEXT"), fax="bare")
    with pytest.raises(InvalidError) as caught:
        HookSet.load(["fax"], allowed=["fax"])
    expected = "cxjourney.hooks fax.fax_pack:bare: function; expected a Registered"
    assert str(caught.value) == expected


def test_two_hooks_for_the_same_are_refused(shop: Site) -> None:
    """Two packages for one channel cannot both be loaded."""
    shop.install("mail_pack", HOOK.format(package="mail_pack", channel="EMAIL"), mail="hook")
    with pytest.raises(InvalidError, match="a second one for EMAIL"):
        HookSet.load(["mail", "smtp"], allowed=["mail", "smtp"])


def test_a_package_that_cannot_be_imported_says_so_itself(site: Site) -> None:
    """What goes wrong in a package is its own error, unchanged."""
    site.install("torn_pack", "import no_such_module", torn="hook")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        HookSet.load(["torn"], allowed=["torn"])


@pytest.mark.usefixtures("shop")
def test_one_text_is_no_list_of_names() -> None:
    """A name where a list belongs is refused, and not read letter by letter."""
    with pytest.raises(InvalidError, match=r"HookSet.load\.names: str of 4 characters"):
        HookSet.load("smtp", allowed=["smtp"])
    with pytest.raises(InvalidError, match=r"HookSet.load\.allowed: str of 4 characters"):
        HookSet.load(["s"], allowed="smtp")
    assert imported() == set()
