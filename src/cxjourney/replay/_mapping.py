"""The mapping: what the columns and activities of a log mean, as a small TOML file."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from itertools import chain
from os import PathLike, fspath
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

from cxjourney.chart import Chart
from cxjourney.errors import InvalidError
from cxjourney.replay._chart_of import read_chart
from cxjourney.replay._log_settings import KEYS_OF_LOG, read_columns, read_settings
from cxjourney.replay._mapping_rules import (
    ANY_ACTIVITY,
    IgnoreRule,
    MappingRule,
    read_ignored,
    read_rules,
)
from cxjourney.replay._reading._written import Columns, LogSettings
from cxjourney.replay._values import TomlTable
from cxjourney.vocabulary._terminal import Showable, brief

A_MAPPING = "a mapping in TOML"
KEYS = ("log", "columns", "events", "ignore", "chart")
SYNTAX_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


@attrs.frozen
class LogMapping(Showable):
    """What a log means: which columns, which activities, which chart.

    Attributes:
        path: where it came from, as it was named.
        columns: which columns say who, what and when.
        rules: the events that each activity gives.
        ignored: the lines that are left out on purpose, by activity; ``*`` is for every activity.
        chart: the chart to replay with.
        log: how the log is written.
    """

    path: str
    columns: Columns
    rules: Mapping[str, tuple[MappingRule, ...]]
    ignored: Mapping[str, tuple[IgnoreRule, ...]]
    chart: Chart
    log: LogSettings

    __repr__ = brief

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of local times; None wants an offset with every time."""
        return self.log.form.zone

    @property
    def activities(self) -> tuple[str, ...]:
        """Every activity that it names, those with events first."""
        named = dict.fromkeys((*self.rules, *self.ignored))
        return tuple(one for one in named if one != ANY_ACTIVITY)

    @property
    def used_columns(self) -> tuple[str, ...]:
        """Every column that is read, in the order of the mapping."""
        rules = chain.from_iterable(self.rules.values())
        left_out = chain.from_iterable(self.ignored.values())
        drawn = chain.from_iterable(rule.columns for rule in rules)
        asked = chain.from_iterable(rule.columns for rule in left_out)
        return tuple(dict.fromkeys((*self.columns.all, *drawn, *asked)))


def read_mapping(path: str | PathLike[str], *, charts: Iterable[Chart] = ()) -> LogMapping:
    """Read a mapping from a TOML file.

    Args:
        path: the file.
        charts: charts of your own that it may name.

    Raises:
        InvalidError: when there is no such file, or it is not a mapping; names the place.
    """
    name = fspath(path)
    try:
        data = tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise InvalidError(name, "no such file", A_MAPPING) from None
    except OSError as error:
        raise InvalidError(name, (error.strerror or "unreadable").lower(), A_MAPPING) from None
    except UnicodeDecodeError:
        raise InvalidError(name, "not UTF-8", f"{A_MAPPING}, which is UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = SYNTAX_PLACE.search(str(error))
        lines = (int(place[1]),) if place else ()
        where = SYNTAX_PLACE.sub(r" at character \2", str(error))
        found = f"not TOML ({where})"
        raise InvalidError(name, found, A_MAPPING, lines=lines) from None
    except (RecursionError, ValueError):
        raise InvalidError(name, "not readable as TOML", A_MAPPING) from None
    return make_mapping(data, name, charts=charts)


def make_mapping(
    data: Mapping[str, object], path: str = "mapping", *, charts: Iterable[Chart] = ()
) -> LogMapping:
    """Return a mapping from what its TOML file holds.

    Args:
        data: the tables of the mapping.
        path: what errors call it.
        charts: charts of your own that it may name.

    Raises:
        InvalidError: when a key is unknown, missing, or of the wrong form; names the place.
    """
    root = TomlTable.of(path, "", dict(data), KEYS)
    columns = read_columns(root.table("columns"))
    log = read_settings(root.table("log", KEYS_OF_LOG))
    events = root.table("events")
    if not events.entries:
        raise root.missing("events", "a table of activities and the events that they mean")
    chart = read_chart(root.table("chart"), charts)
    timed = columns.time is not None
    rules = {
        activity: tuple(read_rules(events, activity, chart, log.form, timed=timed))
        for activity in events.entries
    }
    ignored = read_ignored(root.table("ignore"), events, log.form)
    return LogMapping(path, columns, rules, ignored, chart, log)
