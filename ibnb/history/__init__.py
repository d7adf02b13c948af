"""Historical bars: what may be asked for, and asking for it."""
