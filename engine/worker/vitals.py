"""A worker's own small server, on a port of its own: alive, ready, and its measures. Nothing else is answered there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from engine.settings import Settings
from engine.wiring.measures import CONTENT_TYPE, Measures, may_read

_JSON = "application/json"
#: How long somebody who asks may take to say what, in seconds.
_PATIENCE = 10.0


@contextmanager
def telling(settings: Settings, measures: Measures) -> Iterator[int]:
    """Answer while the block lasts, where a port is set; the port, 0 for none. Raises OSError when it is taken.

    Without a token only this machine can ask, with one whoever reaches the address of the settings.
    """
    if not settings.metrics_port:
        yield 0
        return
    host = settings.host if settings.metrics_token else "127.0.0.1"
    server = ThreadingHTTPServer((host, settings.metrics_port), _answers(settings, measures))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True, name="vitals")
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answers(settings: Settings, measures: Measures) -> type[BaseHTTPRequestHandler]:
    """What answers one request."""

    class Answers(BaseHTTPRequestHandler):
        timeout = _PATIENCE
        server_version = sys_version = ""

        def do_GET(self) -> None:
            status, kind, content = _answer(settings, measures, self.path, self._token(), self.client_address[0])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _token(self) -> str:
            return self.headers.get("Authorization", "")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: who reads measures reads them every few seconds."""

    return Answers


def _answer(
    settings: Settings, measures: Measures, path: str, authorization: str, address: str
) -> tuple[int, str, bytes]:
    """Status, type and content."""
    if path == "/health":
        return 200, _JSON, b'{"status": "ok"}'
    if path == "/ready":
        reasons = measures.not_ready()
        said = {"status": "not ready", "reasons": reasons} if reasons else {"status": "ready"}
        return (503 if reasons else 200), _JSON, json.dumps(said).encode()
    if path == "/metrics" and may_read(settings, address, authorization):
        return 200, CONTENT_TYPE, measures.text()
    return 404, _JSON, b'{"status": "not found"}'
