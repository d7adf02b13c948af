"""Tables of what accounts are worth, hold and gain, one file a table."""
