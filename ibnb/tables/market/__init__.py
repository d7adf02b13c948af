"""Tables of prices, past and present: bars, ticks, quotes, depth."""
