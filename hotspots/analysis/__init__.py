"""Where incidents gather: H3 cells, and the statistics that choose among them. Pure: numbers in, numbers out."""
