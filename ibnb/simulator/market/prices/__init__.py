"""From an instrument to its price: its series, options by formula, and exchange rates."""
