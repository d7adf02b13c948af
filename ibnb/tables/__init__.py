"""What TWS says, as DataFrames: one schema a table, pure functions from the client's objects to frames."""
