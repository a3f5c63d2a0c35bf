"""Whether a change in areas could be told from chance at all: said beside sets and targets before any promise."""
