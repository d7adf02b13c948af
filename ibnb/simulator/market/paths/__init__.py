"""How prices wander: cells of a path, split on demand into finer ones that add up exactly."""
