"""Problem-solving plans of hotspot areas: what is done about a problem, by whom, until when, and what came of it."""
