"""Tells Docker whether the web server of this container is well. Runs in the image: standard library only."""

import http.client
import os
import sys

PORT = 8000


def main() -> int:
    """Ask this machine's web server for /readyz, under a host name that it accepts; gives the exit code."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=4)
    try:
        connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if connection.getresponse().status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
