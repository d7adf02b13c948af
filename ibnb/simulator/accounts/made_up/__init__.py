"""Accounts that are made up: the demo account from its script of trades, and one of any size."""
