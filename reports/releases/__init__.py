"""The release calendar: what will be published when, and how that changed."""
