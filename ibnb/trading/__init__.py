"""Orders: values that show what they would do, checks and guards before anything is sent, and each sent once only."""
