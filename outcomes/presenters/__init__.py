"""Words for what the queries found: one shift, and its history."""
