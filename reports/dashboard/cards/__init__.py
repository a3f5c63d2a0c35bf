"""The cards of the dashboard: one module for each subject, with its queries and its wording."""
