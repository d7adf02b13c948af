"""What TWS knows of the market at large: contracts by name, option chains, scans, news."""
