"""Answers about what there is to be known beside prices: contracts, scans, news, display groups."""
