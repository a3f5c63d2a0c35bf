"""Partner organisations, and orders for patrols that they pay for or are paid for."""
