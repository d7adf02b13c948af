"""Historical ticks of any range: page by page, no gap, none twice."""
