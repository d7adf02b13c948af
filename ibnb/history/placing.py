"""Where what a session downloads goes, where nobody says: to the user's own, but never from a simulated TWS."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    from ibnb.history.store.store import Store


class PlacingConnection(Connection):
    """A connection that knows where bars and ticks are kept."""

    _scratch: Path | None = None

    def store(self) -> Store:
        """Return the store in which this session keeps bars and ticks, unless it is told another.

        Returns
        -------
        Store
            The one in your data folder; for a simulated TWS one that ends with the session.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     bars = tws.history("AAPL", start="2026-03-02", end="2026-03-03", bar_size="1 hour")
        ...     tws.store().frame()["symbol"].tolist()
        ['AAPL']
        """
        from ibnb.history.store.places import open_store

        found = open_store(self._place(None))
        assert found is not None
        return found

    def _place(self, store: object) -> Any:
        """Return where bars go: those of a simulated TWS never among the real ones, unless a person says where."""
        if store is not None or self.kind != "simulated":
            return store
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="ibnb-simulated-"))
            weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        return self._scratch
