"""What an account is worth and needs: every figure derived from its ledger and the market's prices, none stored."""
