"""Authorisations of dispersal (section 34) and of searches without suspicion (section 60), and what the law allows."""
