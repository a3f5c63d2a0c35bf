"""What waits for a person, over all features, for the pages that people come to first."""
