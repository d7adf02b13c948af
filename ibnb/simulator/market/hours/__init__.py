"""When the simulated market is open: trading days, sessions, and the clock."""
