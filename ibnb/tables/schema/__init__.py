"""How a table is made: its columns, what converts a client's values into them, and what could not be converted."""
