"""Profit and loss that stays current: one feed a client, and the tables that are read from it."""
