"""Sets of hotspot areas with dates: drawn up, proposed, approved, and replaced by later ones."""
