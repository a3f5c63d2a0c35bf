"""What an hour of patrol costs: hourly rates, which of them time is paid at, and bank holidays."""
