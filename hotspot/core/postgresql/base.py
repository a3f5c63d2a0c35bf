"""The backend itself, which finds out without a trip whether a connection from an earlier request still works."""

import select

from django.db.backends.postgresql.base import DatabaseWrapper as Backend


class DatabaseWrapper(Backend):
    """A connection. Django asks `SELECT 1` at the beginning of every request (CONN_HEALTH_CHECKS), and of most requests
    of the API that is every third trip.

    A server that stops, restarts or ends a session closes the connection, which can be seen at once: there is something
    to read where nothing was asked. Only then is the question put. A network that loses everything without a word is
    noticed by neither before the time limit.
    """

    def is_usable(self) -> bool:
        """Whether the connection works."""
        if self.connection is None:
            return False
        if self.errors_occurred or self._has_something_to_read():
            return bool(super().is_usable())
        return True

    def _has_something_to_read(self) -> bool:
        if self.connection.closed:
            return True
        # Not `select`, which takes no more than 1,024 open files.
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return bool(waiting.poll(0))
