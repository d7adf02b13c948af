"""What a chart looks like: its figures and what is in view, the picture on the page, the words above it, its files."""
