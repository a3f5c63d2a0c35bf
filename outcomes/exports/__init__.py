"""Shifts and outcomes row by row, as files: their columns, their SQL, CSV while it is read, and workbooks."""
