"""What `script/server`, `script/test` and the others do once the virtual environment exists."""
