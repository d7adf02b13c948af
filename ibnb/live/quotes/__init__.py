"""The newest prices of one contract, on one market data line, whoever watches it."""
