"""What a portfolio risks: greeks and beta of each position, their sums, exposures, and profits at other prices."""
