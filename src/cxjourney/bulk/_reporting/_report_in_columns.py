"""The report of a replay by columns: the same as the live machine's, to the last byte."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

import numpy as np

from cxjourney.bulk._cells import EPOCH
from cxjourney.bulk._engine._duty_rows import FoldedRows
from cxjourney.bulk._engine._folded import Journeys, Piece
from cxjourney.bulk._engine._tables import MICROSECOND, Whole
from cxjourney.bulk._repeats import Repeats
from cxjourney.bulk._reporting._column_log import column_log
from cxjourney.bulk._reporting._from_pieces import PieceCounter, Whose
from cxjourney.bulk._reporting._read_log import ReadLog, Unfolded, UnlikeRowsError
from cxjourney.replay._figures import Lengths
from cxjourney.replay._replay_log import ReplayOrder, by_machine, report_of
from cxjourney.replay._report import Report
from cxjourney.replay._reporting._countable import ENDED
from cxjourney.replay._reporting._from_walks import Gathered
from cxjourney.replay._reporting._tally import HOW_BITS, MASK, StayLengths
from cxjourney.vocabulary import Phase, Standing

BEYOND = 1 << 62
SOME = 1 << 16
PLACES = (Standing.NEW.name, *(phase.name for phase in Phase), Standing.ERASED.name)


def report_in_columns(order: ReplayOrder) -> Report:
    """Return the report on a log.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
        FaultsError: when it has several faults.
    """
    try:
        read = column_log(order)
    except UnlikeRowsError:
        return by_machine(order)
    until = order.until(read.sums.last)
    micros = (until - EPOCH) // MICROSECOND
    unfolded = read.unfolded(micros)
    gathered = order.gathered(until)
    counter = PieceCounter(unfolded.tables, gathered, micros)
    everyone = _Everyone(read)
    known = _Known(read, unfolded.repeats)
    for piece in unfolded.pieces:
        whose = known.of(piece)
        counter.add(piece, whose)
        everyone.add(piece.journeys, whose.segment, unfolded)
    for one in unfolded.walked:
        gathered.add(one.walk, one.order, one.engagement, read.labels[one.segment])
        journey = one.walk.journey
        place = (journey.phase or journey.standing).name
        everyone.add_one(one.customer, one.segment, PLACES.index(place))
    _add_repeats(read, unfolded.repeats, gathered)
    everyone.count(gathered)
    walked = len(unfolded.walked)
    return report_of(order, read.sums, gathered, read.how, by_machine=walked, stays=_stays)


def _stays(packed: Collection[int]) -> StayLengths:
    """Return what the stays in a place are, as ``stays_of`` does."""
    stays = np.sort(np.asarray(packed, np.int64))
    ended, silent, going_on = (int((stays & MASK == how).sum()) for how in range(3))
    most = int(stays[-1]) if len(stays) else 0
    return (ended, silent, going_on), most, _lengths(stays)


def _lengths(stays: Whole) -> Iterator[Lengths]:
    length = stays >> HOW_BITS
    start = np.flatnonzero(np.diff(length, prepend=-1))
    ended = np.add.reduceat(stays & MASK == ENDED, start, dtype=np.int64) if len(start) else start
    lost = np.diff(start, append=len(stays)) - ended
    for begin in range(0, len(start), SOME):
        some = slice(begin, begin + SOME)
        rows = (length[start[some]].tolist(), ended[some].tolist(), lost[some].tolist())
        yield from zip(*rows, strict=True)


def _add_repeats(read: ReadLog, repeats: Repeats, gathered: Gathered) -> None:
    """Count the events that came before by their id; kinds are told of all journeys together."""
    if len(repeats.events):
        tally = gathered.tally_of(next(iter(gathered.by_segment)))
        for code, conflict in zip(repeats.code.tolist(), repeats.conflicts.tolist(), strict=True):
            how = "conflicting" if conflict else "repeated"
            tally.counts["event", read.log.words[code].kind, how] += 1


class _Known:
    """Who the journeys of pieces are."""

    def __init__(self, read: ReadLog, repeats: Repeats) -> None:
        self._read = read
        self._left_out: dict[int, list[tuple[int, int]]] = defaultdict(list)
        told = repeats.rows * 0 if repeats.segment is None else repeats.segment
        rows = zip(repeats.key.tolist(), repeats.rows.tolist(), told.tolist(), strict=True)
        for key, row, segment in rows:
            self._left_out[key].append((row, segment))

    def of(self, piece: Piece) -> Whose:
        """Return who the journeys of a piece are."""
        log, stream, journeys = self._read.log, piece.stream, piece.journeys
        start = np.searchsorted(stream.journey, np.arange(len(journeys.key)))
        source = np.where(stream.row < 0, BEYOND, log.source[np.maximum(stream.row, 0)])
        order = np.minimum.reduceat(source, start)
        segment: Whole = np.zeros(len(order), np.int64)
        first = order
        if log.segment is not None:
            told = log.segment[np.maximum(stream.row, 0)]
            row = np.where(told > 0, source, BEYOND)
            first = np.minimum.reduceat(row, start)
            segment = _told_at(stream, row, first, told, segment)
        for place, left_out in self._of_left_out(journeys.key):
            for line, label in sorted(left_out):
                order[place] = min(line, order[place])
                if label and line < first[place]:
                    first[place] = line
                    segment[place] = label
        return Whose(segment, self._read.labels, order, self._read.name)

    def _of_left_out(self, keys: Whole) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        if self._left_out:
            for place in np.flatnonzero(np.isin(keys, [*self._left_out])).tolist():
                yield place, self._left_out[int(keys[place])]


def _told_at(stream: FoldedRows, row: Whole, first: Whole, told: Whole, segment: Whole) -> Whole:
    """Return the segment that the first row of each journey tells which tells any."""
    here = np.flatnonzero((row == first[stream.journey]) & (row < BEYOND))
    segment[stream.journey[here]] = told[here]
    return segment


class _Everyone:
    """Counts customers by segment and place, each once, also where they have several journeys."""

    def __init__(self, read: ReadLog) -> None:
        self._read = read
        self._parts: list[Whole] = []
        self._counts: Counter[tuple[int, int]] = Counter()

    def add(self, journeys: Journeys, segment: Whole, unfolded: Unfolded) -> None:
        """Add the customers of some journeys."""
        names = [(one.phase or one.standing).name for one in unfolded.tables.situations]
        place = np.array([PLACES.index(one) for one in names])[journeys.situation]
        if self._read.customer is None:
            pairs, times = np.unique(segment * len(PLACES) + place, return_counts=True)
            for pair, many in zip(pairs.tolist(), times.tolist(), strict=True):
                self._counts[divmod(pair, len(PLACES))] += many
        else:
            who = self._read.customer(journeys.key)
            self._parts.append(np.stack((who, segment, place)))

    def add_one(self, customer: int, segment: int, place: int) -> None:
        """Add the customer of a journey."""
        if self._read.customer is None:
            self._counts[segment, place] += 1
        else:
            self._parts.append(np.array([[customer], [segment], [place]]))

    def count(self, gathered: Gathered) -> None:
        """Say how many there are."""
        labels = self._read.labels
        if self._read.customer is None:
            for (segment, place), times in self._counts.items():
                gathered.customers[None][PLACES[place]] += times
                gathered.customers[labels[segment]][PLACES[place]] += times
                gathered.everybody[labels[segment]] += times
            return
        who, segments, places = np.concatenate([np.zeros((3, 0), np.int64), *self._parts], axis=1)
        for place, name in enumerate(PLACES):
            gathered.customers[None][name] = len(np.unique(who[places == place]))
        for number in np.unique(segments).tolist():
            here = segments == number
            gathered.everybody[labels[number]] = len(np.unique(who[here]))
            for place, name in enumerate(PLACES):
                some = here & (places == place)
                gathered.customers[labels[number]][name] = len(np.unique(who[some]))
