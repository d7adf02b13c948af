"""What is live, shown in a cell: a line that says how it stands, and what came, painted anew with the news."""
