"""Market data as it streams: what is watched, looked at once a turn, and written once for all who watch it."""
