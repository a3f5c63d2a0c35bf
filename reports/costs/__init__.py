"""What patrols cost: each person's minutes at the rate of the day, by month, area, funding stream and role."""
