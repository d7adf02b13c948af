"""What is known of orders that were sent, from what TWS and the audit log say of them, and what follows for others."""
