"""Teams: named lists of collar numbers, kept by a supervisor or for a district, and put on the form of a shift."""
