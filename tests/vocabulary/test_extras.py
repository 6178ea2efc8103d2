"""Parts that need an extra say which."""

import sys

import pytest

from cxjourney.errors import MissingExtraError
from cxjourney.vocabulary._lazy import EXTRAS, load  # each extra by its name


def test_a_module_that_is_there_is_loaded() -> None:
    """With everything installed it is a plain import."""
    assert load("cxjourney.vocabulary._phases") is sys.modules["cxjourney.vocabulary._phases"]


@pytest.mark.parametrize(("package", "extra"), sorted(EXTRAS.items()))
def test_a_missing_package_names_the_command(
    package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is an ImportError that tells what to install."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError) as raised:
        load(f"{package}.whatever")
    assert isinstance(raised.value, ImportError)
    assert str(raised.value) == f"{package} is needed here: pip install 'cxjourney[{extra}]'"


def test_another_missing_module_is_not_taken_for_an_extra() -> None:
    """A module that no extra brings fails as everywhere in Python."""
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load("no_such_module")
