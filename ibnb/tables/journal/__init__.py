"""Tables of the journal: round trips, the equity of each day, and what a day's keeping has brought."""
