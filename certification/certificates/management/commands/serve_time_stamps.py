from http.server import ThreadingHTTPServer
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certification.certificates.authority import make_demo_stamps
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.stamping.server import handler_for


class Command(BaseCommand):
    help = "Serve the demonstration's time stamps over HTTP (RFC 3161), for other programs on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8318)

    def handle(self, *args: Any, **options: Any) -> None:
        stamper = LocalTimeStamper(make_demo_stamps())
        with ThreadingHTTPServer((options["host"], options["port"]), handler_for(stamper)) as server:
            self.stdout.write(f"Time stamps of the demonstration at http://{options['host']}:{server.server_port}/")
            self.stdout.flush()
            server.serve_forever()
