"""Asking for prices once: snapshots of many contracts, the first price of one, and the kind of market data."""
