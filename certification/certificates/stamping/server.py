"""The local time-stamp service over HTTP. Source: RFC 3161 3.4."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from certification.certificates.stamping.client import QUERY, REPLY
from certification.certificates.stamping.local import LocalTimeStamper

LARGEST_QUERY_BYTES = 4096
IDLE_SECONDS = 60


def handler_for(stamper: LocalTimeStamper) -> type[BaseHTTPRequestHandler]:
    """Return the request handler class of a server that stamps with `stamper`."""

    class Handler(BaseHTTPRequestHandler):
        """Answers time-stamp queries; connections stay open between them."""

        protocol_version = "HTTP/1.1"
        timeout = IDLE_SECONDS
        # Head and body in one packet, at once: otherwise each answer waits 40 ms for the other side's acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.headers.get_content_type() != QUERY:
                self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            elif not length.isascii() or not length.isdigit() or int(length) > LARGEST_QUERY_BYTES:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            else:
                self._answer(HTTPStatus.OK, REPLY, stamper.respond(self.rfile.read(int(length))))

        def _refuse(self, status: HTTPStatus) -> None:
            # What was sent is not read, so this connection cannot go on.
            self.close_connection = True
            self._answer(status, "text/plain", status.phrase.encode())

        def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return None

    return Handler
