"""Bars of any range: one request or a planned download, from what is kept and what is asked, and what is missing."""
