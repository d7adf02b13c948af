"""What the accounts of a log-in are worth, hold, earn and do: the requests behind each table, put together."""
