"""What the tests of the shop share: its modules, and what its hooks are told."""

import importlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from cxjourney.channels import Content, History, HookContext, Intent, Profile
from cxjourney.vocabulary import Channel, Purpose, Situation

SHOP = Path(__file__).parents[2] / "examples" / "shop"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def part(name: str) -> ModuleType:
    """Import a module of the shop, which is a folder of scripts, not a package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SHOP)
        return importlib.import_module(name)


def context(
    channel: Channel,
    content: Content | None = None,
    values: Mapping[str, str] | None = None,
) -> HookContext:
    """Return what a hook is told of a customer of whom some values are known."""
    intent = Intent(
        customer="c-1",
        engagement="",
        play="row",
        occurrence="1",
        cause="e-1",
        cycle=1,
        purpose=Purpose.CONFIRM,
        channels=(channel,),
        planned_at=NOW,
        not_before=NOW,
    )
    return HookContext(
        intent=intent,
        channel=channel,
        situation=Situation(),
        history=History(),
        profile=Profile(values=values or {}),
        content=content,
        attempt=1,
        now=NOW,
        timeout=None,
    )
