"""What production must not start with."""

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_production(
    *, debug: bool, demo: bool, uses_development_secret: bool, allowed_hosts: list[str]
) -> None:
    """Stop the start of a production process that would be unsafe, and say why in words.

    Production is whatever runs with neither DEBUG nor DEMO. A demonstration may use the development secret, but
    only under local names: its accounts and passwords are printed for everybody to read.
    Raises ImproperlyConfigured.
    """
    local_names = {"localhost", "127.0.0.1", "[::1]", "testserver"}
    if (debug or demo) and not set(allowed_hosts) <= local_names:
        what = "DEBUG" if debug else "DEMO"
        raise ImproperlyConfigured(
            f"{what} is on, and ALLOWED_HOSTS names a host other than this machine. "
            f"Set {what}=false for a real service; debug pages and demo accounts must not be reachable by others."
        )
    if uses_development_secret and not (debug or demo):
        raise ImproperlyConfigured(
            "SECRET_KEY is not set, so the published development secret would be used. "
            "Set SECRET_KEY to a long random text."
        )
