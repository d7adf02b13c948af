"""Tables of orders and their fills, one file a table."""
