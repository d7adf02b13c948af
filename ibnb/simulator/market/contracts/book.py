"""All instruments of a market: found by con_id, by a contract's fields as in reqContractDetails, or by a pattern."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from ibnb.simulator.market.bar_sizes import MarketError
from ibnb.simulator.market.contracts import future_indexes, future_options, futures, options
from ibnb.simulator.market.contracts.catalogue import Listing, listings
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.matching import Query, fits
from ibnb.simulator.market.hashing import Ints
from ibnb.simulator.market.hours.calendars import day_of, local_day
from ibnb.simulator.market.hours.clock import Clock
from ibnb.simulator.market.hours.sessions import Sessions

SEC_TYPES = (
    "STK",
    "OPT",
    "FUT",
    "CONTFUT",
    "IND",
    "CASH",
    "CRYPTO",
    "BOND",
    "FOP",
    "CFD",
    "CMDTY",
    "FUND",
    "WAR",
    "IOPT",
    "BAG",
    "NEWS",
    "BILL",
)


class Instruments:
    """The instruments of a market.

    Parameters
    ----------
    clock, sessions
        They decide which futures and options are listed.
    own : iterable of Listing
        Listings of a person's own bars, which come before and replace those of the catalogue.
    """

    def __init__(self, clock: Clock, sessions: Sessions, own: Iterable[Listing] = ()) -> None:
        self._clock, self._sessions = clock, sessions
        self.listings: dict[int, Listing] = dict(listings())
        self.listings.update(future_indexes.listings(self.listings))
        self.listings.update({listing.instrument.con_id: listing for listing in own})
        self._by_symbol: dict[str, list[Instrument]] = {}
        for listing in self.listings.values():
            self._by_symbol.setdefault(listing.instrument.symbol, []).append(listing.instrument)
        self._underlyings = {
            con_id: options.Underlying(listing, number, listing.path.reference)
            for number, (con_id, listing) in enumerate(
                (con_id, listing) for con_id, listing in self.listings.items() if listing.options
            )
        }
        self._chains: dict[tuple[int, int], list[Instrument]] = {}
        self._futures: dict[int, Listing] = {}  # those that options are written on, of which there are few

    def __len__(self) -> int:
        return len(self.listings)

    def by_con_id(self, con_id: int) -> Instrument | None:
        """Return the instrument of a con_id, expired ones too, or None."""
        listing = self.listings.get(con_id)
        if listing:
            return listing.instrument
        future = futures.by_number(con_id)
        if future:
            root, year, month = future
            return futures.contract(root, year, month, self._trading_days(root))
        return self._option(con_id) or self._future_option(con_id)

    def _future_option(self, con_id: int) -> Instrument | None:
        found = future_options.unpack(con_id, self.today("CME"))
        if found is None:
            return None
        root, day, strike, right = found
        expiry, days = f"{day:%Y%m%d}", self._trading_days(root)
        for future in futures.listed(root, day, days)[:2]:
            chain = future_options.chain(future, root, day, days)
            if expiry in chain.expirations and strike in chain.strikes:
                return future_options.contract(future, root, expiry, strike, right)
        return None

    def _option(self, con_id: int) -> Instrument | None:
        found = options.unpack(con_id, self.today("US"))
        number = found[0] % options.SECOND if found else None
        under = found and next((one for one in self._underlyings.values() if one.number == number), None)
        if not found or not under:
            return None
        place, day, units, right = found
        expiry, strike, symbol = f"{day:%Y%m%d}", units * under.unit, under.listing.instrument.symbol
        for chain in options.chains(under, day, self._sessions.days(under.kind)):
            if options.is_second(symbol, chain.trading_class) is not (place >= options.SECOND):
                continue
            if expiry in chain.expirations and strike in chain.strikes:
                return options.contract(under, expiry, strike, right, chain.trading_class, chain.multiplier)
        return None

    def today(self, kind: str) -> date:
        """Return the present date in a market's zone."""
        return day_of(local_day(self._clock.now(), self._sessions.zone(kind)))

    def chains(self, under_con_id: int) -> list[options.Chain]:
        """Return the option chains of an underlying (message 75); [] where it has none."""
        under = self._underlyings.get(under_con_id)
        if not under:
            future = self.by_con_id(under_con_id)
            root = future_options.root_of(future) if future is not None else None
            if future is None or root is None or future.expiry < f"{self.today(root.kind):%Y%m%d}":
                return []
            return [future_options.chain(future, root, self.today(root.kind), self._trading_days(root))]
        return options.chains(under, self.today(under.kind), self._sessions.days(under.kind))

    def _options_of(self, under: options.Underlying) -> list[Instrument]:
        """Return all options of an underlying that are listed today; kept for the day."""
        today = self.today(under.kind)
        key = (under.number, today.toordinal())
        if key not in self._chains:
            if len(self._chains) >= 4:
                self._chains.pop(next(iter(self._chains)))
            seen: dict[str, options.Chain] = {}
            for chain in self.chains(under.listing.instrument.con_id):
                seen.setdefault(chain.trading_class, chain)
            self._chains[key] = [
                options.contract(under, expiry, strike, right, chain.trading_class, chain.multiplier)
                for chain in seen.values()
                for expiry in chain.expirations
                for right in "CP"
                for strike in chain.strikes
            ]
        return self._chains[key]

    def _future_options_of(self, wanted: Query) -> list[Instrument]:
        """Return the options on futures that have the expiry, strike and right that are asked for."""
        found: list[Instrument] = []
        for root in future_options.by_symbol(wanted.symbol, wanted.trading_class):
            today, days = self.today(root.kind), self._trading_days(root)
            for future in futures.listed(root, today, days):
                chain = future_options.chain(future, root, today, days)
                found += [
                    future_options.contract(future, root, expiry, strike, right)
                    for expiry in chain.expirations
                    if not wanted.expiry or expiry.startswith(wanted.expiry[:6])
                    for right in (wanted.right or "CP")
                    for strike in chain.strikes
                    if not wanted.strike or abs(strike - wanted.strike) < 1e-9
                ]
        return found

    def _futures_of(self, symbol: str, root_name: str, include_expired: bool) -> list[Instrument]:
        found: list[Instrument] = []
        for root in futures.roots().values():
            days = self._trading_days(root) if self._names(root, symbol, root_name) else None
            if days is not None:
                today = self.today(root.kind)
                if include_expired:
                    found += futures.expired(root, today, days)
                found += futures.listed(root, today, days)
        return found

    def _trading_days(self, root: futures.Root) -> Ints:
        """Return the days on which a root's contracts may expire: in America those of the stock exchanges."""
        return self._sessions.days("EUREX" if root.kind == "EUREX" else "US")

    @staticmethod
    def _names(root: futures.Root, symbol: str, root_name: str) -> bool:
        if symbol and symbol not in futures.symbols(root):
            return False
        return not root_name or root_name.startswith(futures.local_root(root))

    def match(self, query: dict[str, Any]) -> list[Instrument]:
        """Return the instruments that a contract's fields describe, as reqContractDetails does; [] = error 200.

        Parameters
        ----------
        query : dict
            The contract's snake_case fields, `include_expired`, `sec_id_type` and `sec_id`. Unset fields may be
            missing, "", 0 or None.

        Raises
        ------
        MarketError
            321 for a security type that does not exist.
        """
        wanted = Query.of(query)
        if wanted.sec_type and wanted.sec_type not in SEC_TYPES:
            raise MarketError(321, "Error validating request.-'bQ' : cause - Please enter a valid security type")
        if wanted.con_id:
            one = self.by_con_id(wanted.con_id)
            found = [one] if one else []
            if one and wanted.sec_type == "CONTFUT":
                found = [replace(one, sec_type="CONTFUT")]
            return [self._seen_at(one, wanted) for one in found if fits(one, wanted)]
        if wanted.sec_type == "BOND" and wanted.symbol and wanted.symbol not in self._by_symbol:
            # A bond may be named by its ISIN or CUSIP in place of a symbol.
            kind = "CUSIP" if len(wanted.symbol) == 9 else "ISIN"
            wanted = replace(wanted, symbol="", sec_id_type=kind, sec_id=wanted.symbol)
        if wanted.sec_id:
            held = [
                listing.instrument
                for listing in self.listings.values()
                if (wanted.sec_id_type, wanted.sec_id) in self._ids(listing.instrument)
            ]
            return [self._seen_at(one, wanted) for one in held if fits(one, wanted)]
        return [self._seen_at(one, wanted) for one in self._candidates(wanted) if fits(one, wanted)]

    @staticmethod
    def _ids(instrument: Instrument) -> tuple[tuple[str, str], ...]:
        ids = dict(instrument.sec_ids)
        isin = ids.get("ISIN", "")
        return (*instrument.sec_ids, *((("CUSIP", isin[2:11]),) if isin[:2] == "US" else ()))

    def _candidates(self, wanted: Query) -> list[Instrument]:
        """Return the instruments worth comparing with a query that has no con_id."""
        if wanted.sec_type == "OPT" or (not wanted.sec_type and len(wanted.local_symbol) == 21):
            symbol = wanted.symbol or options.root_symbol(wanted.local_symbol or wanted.trading_class)
            unders = [under for under in self._underlyings.values() if under.listing.instrument.symbol == symbol]
            return [option for under in unders for option in self._options_of(under)]
        if wanted.sec_type == "FOP":
            return self._future_options_of(wanted)
        if wanted.sec_type in ("FUT", "CONTFUT"):
            found = self._futures_of(wanted.symbol, wanted.local_symbol or wanted.trading_class, wanted.include_expired)
            return self._front(found) if wanted.sec_type == "CONTFUT" else found
        if wanted.symbol:
            return self._by_symbol.get(wanted.symbol, [])
        if wanted.local_symbol or wanted.trading_class:
            return [listing.instrument for listing in self.listings.values()]
        return []

    def _front(self, found: list[Instrument]) -> list[Instrument]:
        """Return the continuous futures: of each class the front contract, with its con_id, as a server does."""
        front: dict[str, Instrument] = {}
        today = f"{self.today('CME'):%Y%m%d}"
        for one in found:
            if one.expiry >= today:
                front.setdefault(one.trading_class, replace(one, sec_type="CONTFUT"))
        return list(front.values())

    @staticmethod
    def _seen_at(one: Instrument, wanted: Query) -> Instrument:
        """Return the instrument under the exchange that was asked for."""
        return one.at(wanted.exchange) if wanted.exchange else one

    def search(self, pattern: str) -> list[Instrument]:
        """Return what reqMatchingSymbols finds: symbols that begin with the pattern, then names that contain it."""
        text = pattern.strip().upper()
        if not text:
            return []
        shown = [
            one.instrument
            for one in self.listings.values()
            if one.instrument.sec_type in ("STK", "IND", "CRYPTO", "CFD", "FUND", "WAR")
        ]
        exact = [one for one in shown if one.symbol == text]
        prefix = [one for one in shown if one.symbol.startswith(text) and one.symbol != text]
        named = [one for one in shown if not one.symbol.startswith(text) and text in one.long_name.upper()]
        return (exact + prefix + named)[:16]

    def underlying(self, option: Instrument) -> Listing:
        """Return the listing that an option is written on."""
        if option.sec_type != "FOP":
            return self.listings[option.under_con_id]
        known = self._futures.get(option.under_con_id)
        if known is None:
            future = self.by_con_id(option.under_con_id)
            root = future_options.root_of(future) if future is not None else None
            assert future is not None and root is not None, "an option's con_id leads to its future"
            known = self._futures[future.con_id] = Listing(future, futures.path_of(root), options=True)
        return known
