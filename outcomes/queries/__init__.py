"""What the pages ask: the list, one shift, its history, and the outcomes that wait for detail."""
