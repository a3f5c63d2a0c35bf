"""The administrator's start page: what is set up, and what is still missing."""
