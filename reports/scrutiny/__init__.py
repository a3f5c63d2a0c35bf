"""The scrutiny pack of community panels: who was searched, and what was found, with how sure that is."""
