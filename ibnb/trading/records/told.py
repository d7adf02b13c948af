"""What an order that was sent tells of itself, as a session's trade and as that of coroutines."""

from __future__ import annotations

from ibnb.ground.masking import mask_text
from ibnb.trading.records.record import Record


class Told:
    """An order that was sent, as it stands now."""

    @property
    def _record(self) -> Record:
        raise NotImplementedError

    @property
    def ref(self) -> str:
        """What its reference begins with, by which TWS and the audit log know it."""
        return self._record.token

    @property
    def status(self) -> str:
        """TWS's own word: ``"Submitted"``, ``"Filled"``, ...; empty before the first."""
        return self._record.status

    @property
    def state(self) -> str:
        """What is known of it: sent, working, filled, cancelled, rejected, inactive, never arrived, or unknown."""
        return self._record.state

    @property
    def role(self) -> str:
        """What it is in a bracket: ``"parent"``, ``"take profit"``, ``"stop loss"``; or empty."""
        return self._record.role

    @property
    def order_id(self) -> int:
        """Its id at its client."""
        return self._record.order_id

    @property
    def perm_id(self) -> int:
        """Its id for ever; 0 before TWS has told it."""
        return self._record.perm_id

    @property
    def quantity(self) -> float:
        """How much is ordered."""
        return self._record.quantity

    @property
    def filled(self) -> float:
        """How much is filled."""
        return self._record.filled

    @property
    def remaining(self) -> float:
        """How much is still to be filled."""
        return self._record.remaining

    @property
    def average_price(self) -> float:
        """The average price of its fills; NaN before the first."""
        return self._record.average_price

    @property
    def warnings(self) -> list[str]:
        """What TWS has remarked on it."""
        return [mask_text(text) for text in self._record.warnings]
