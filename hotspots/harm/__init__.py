"""Tables of harm weights: loaded by the force, versioned, and chosen by analyses. None comes with the service."""
