"""What every endpoint of the API stands on: who calls, what a request may hold, what answers and refusals look like."""
