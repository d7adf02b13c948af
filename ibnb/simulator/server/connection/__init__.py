"""One client's connection: its socket, what waits to be sent, what runs for it, and its limits."""
