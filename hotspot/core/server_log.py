"""What the web server writes of requests: as gunicorn does, without the secrets of addresses."""

from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from hotspot.core.private_paths import SecretPathFilter, without_secrets


class ServerLog(Logger):
    """The logger that gunicorn is started with (`--logger-class`)."""

    def __init__(self, cfg: Config) -> None:
        super().__init__(cfg)
        self.error_log.addFilter(SecretPathFilter())

    def atoms(self, *args: Any) -> dict[str, Any]:
        """What a line of the access log can say: paths, lines of requests and where they came from, without secrets."""
        said = super().atoms(*args)
        return {name: without_secrets(value) if isinstance(value, str) else value for name, value in said.items()}
