"""Whether patrols work: changes in places that were patrolled, beside those in places that were not."""
