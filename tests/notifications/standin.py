"""A stand-in that speaks the protocol of Twilio's Messages resource, in the process of the tests."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

SID, TOKEN, FROM = "ACtest", "secret", "+12135550100"
TAKEN = {"sid": "SM1", "status": "queued", "error_code": None, "error_message": None}


@dataclass
class Provider:
    """What it got (path, authorization, form), and what it answers next: status and JSON, or None for silence."""

    url: str = ""
    answers: list[tuple[int, Any] | None] = field(default_factory=list)
    got: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)


@contextmanager
def provider(settings: Any, *answers: tuple[int, Any] | None) -> Iterator[Provider]:
    """Serves on a port of this machine, and tells the settings so; without an answer left it takes everything."""
    standin = Provider(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = parse_qs(self.rfile.read(length).decode(), strict_parsing=True)
            standin.got.append((self.path, self.headers["Authorization"], form))
            answer = standin.answers.pop(0) if standin.answers else (201, TAKEN)
            if answer is None:
                self.close_connection = True
                return
            body = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        standin.url = f"http://127.0.0.1:{server.server_address[1]}"
        settings.SMS_PROVIDER, settings.TWILIO_URL = "twilio", standin.url
        settings.TWILIO_SID, settings.TWILIO_TOKEN, settings.TWILIO_FROM = SID, TOKEN, FROM
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        try:
            yield standin
        finally:
            server.shutdown()
            running.join()
