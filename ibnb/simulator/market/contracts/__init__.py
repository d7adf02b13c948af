"""Which instruments there are: those of the catalogue, and futures and options by rule. The csv files are its data."""
