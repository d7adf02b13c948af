"""Option chains: what a person wants of them, what TWS lists, what it costs, and what of it is watched."""
