"""The command ``cxjourney chart ACTION``: a chart shown, drawn, checked, explored."""

import argparse

from cxjourney.chart import Chart, check_chart, explore, standard_chart
from cxjourney.cli._given._user_objects import user_object
from cxjourney.cli._parsing import Parser
from cxjourney.cli._shared import Output, add_output, document, told
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.show import chart_mermaid
from cxjourney.show._chart_tables import chart_page, chart_rows, exploration_page, faults_page
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._terminal import progress_bar
from cxjourney.vocabulary._texts import command_text, need

VERSION = 1
"""Of the shape of all that the command tells in JSON."""


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = "chart check"
    lang = parser.lang
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    runs = {
        "print": _print,
        "diagram": _diagram,
        "check": _check,
        "explore": _explore,
    }
    for name, run in runs.items():
        summary = command_text(name, lang)
        action = actions.add_parser(
            name, lang=lang, help=summary, description=summary, example=f"chart {name}"
        )
        action.add_argument(
            "chart",
            metavar="CHART",
            nargs="?",
            help=command_text("own_chart", lang),
        )
        if name in {"check", "explore"}:
            action.add_argument("--orders", action="store_true", help=command_text("orders", lang))
        more, explores = name in {"print", "explore"}, name in {"check", "explore"}
        add_output(action, lang, reads_file=False, shows_progress=explores, has_more=more)
        action.set_defaults(run=_run, act=run)


def _run(arguments: argparse.Namespace) -> Output:
    named = arguments.chart
    chart = standard_chart() if named is None else user_object("CHART", named, Chart)
    found: Output = arguments.act(chart, arguments)
    return found


def _print(chart: Chart, arguments: argparse.Namespace) -> Output:
    lang = Lang(arguments.lang)
    if arguments.json:
        guards = {guard.__name__: guard.__name__ for row in chart.rows for guard in row.guards}
        meaning = {name: need(name, lang) for name in guards}
        return _document(chart, {"rows": chart_rows(chart), "guards": meaning})
    return Output(told(chart_page(chart, lang), full=arguments.full))


def _diagram(chart: Chart, arguments: argparse.Namespace) -> Output:
    text = chart_mermaid(chart, lang=Lang(arguments.lang))
    return _document(chart, {"mermaid": text}) if arguments.json else Output(text)


def _check(chart: Chart, arguments: argparse.Namespace) -> Output:
    faults: list[InvalidError] = []
    try:
        with progress_bar(wanted=not arguments.no_progress) as bar:
            check_chart(chart, orders=arguments.orders, progress=bar)
    except FaultsError as error:
        faults += [one for one in error.exceptions if isinstance(one, InvalidError)]
    status = 1 if faults else 0
    if not arguments.json:
        return Output(told(faults_page(faults, Lang(arguments.lang))), status)
    plain = [
        {
            "kind": None if one.kind is None else one.kind.value,
            "where": one.where,
            "found": one.found,
            "mend": one.expected,
        }
        for one in faults
    ]
    return _document(chart, {"orders": arguments.orders, "faults": plain}, status)


def _explore(chart: Chart, arguments: argparse.Namespace) -> Output:
    with progress_bar(wanted=not arguments.no_progress) as bar:
        found = explore(chart, orders=arguments.orders, progress=bar)
    if arguments.json:
        rows = {"decisions": found.to_rows()} if arguments.full else {}
        return _document(chart, {**found.to_dict(), **rows})
    return Output(told(exploration_page(found, Lang(arguments.lang)), full=arguments.full))


def _document(chart: Chart, values: dict[str, object], status: int = 0) -> Output:
    head = {"chart": VERSION, "key": chart.key, "version": chart.version}
    return Output(document({**head, **values}), status)
