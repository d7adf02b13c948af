"""What moves an account: orders and their executions, of combinations too, what they cost, and where they go."""
