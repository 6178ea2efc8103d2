"""What is left for later: events whose time has not come, what is not planned, when to wake."""

from abc import abstractmethod
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import attrs

from cxjourney.chart import Chart
from cxjourney.dispatch._opening import OpenJourney
from cxjourney.dispatch._past import Past
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch.journal import Erasure
from cxjourney.dispatch.journal._moving._origin import Origin
from cxjourney.journey import Journey
from cxjourney.journey._open import stands_at, write_event
from cxjourney.playbook._decided import Decided
from cxjourney.playbook._planning import Reminded, reminder, wake_at
from cxjourney.vocabulary import Event

if TYPE_CHECKING:
    from cxjourney.channels import Profile


class Later:
    """The part of a unit of work that tells what is left for later."""

    settings: Settings
    customer: str
    revision: int
    erasure: Erasure | None
    decided: Decided
    _open: dict[str, OpenJourney]
    _changed: set[str]

    @property
    @abstractmethod
    def profile(self) -> "Profile":
        """What the company's files say of the customer."""

    @property
    def zone(self) -> tzinfo:
        """The zone of the customer's clock, the company's where it is not known."""
        return self.profile.zone or self.settings.policy.limits.zone

    def placed(self, chart: Chart) -> Chart:
        """Return a chart for the customer's clock; nobody's profile is needed to record."""
        if not chart.by_calendar:
            return chart
        try:
            zone = self.zone
        except Exception:  # noqa: BLE001 - what happened is recorded whatever the profile says
            zone = self.settings.policy.limits.zone
        return chart.in_zone(zone)

    def _opened(self, engagement: str) -> OpenJourney:
        """Return a journey as it is open for work; a new one where there is none yet."""
        opened = self._open.get(engagement)
        if opened is None:
            born = 0 if self.erasure is None else self.erasure.number
            first = self._first_origin()
            if any(one.past.origin for one in self._open.values()):
                born = max(born, self.revision)  # an id that was given back made keys before
            chart = self.placed(self.settings.playbook.chart)
            journey = Journey(self.customer, engagement, chart=chart)
            past = Past(origin=first and attrs.evolve(first, engagement=engagement, moves=()))
            opened = OpenJourney(journey, past, born=born)
        return opened

    def _first_origin(self) -> Origin | None:
        """Return where the person's journeys were begun first, if no id of that time is in use."""
        found = [(one.born, name, one.past.origin) for name, one in self._open.items()]
        return min(found)[-1] if found and all(origin for *_, origin in found) else None

    @property
    def formerly(self) -> list[str]:
        """The ids under which the customer, as one person, went before."""
        origins = [one.past.origin for one in self._open.values()]
        moves = [{moved.was for moved in one.moves} for one in origins if one and one.moves]
        # What somebody else had under an id before the two were joined is not about this one.
        return sorted(set.intersection(*moves) - {self.customer}) if moves and all(origins) else []

    def keep_ahead(self, engagement: str, event: Event) -> None:
        """Keep an event until its time has come."""
        opened = self._open[engagement] = self._opened(engagement)
        number = 1 + max((one["seq"] for one in opened.ahead), default=0)
        opened.ahead.append(write_event(event, number))
        self._changed.add(engagement)

    def to_come(self, engagement: str) -> list[Event]:
        """Return the events that are kept until their time has come, by time."""
        opened = self._open.get(engagement)
        return [] if opened is None else [event for event, _ in opened.to_come()]

    def come(self, now: datetime) -> list[tuple[str, Event]]:
        """Take out the events whose time has come by now, each with its engagement, by time."""
        until, found = now + self.settings.ahead, list[tuple[str, Event]]()
        for name, opened in self._open.items():
            come = [one for one in opened.to_come() if one[0].at <= until]
            if come:
                gone = {number for _, number in come}
                opened.ahead = [one for one in opened.ahead if one["seq"] not in gone]
                self._changed.add(name)
                found += [(name, event) for event, _ in come]
        return sorted(found, key=lambda one: (one[1].at, one[1].kind.rank))

    def come_before(self, engagement: str, id: str) -> Event | None:
        """Take out an event that is taken back before its time has come; None where none is."""
        for event in self.to_come(engagement):
            if event.id == id:
                opened = self._open[engagement]
                opened.ahead = [one for one in opened.ahead if one["id"] != id]
                self._changed.add(engagement)
                return event
        return None

    def leave_unplanned(self, engagement: str, since: datetime) -> None:
        """Take note that what happened from a moment on is still to be planned for."""
        past = self._open[engagement].past
        past.unplanned = min(since, past.unplanned or since)
        self._changed.add(engagement)

    @property
    def unplanned(self) -> dict[str, datetime]:
        """The engagements for which something is still to be planned, and from when on."""
        moments = {name: one.past.unplanned for name, one in self._open.items()}
        return {name: since for name, since in moments.items() if since is not None}

    def reminded(self, engagement: str) -> Reminded:
        """Return up to when the reminders of a journey were decided."""
        return self._open[engagement].reminded

    def remind(self, engagement: str, now: datetime) -> None:
        """Take note that all that is nearly due on a journey by now was decided."""
        nearly = self.settings.playbook.resolved(self.profile.segment).nearly
        until = now + datetime.resolution
        self._open[engagement].reminded = {
            reminder(play, on): until for plays in nearly.values() for play, on in plays
        }

    def caught_up(self, engagement: str) -> None:
        """Take note that everything on a journey was planned for."""
        self._open[engagement].past.unplanned = None
        self._changed.add(engagement)

    def _wake_at(self, opened: OpenJourney) -> datetime | None:
        """Return when a run has something to do on a journey; at once where nobody can tell."""
        unplanned, ahead = opened.past.unplanned, opened.ahead and opened.to_come()
        try:
            segment = self.profile.segment
        except Exception:  # noqa: BLE001 - what is written says nothing of the customer's profile
            unplanned = self.settings.clock()
        if unplanned is not None:
            return min(unplanned, self.settings.clock())
        reminded = opened.reminded
        as_of = stands_at(opened.journey), reminded
        if opened.wakes[0] != as_of:
            found = wake_at(self.settings.playbook, opened.journey, segment, reminded)
            opened.wakes = as_of, found
        wakes = opened.wakes[1]
        if not ahead:
            return wakes
        comes = ahead[0][0].at - self.settings.ahead
        return comes if wakes is None else min(wakes, comes)
