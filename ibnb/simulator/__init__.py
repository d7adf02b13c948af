"""A simulated TWS that speaks the real wire protocol on this machine, for all who have no account at hand."""
