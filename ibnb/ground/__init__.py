"""What all rooms stand on: accounts masked, moments and their zones, waits and progress told, arguments' old names."""
