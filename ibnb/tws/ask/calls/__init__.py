"""The way every request takes, from its start to its tidying up, and its answer as it came on the wire."""
