"""A portfolio as bars with numbers beside them: what is held, and what it gains."""
