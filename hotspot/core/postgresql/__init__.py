"""Django's database backend for PostgreSQL, as `settings.DATABASES` names it."""
