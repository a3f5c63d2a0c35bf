"""Files that are imported: what is in them, and what their rows say. The operations decide and write."""
