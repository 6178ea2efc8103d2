"""How a log is written: its form, its columns, its numbers and times."""

from enum import Enum, unique

import attrs

from cxjourney.replay._reading._cell_form import CellForm
from cxjourney.vocabulary._terminal import Showable, brief


@unique
class LogFormat(Enum):
    """How a log is written.

    CSV with a header; JSONL: one JSON object a line; JSON: an array of objects, or a document with
    a list of them; PARQUET; XES: the XML of IEEE 1849.
    """

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"
    XES = "xes"


@unique
class Resolution(Enum):
    """How fine the times of a log are; with DAY, all of a day is one instant."""

    INSTANT = "instant"
    DAY = "day"


@attrs.frozen
class Columns(Showable):
    """Which columns of a log say who, what and when.

    Where there are several for one thing, the first that holds something counts.

    Attributes:
        customer: the customer's id.
        time: when it happened; None where each rule names its own.
        activity: what happened, in the log's own words; none where it is always the same.
        constant: that activity.
        engagement: the id of the thing bought or considered; None where there is but one.
        id: the event's own id; None numbers the lines.
        sequence: what orders events of one instant; else the order of the lines does.
        segment: what the journeys are of, such as a country, to tell the figures of each apart.
    """

    customer: tuple[str, ...]
    time: str | None
    activity: tuple[str, ...]
    constant: str = ""
    engagement: str | None = None
    id: str | None = None
    sequence: tuple[str, ...] = ()
    segment: str | None = None

    __repr__ = brief

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Sets of columns, of each of which a record must have one."""
        time = () if self.time is None else (self.time,)
        return tuple(filter(None, (self.customer, time, self.activity)))

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, in the order of the mapping."""
        single = (self.engagement, self.id, self.segment)
        given = [column for column in single if column is not None]
        time = () if self.time is None else (self.time,)
        return (*self.customer, *time, *self.activity, *given, *self.sequence)


@attrs.frozen
class LogSettings(Showable):
    """How a log is written.

    Attributes:
        format: its form; None goes by the end of its name, and for ``.json`` by its beginning.
        encoding: its encoding as Python names it; None tells UTF-8, UTF-16, and cp1257 and cp1252
            where their letters leave no doubt.
        delimiter: what stands between the fields of a CSV; None goes by its header.
        records: where in a JSON document the list of records stands; None for an array.
        form: how its numbers and times are written.
        resolution: how fine its times are; None where the mapping does not say.
        mixed_offsets: whether the times may have any offsets.
    """

    format: LogFormat | None = None
    encoding: str | None = None
    delimiter: str | None = None
    records: str | None = None
    form: CellForm = attrs.field(factory=CellForm)
    resolution: Resolution | None = None
    mixed_offsets: bool = False

    __repr__ = brief
