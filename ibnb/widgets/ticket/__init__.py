"""The ticket: an order written into a form, previewed, and sent in two steps, never by one key."""
