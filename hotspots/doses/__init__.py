"""Weekly targets of areas: how much presence each is to be given."""
