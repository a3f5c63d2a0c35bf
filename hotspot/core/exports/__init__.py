"""Rows as files: columns and their SQL, CSV while it is read, and Excel workbooks."""
