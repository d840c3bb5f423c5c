"""`manage.py fake_seal_provider`: a provider of signatures on this machine, to see how a licensed one is used.

Its keys are real and its signatures verify; they have no legal weight. Then, in another window:

    SEAL_PROVIDERS='{"demo": {"url": "http://127.0.0.1:8765", "client": "funeng", "secret": "…"}}'
    manage.py key_ceremony begin --backend provider --provider demo --key-id p256 …
"""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.certificates import authority
from certification.certificates.keys.fake_service import FakeSealService, serve


class Command(BaseCommand):
    help = "Serve a demonstration provider of signatures (P-256, RSA, SM2) on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8765)
        parser.add_argument("--client", default="funeng")
        parser.add_argument("--secret", default="", help="shared secret; made up and printed when not given")
        parser.add_argument("--directory", type=Path, help="where its keys lie (default: seal-provider beside the keys)")

    def handle(self, *args: Any, port: int, client: str, secret: str, directory: Path | None, **options: Any) -> None:
        if settings.SESSION_COOKIE_SECURE:
            raise CommandError("This provider is for demonstrations; a real site uses a licensed one.")
        shared = secret or secrets.token_urlsafe(24)
        folder = directory or settings.SIGNING_KEY_DIR / "seal-provider"
        service = FakeSealService(authority.make_demo_authority(), directory=folder, clients={client: shared})
        server = serve(service, port=port)
        address = f"http://127.0.0.1:{server.server_port}"
        self.stdout.write(f"Keys: {', '.join(sorted(service.keys))}")
        self.stdout.write(f'SEAL_PROVIDERS={{"demo": {{"url": "{address}", "client": "{client}", "secret": "{shared}"}}}}')
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            server.server_close()
