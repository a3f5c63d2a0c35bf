"""The analyst's dashboard: cards, charts, the map and saved views."""
