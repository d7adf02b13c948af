"""Alerts: a price, a profit or a margin beyond a level, a fill, a lost connection, told once by whoever is looking."""
