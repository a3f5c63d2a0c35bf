"""Page plumbing: access, forms, navigation and resubmission."""
