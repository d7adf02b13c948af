"""What is checked before an order leaves: the contract's rules, which no server would bend, and one's own guards."""
