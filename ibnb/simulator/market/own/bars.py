"""A person's own bars, served instead of simulated ones: aggregated exactly, never rounded, never refined."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath

from ibnb.simulator.market.contracts.catalogue import Listing
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.hours.sessions import Sessions
from ibnb.simulator.market.own.series import OwnSeries


@dataclass
class OwnBars:
    """All own series of a market, by con_id."""

    series: dict[int, OwnSeries] = field(default_factory=dict)
    listings: list[Listing] = field(default_factory=list)

    @classmethod
    def read(cls, folder: FilePath | None, sessions: Sessions) -> OwnBars:
        """Read all files of a folder; nothing for None."""
        own = cls()
        if folder is not None:
            from ibnb.simulator.market.own.files import read_folder

            for listing, series in read_folder(folder, sessions):
                own.series[listing.instrument.con_id] = series
                own.listings.append(listing)
        return own

    def of(self, instrument: Instrument) -> OwnSeries | None:
        """Return the own series of an instrument, or None."""
        return self.series.get(instrument.con_id) if instrument.sec_type != "OPT" else None
