"""What a session does with a journal: a connection with `journal` on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ibnb.history.placing import PlacingConnection

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.journal.journal import Journal
    from ibnb.journal.kept import Kept


class JournalConnection(PlacingConnection):
    """A connection with the function for the journal; `ibnb.Session` adds all others."""

    def journal(self, path: str | Path | None = None) -> Journal:
        """Return the journal in a folder: what is kept of fills, positions and account values, for good.

        Nothing is kept before its ``sync()``, and nothing leaves this machine.

        Parameters
        ----------
        path : str or Path, optional
            Its folder; by default ``journal`` in your data folder (of a simulated TWS one that ends with the session).

        Returns
        -------
        Journal
            With ``sync()``, ``executions()``, ``trades()``, ``equity()``, ``import_flex(file)`` and ``path``.

        Raises
        ------
        BadInput
            If that is no folder.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     journal = tws.journal()
        ...     kept = journal.sync()
        ...     int(journal.equity()["net_liquidation"].count())
        1
        """
        from ibnb.journal.journal import Journal
        from ibnb.journal.kept import NAME
        from ibnb.journal.sync import sync

        place = None if path is not None else self._place(None)
        folder = path if place is None else place / NAME

        def keep(kept: Kept, timeout: float) -> pd.DataFrame:
            return self._ask(sync, kept, timeout=timeout)

        return Journal.of_session(folder, self.account, keep)
