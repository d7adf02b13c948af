"""A person's own bars in place of simulated ones: read from files, aggregated exactly."""
