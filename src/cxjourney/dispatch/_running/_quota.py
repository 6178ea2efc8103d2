"""How much one customer may come to, so that nobody outside can make one dear."""

from collections.abc import Iterable
from decimal import Decimal

import attrs

from cxjourney.errors import QuotaError
from cxjourney.journey import Journey
from cxjourney.journey._open import owed_on
from cxjourney.vocabulary import Event, EventKind
from cxjourney.vocabulary._checks import a_number
from cxjourney.vocabulary._events import Nature
from cxjourney.vocabulary._forms import MAX_ENTRIES
from cxjourney.vocabulary._terminal import Showable


@attrs.frozen
class Quota(Showable):
    """How much one customer may come to; each figure is our default, and yours to change.

    What goes beyond is refused with a ``QuotaError``, and nothing is recorded. Orders, such as an
    erasure, and the withdrawal of consent are never refused for the number of events. What a hook
    or the clock brings about counts, and is never refused.

    Attributes:
        events: how many events all of a customer's journeys may have.
        engagements: how many journeys a customer may have; each costs a little at every event.
        open_duties: how many obligations may be open at once; what meets one is never refused.
        ahead: how many events of one journey may wait for their time to come, for they are dated
            later than the clock shows.
        payload_bytes: how large an event's payload may be, its texts in UTF-8.
        digits: how many digits an amount may have.
        exponent: how many places from the decimal point its first digit may stand.

    Raises:
        InvalidError: when a figure is not a whole number of its range.
    """

    events: int = attrs.field(default=100_000, validator=a_number(1, MAX_ENTRIES))
    engagements: int = attrs.field(default=100, validator=a_number(1))
    open_duties: int = attrs.field(default=1_000, validator=a_number(1))
    ahead: int = attrs.field(default=100, validator=a_number(1))
    payload_bytes: int = attrs.field(default=65_536, validator=a_number(1))
    digits: int = attrs.field(default=30, validator=a_number(1))
    exponent: int = attrs.field(default=30, validator=a_number(1))

    def check_event(self, event: Event) -> None:
        """Refuse an event that is too large by itself.

        Raises:
            QuotaError: when it is.
        """
        size = 0
        for name, value in event.payload.items():
            size += len(name)
            if isinstance(value, str):
                size += len(value.encode("utf-8", "surrogatepass"))
            if isinstance(value, Decimal):
                self._check_amount(f"{event.kind.name}.payload.{name}", value)
        if size > self.payload_bytes:
            self._refuse(f"{event.kind.name}.payload", f"{size:,} bytes", "payload_bytes")

    def _check_amount(self, where: str, amount: Decimal) -> None:
        digits, place = len(amount.as_tuple().digits), abs(amount.adjusted())
        if digits > self.digits:
            self._refuse(where, f"an amount of {digits:,} digits", "digits")
        if place > self.exponent:
            self._refuse(where, f"an amount {place:,} places from the point", "exponent")

    def check_room(self, journeys: dict[str, Journey], engagement: str, event: Event) -> None:
        """Refuse an event for which a customer has no room.

        Raises:
            QuotaError: when there is none.
        """
        count = len(journeys)
        if engagement not in journeys and count >= self.engagements:
            self._refuse("record.engagement", f"one more beside {count:,}", "engagements")
        if event.kind.nature is Nature.ORDER or event.kind is EventKind.CONSENT_WITHDRAWN:
            return
        count = sum(one.seq for one in journeys.values())
        if count >= self.events:
            self._refuse("record.event", f"one more beside {count:,}", "events")

    def check_ahead(self, count: int) -> None:
        """Refuse one more event whose time has not come, beside so many.

        Raises:
            QuotaError: when that is one too many.
        """
        if count >= self.ahead:
            self._refuse("record.event", f"one more beside {count:,} dated ahead", "ahead")

    def check_duties(self, journeys: Iterable[Journey]) -> None:
        """Refuse what opened more obligations than a customer may have open.

        Raises:
            QuotaError: when there are more.
        """
        count = sum(len(owed_on(one)) for one in journeys)
        if count > self.open_duties:
            self._refuse("record.event", f"{count:,} open obligations", "open_duties")

    def _refuse(self, where: str, found: str, figure: str) -> None:
        most: int = getattr(self, figure)
        raise QuotaError(where, found, f"at most {most:,} for one customer (Quota.{figure})")
