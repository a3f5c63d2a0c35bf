"""Several shifts on one page: the crews of one night, or a month's rows from a spreadsheet."""
