from typing import Any

from cryptography import x509
from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.certificates.authority import make_demo_authority, revoke
from certification.certificates.models import SigningKey
from lms.core import clock


class Command(BaseCommand):
    help = (
        "Put a body's demonstration certificate on the revocation list of the demonstration root, as after a stolen key. "
        "What was stamped before stays good; nothing more can be issued with it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", type=int, help="number of the signing key")

    def handle(self, *args: Any, **options: Any) -> None:
        row = SigningKey.objects.filter(pk=options["key"]).first()
        if row is None:
            raise CommandError(f"There is no signing key {options['key']}.")
        certificate = x509.load_pem_x509_certificate(row.certificate_pem.encode())
        root = make_demo_authority()
        if certificate.issuer != root.certificate.subject:
            raise CommandError("This certificate was not issued by the demonstration root.")
        revoke(root, certificate.serial_number, now=clock.now())
        self.stdout.write(f"{row.name}: on the revocation list")
