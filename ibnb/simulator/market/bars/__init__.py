"""Bars from cells, aggregated exactly: of which range, and of what."""
