"""People, connected systems, sign-in and password links."""
