"""Programme returns: what a funder asks for, filled in and submitted."""
