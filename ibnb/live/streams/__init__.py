"""What all streams of market data have in common: requests, refusals, silence, listeners, and what a person holds."""
