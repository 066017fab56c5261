"""A system that is told by webhooks: a real HTTP server on loopback, which can fail, redirect, dawdle or be gone."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """A message as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """It answers with `answers` one after another, and with the last of them ever after; 0 means not at all."""

    answers: Sequence[int] = (204,)
    received: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=remit"

    def next_answer(self) -> int:
        return self.answers[min(len(self.received), len(self.answers)) - 1]


@contextmanager
def receiver(*answers: int) -> Iterator[Receiver]:
    """A receiver at work."""
    kept = Receiver(answers or (204,))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.received.append(Received({name.lower(): value for name, value in self.headers.items()}, body))
            status = kept.next_answer()
            if not status:
                time.sleep(3)
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{kept.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
