"""A mail server of a test: it speaks SMTP (RFC 5321) on a port of its own and keeps what it takes."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from time import sleep


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps `taken` messages. It refuses those for addresses in `refused` for good, and in `busy` for now. It answers
    after `delay` seconds."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[tuple[str, EmailMessage]] = []
        self.refused: set[str] = set()
        self.busy: set[str] = set()
        self.delay = 0.0
        self.connections = 0

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Conversation(socketserver.StreamRequestHandler):
    """One client. A line is answered by the method that has its verb."""

    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        self.recipients: list[str] = []
        self.answer("220 mail.test ready")
        while line := self.rfile.readline():
            verb, _, rest = line.decode("ascii").strip().partition(" ")
            if verb.upper() == "QUIT":
                self.answer("221 bye")
                return
            self.answer(getattr(self, f"on_{verb.lower()}", self.on_unknown)(rest))

    def answer(self, text: str) -> None:
        sleep(self.server.delay)
        self.wfile.write(f"{text}\r\n".encode("ascii"))

    def on_unknown(self, rest: str) -> str:
        return "502 not understood"

    def on_ehlo(self, rest: str) -> str:
        return "250 mail.test"

    on_helo = on_ehlo

    def on_mail(self, rest: str) -> str:
        self.recipients = []
        return "250 ok"

    on_rset = on_mail

    def on_rcpt(self, rest: str) -> str:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self.server.refused:
            return "550 no such user"
        if address in self.server.busy:
            return "450 mailbox busy"
        self.recipients.append(address)
        return "250 ok"

    def on_data(self, rest: str) -> str:
        if not self.recipients:
            return "503 nobody to send it to"
        self.answer("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.taken += [(address, message) for address in self.recipients]
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that runs until the end of the block; what it refused or never heard of is in no list."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
