"""The ledger: income, spend that another person approves, caps, and months that two people close."""
