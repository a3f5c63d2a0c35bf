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

    health_check_done: bool
    health_check_enabled: bool

    def close_if_health_check_failed(self) -> None:
        """Close the connection where it does not work any more. Asked once a request."""
        is_due = self.connection is not None and self.health_check_enabled and not self.health_check_done
        if is_due and not self.errors_occurred and not self._has_something_to_read():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def _has_something_to_read(self) -> bool:
        if self.connection.closed:
            return True
        # Not `select`, which takes no more than 1,024 open files.
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return bool(waiting.poll(0))
