"""Boards: many contracts that are watched together, each with its line or the reason why it has none."""
