"""Account values: does TWS send those of the account, with their end (reqAccountUpdates)."""

from ibnb.doctor.answers import answer_check

CHECK = answer_check("account-updates", "Account values", "account updates", "values")
