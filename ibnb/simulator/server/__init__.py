"""The simulated TWS as a server on a socket: its clients, the gate that requests pass, and what runs beside them."""
