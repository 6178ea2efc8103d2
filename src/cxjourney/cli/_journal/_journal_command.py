"""The command ``cxjourney journal URL ACTION``: to look at a journal, and to mend it."""

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxjourney.cli._parsing import Parser
from cxjourney.cli._shared import Output, add_output, document, fitted, is_file, read_time
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar
from cxjourney.vocabulary._texts import number, option_text, say, word

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cxjourney.dispatch.journal import SqlJournal

    Action = Callable[["SqlJournal", Engine, argparse.Namespace, datetime], Output]

LISTS = ("troubles", "waiting", "owed", "dead", "overdue")
MOST = 100
VERSION = 1
"""Of the shape of all that the command tells in JSON."""


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = "journal sqlite:///shop.db waiting"
    parser.add_argument("url", metavar="URL")
    parser.add_argument(
        "--secret-file",
        metavar="FILE",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def add(name: str, run: "Action", *, writes: bool = False) -> Any:  # noqa: ANN401 - a parser
        summary = option_text(f"journal_{name.replace('-', '_')}", parser.lang)
        action = actions.add_parser(
            name,
            lang=parser.lang,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            example=f"journal sqlite:///shop.db {name}{' ...' if writes else ''}",
        )
        add_output(action, parser.lang, reads_file=False, shows_progress=name == "check")
        action.set_defaults(run=_run, act=run, writes=writes)
        return action

    for name in LISTS:
        action = add(name, _list)
        _may_show(action)
        action.add_argument("--limit", metavar="N", type=_count, default=MOST)
        action.add_argument("--fail", action="store_true")
        _as_of(action)
    _as_of(add("figures", _figures))
    _may_show(add("check", _check))
    _add_deeds(add)


def _add_deeds(add: Callable[..., Any]) -> None:
    action = add("redrive", _redrive, writes=True)
    action.add_argument("key", metavar="KEY")
    _by(action)
    action = add("resolve", _resolve, writes=True)
    action.add_argument("key", metavar="KEY")
    came = action.add_mutually_exclusive_group(required=True)
    came.add_argument("--sent", action="store_true")
    came.add_argument("--skipped", metavar="REASON")
    came.add_argument("--failed", metavar="REASON")
    action.add_argument("--note", default="")
    action.add_argument("--receipt", default="")
    action.add_argument("--channel", choices=[one.value for one in Channel])
    action.add_argument("--app", metavar="MODULE:NAME")
    _by(action)
    action = add("break-claim", _break, writes=True)
    action.add_argument("customer", metavar="CUSTOMER")
    _by(action)
    action = add("rename", _rename, writes=True)
    action.add_argument("customer", metavar="CUSTOMER")
    action.add_argument("to", metavar="TO")
    _by(action)
    action = add("merge", _merge, writes=True)
    action.add_argument("customer", metavar="CUSTOMER")
    action.add_argument("into", metavar="INTO")
    _by(action)
    action = add("archive", _archive, writes=True)
    action.add_argument("--before", metavar="ISO", required=True)
    action = add("export", _export)
    action.add_argument("customer", metavar="CUSTOMER")


def _may_show(action: argparse.ArgumentParser) -> None:
    action.add_argument("--show-values", action="store_true")


def _as_of(action: argparse.ArgumentParser) -> None:
    action.add_argument("--as-of", metavar="ISO")


def _by(action: argparse.ArgumentParser) -> None:
    action.add_argument("--actor", metavar="NAME")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError("expected a whole number from 1")


def clock() -> datetime:
    """Return the time: whoever types a command means the present."""
    return datetime.now(UTC)  # noqa: TID251 - as above


def read_secret(path: str) -> bytes:
    """Return what a file holds.

    Raises:
        InvalidError: when it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidError("--secret-file", type(error).__name__, "a file to read") from None


def _moment(flag: str, text: str) -> datetime:
    return read_time(flag, text, None, "one with its offset, such as 2026-03-02T09:00Z")


def _run(arguments: argparse.Namespace) -> Output:
    as_of, now = getattr(arguments, "as_of", None), clock()
    if as_of is not None:
        now = _moment("--as-of", as_of)
    named = arguments.secret_file
    secret = None if named is None else read_secret(named)
    _check_file(arguments.url)
    with load("cxjourney.cli._journal._journal_url").opened(
        arguments.url, writes=arguments.writes, secret=secret
    ) as (journal, engine):
        answer: Output = arguments.act(journal, engine, arguments, now)
        return answer


def _check_file(url: str) -> None:
    """Tell that there is no such file before a package that is not there.

    Raises:
        InvalidError: the URL names a file of SQLite that is not there.
    """
    scheme, _, path = url.partition(":///")
    file = path.partition("?")[0]
    if scheme.startswith("sqlite") and file and not is_file(Path(file)):
        raise InvalidError("URL", "no file of this name", "the file of a journal")


def _told(
    value: Mapping[str, Any], text: str, arguments: argparse.Namespace, status: int = 0
) -> Output:
    if arguments.json:
        return Output(document({"journal": VERSION, **value}), status)
    return Output(fitted(text), status)


def _list(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, now: datetime
) -> Output:
    lists, lang = load("cxjourney.cli._journal._journal_lists"), Lang(arguments.lang)
    show, which = arguments.show_values, arguments.action
    found = lists.listed(which, journal, now, arguments.limit)
    entries, more = found
    plain = [lists.as_json(one, show_values=show) for one in entries]
    text = lists.as_text(which, found, now, lang, show_values=show)
    status = 1 if entries and arguments.fail else 0
    return _told({which: plain, "more": more}, text, arguments, status)


def _figures(
    _: "SqlJournal", engine: "Engine", arguments: argparse.Namespace, now: datetime
) -> Output:
    checks = load("cxjourney.cli._journal._journal_check")
    found = checks.figures(engine, now)
    return _told(found, checks.figures_text(found, Lang(arguments.lang)), arguments)


def _check(
    journal: "SqlJournal", engine: "Engine", arguments: argparse.Namespace, _: datetime
) -> Output:
    with progress_bar(wanted=not arguments.no_progress) as bar:
        found = load("cxjourney.cli._journal._journal_check").check(journal, engine, bar)
    show = arguments.show_values
    plain = found.to_dict(show_values=show)
    text = found.explain(Lang(arguments.lang), show_values=show)
    return _told(plain, text, arguments, 1 if found.wrong else 0)


def _redrive(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, now: datetime
) -> Output:
    deeds = load("cxjourney.cli._journal._journal_deeds")
    return _item(deeds.drive_again(journal, arguments.key, now, arguments.actor), arguments)


def _resolve(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, now: datetime
) -> Output:
    deeds = load("cxjourney.cli._journal._journal_deeds")
    app = None if arguments.app is None else deeds.app_at(arguments.app)
    outcome = deeds.outcome_of(
        skipped=arguments.skipped,
        failed=arguments.failed,
        note=arguments.note,
        receipt=arguments.receipt,
    )
    channel = None if arguments.channel is None else Channel(arguments.channel)
    of = (arguments.key, outcome, now, arguments.actor, app, channel)
    return _item(deeds.settle(journal, *of), arguments)


def _item(item: Any, arguments: argparse.Namespace) -> Output:  # noqa: ANN401 - an OutboxItem
    plain = load("cxjourney.cli._journal._journal_lists").as_json(item, show_values=False)
    return _told(plain, item.explain(Lang(arguments.lang)), arguments)


def _break(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, now: datetime
) -> Output:
    deeds, lang = load("cxjourney.cli._journal._journal_deeds"), Lang(arguments.lang)
    broken = deeds.release_claim(journal, arguments.customer, now, arguments.actor)
    text = word("claim_broken" if broken else "nobody_held", lang)
    return _told({"broken": broken}, text, arguments)


def _rename(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, now: datetime
) -> Output:
    deeds, lang = load("cxjourney.cli._journal._journal_deeds"), Lang(arguments.lang)
    who = arguments.customer, arguments.to
    news = deeds.rename_customer(journal, *who, now, arguments.actor)
    return _told({"renamed": news}, word("renamed" if news else "renamed_before", lang), arguments)


def _merge(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, now: datetime
) -> Output:
    deeds, lang = load("cxjourney.cli._journal._journal_deeds"), Lang(arguments.lang)
    who = arguments.customer, arguments.into
    names = deeds.merge_customers(journal, *who, now, arguments.actor)
    text = say("merged", lang, renamed=number(len(names), lang))
    return _told({"engagements": dict(names)}, text, arguments)


def _archive(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, __: datetime
) -> Output:
    before = _moment("--before", arguments.before)
    done = journal.archive(before)
    told = {name: getattr(done, name) for name in ("intents", "attempts", "steps", "busy")}
    return _told(told, done.explain(Lang(arguments.lang)), arguments)


def _export(
    journal: "SqlJournal", _: "Engine", arguments: argparse.Namespace, __: datetime
) -> Output:
    found = load("cxjourney.cli._journal._journal_deeds").export(journal, arguments.customer)
    return Output(document({"journal": VERSION, **found}))
