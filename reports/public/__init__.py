"""Published statements for everybody, signed in or not, where the force has switched it on."""
