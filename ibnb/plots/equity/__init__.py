"""Equity curves of a journal, with their drawdown."""
