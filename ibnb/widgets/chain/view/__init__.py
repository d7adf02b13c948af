"""What a chain looks like: tabs, table and words as HTML from data, its style sheet, and what its page does itself."""
