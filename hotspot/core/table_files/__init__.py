"""Files read as rows of text: CSV, Excel and OpenDocument."""
