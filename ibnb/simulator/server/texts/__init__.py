"""What the market has, as the wire's rows and texts: bars, contracts, ticks, scans, exchanges."""
