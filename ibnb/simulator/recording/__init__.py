"""Sessions with a real TWS on file: recorded by a proxy, account numbers replaced, and played back to a client."""
