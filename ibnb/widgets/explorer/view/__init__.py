"""What an explorer looks like: its fields, table, figures, pictures and detail, and where they stand."""
