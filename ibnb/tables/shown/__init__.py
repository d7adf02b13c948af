"""Tables as people read them: what a column's figures look like, what is left out, and the result as HTML and text."""
