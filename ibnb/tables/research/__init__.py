"""Tables of what is found in the market: symbols, option chains, scans, news."""
