"""From a wish to requests, without asking anybody: sizes, ranges, and which requests bring a range. Pure."""
