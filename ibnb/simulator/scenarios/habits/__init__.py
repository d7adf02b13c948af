"""The scenarios ``habit-...``: ways in which some real TWS behaves otherwise than the simulated one does by itself."""
