"""Any measure by any two of the things that it can be split by: as a table, a chart or a file."""
