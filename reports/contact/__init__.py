"""Who answers questions about what is published: a setting of the force, of which every publication keeps a copy."""
