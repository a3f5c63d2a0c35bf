"""How much patrol presence areas were given, against their weekly targets, and what visits of each length came to."""
