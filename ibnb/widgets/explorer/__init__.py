"""The portfolio explorer: what it knows, which positions it shows, and what it does in the background."""
