"""`manage.py key_ceremony`: makes a body's key before two people, takes in its certificate, exchanges and stops keys.

    key_ceremony begin --organisation SLUG --officer PHONE --officer PHONE [--backend pkcs11 --token LABEL]
    key_ceremony begin … --key-file FILE.p12 | --backend provider --provider NAME --key-id ID
    key_ceremony import-certificate --ceremony ID --certificate FILE --chain FILE --officer … --officer …
    key_ceremony activate --key ID --reason TEXT --officer … --officer …
    key_ceremony retire --key ID --reason TEXT --officer … --officer …
    key_ceremony unsafe --key ID --reason TEXT --since MOMENT --officer …
    key_ceremony list --organisation SLUG

Each officer types her password here. `--attest` names them without; it is for demonstrations and tests only.
"""

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from certification.certificates.models import KEY_LABELS, KeyCeremony, SigningKey
from certification.certificates.rules.keys import Algorithm, Backend, KeyEvent
from certification.certificates.services import ceremonies
from certification.certificates.services.ceremonies import Officers
from certification.certificates.services.keys import confirm_change, propose_change, report_unsafe, signed_with
from lms.accounts.models import User
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.models import Organisation

PASSWORD_TRIES = 3
ALGORITHMS = {
    "ecdsa-p256": Algorithm.ECDSA_P256,
    "rsa-2048": Algorithm.RSA_2048,
    "rsa-3072": Algorithm.RSA_3072,
    "rsa-4096": Algorithm.RSA_4096,
}


class Command(BaseCommand):
    help = "Make, certify, exchange and stop the signing key of a body, before two people."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        begin = self._step(steps, "begin", "make a key and the request for its certificate")
        begin.add_argument("--organisation", required=True, help="short name (slug) of the body")
        begin.add_argument("--backend", choices=[backend.value for backend in Backend], default=Backend.PKCS12.value)
        begin.add_argument("--algorithm", choices=sorted(ALGORITHMS), default="ecdsa-p256")
        begin.add_argument("--token", default="", help="label of the token (pkcs11)")
        begin.add_argument("--provider", default="", help="name of the provider in SEAL_PROVIDERS (provider)")
        begin.add_argument("--key-id", default="", help="the provider's id of the key (provider)")
        begin.add_argument("--key-file", type=Path, help="PKCS#12 file from an authority, key and certificate in one (pkcs12)")
        begin.add_argument("--request-file", type=Path, help="where to write the certificate request (PEM)")
        begin.add_argument("--demo", action="store_true", help="have the demonstration's authority certify the key at once")
        take_in = self._step(steps, "import-certificate", "check the authority's certificate and put it on record")
        take_in.add_argument("--ceremony", type=int, required=True)
        take_in.add_argument("--certificate", type=Path, required=True, help="PEM or DER; may hold the chain too")
        take_in.add_argument("--chain", type=Path, help="PEM: the issuer first, the root last")
        for name, words in (("activate", "take a waiting key into use"), ("retire", "take a key out of use")):
            change = self._step(steps, name, words)
            change.add_argument("--key", type=int, required=True)
            change.add_argument("--reason", required=True)
        unsafe = self._step(steps, "unsafe", "stop a key that somebody else may have had")
        unsafe.add_argument("--key", type=int, required=True)
        unsafe.add_argument("--reason", required=True)
        unsafe.add_argument("--since", required=True, help="since when, for example 2026-09-21T08:00")
        listing = self._step(steps, "list", "show the keys of a body", people=False)
        listing.add_argument("--organisation", required=True)

    def _step(self, steps: Any, name: str, words: str, *, people: bool = True) -> CommandParser:
        parser: CommandParser = steps.add_parser(name, help=words)
        if people:
            parser.add_argument("--officer", action="append", required=True, help="phone or e-mail; once for each person")
            parser.add_argument("--attest", action="store_true", help="name the people without their passwords (demonstration)")
        return parser

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        steps: dict[str, Callable[..., None]] = {
            "begin": self._begin,
            "import-certificate": self._import,
            "activate": self._change,
            "retire": self._change,
            "unsafe": self._unsafe,
            "list": self._list,
        }
        try:
            steps[step](step=step, **options)
        except DomainError as error:
            raise CommandError(text_of(error)) from error
        except PermissionDenied:
            raise CommandError("Only the head and the exam officers of the body decide about its keys.") from None

    def _begin(self, *, organisation: str, backend: str, algorithm: str, demo: bool, **options: Any) -> None:
        body, now = _body(organisation), clock.now()
        officers = self._two(options)
        if backend == Backend.PROVIDER.value:
            if not (options["provider"] and options["key_id"]):
                raise CommandError("--provider and --key-id say which key at which provider.")
            ceremony = ceremonies.register_provider_key(
                body, provider=options["provider"], key_id=options["key_id"], officers=officers, now=now
            )
        elif options["key_file"] is not None:
            data = _bytes_of(options["key_file"])
            passphrase = getpass.getpass(f"{options['key_file'].name}: ")
            ceremony = ceremonies.adopt_key_file(body, data, passphrase=passphrase, officers=officers, now=now)
        else:
            with transaction.atomic():
                ceremony = ceremonies.hold_ceremony(
                    body,
                    backend=Backend(backend),
                    algorithm=ALGORITHMS[algorithm],
                    officers=officers,
                    token_label=options["token"],
                    demo=demo,
                    now=now,
                )
            self._hand_over_request(ceremony, options["request_file"])
            if demo:
                ceremonies.issue_by_demo_authority(ceremony, officers=officers, now=now)
        self._report(ceremony)

    def _hand_over_request(self, ceremony: KeyCeremony, path: Path | None) -> None:
        if path is not None:
            path.write_text(ceremony.request_pem, encoding="ascii")
            self.stdout.write(f"Certificate request: {path}")
        else:
            self.stdout.write(ceremony.request_pem)

    def _import(self, *, ceremony: int, certificate: Path, chain: Path | None, **options: Any) -> None:
        row = KeyCeremony.objects.filter(pk=ceremony).first()
        if row is None:
            raise CommandError(f"There is no ceremony {ceremony}.")
        leaf, *above = _certificates(certificate) + (_certificates(chain) if chain else [])
        ceremonies.import_certificate(row, leaf, tuple(above), officers=self._two(options), now=clock.now())
        row.refresh_from_db()
        self._report(row)

    @transaction.atomic
    def _change(self, *, step: str, key: int, reason: str, **options: Any) -> None:
        row, officers, now = _key(key), self._two(options), clock.now()
        change = propose_change(row, KeyEvent(step), reason=reason, actor=officers.first, now=now)
        changed = confirm_change(change, actor=officers.second, now=now)
        self.stdout.write(f"Key {changed.pk} “{changed.name}”: {KEY_LABELS[changed.state]}")

    def _unsafe(self, *, key: int, reason: str, since: str, **options: Any) -> None:
        moment = parse_datetime(since)
        if moment is None:
            raise CommandError(f"{since!r} is no moment; write it like 2026-09-21T08:00.")
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        (officer, *_others) = self._people(options)
        signed = report_unsafe(_key(key), reason=reason, since=moment, actor=officer, now=clock.now())
        self.stdout.write(f"Stopped. Signed since {moment.isoformat()}: {signed.count()}")
        for certificate in signed.iterator():
            self.stdout.write(f"{certificate.number}  {certificate.issued_at.isoformat()}  {certificate.status}")

    def _list(self, *, organisation: str, **options: Any) -> None:
        for key in SigningKey.objects.filter(organisation=_body(organisation)).order_by("not_before", "pk"):
            end = timezone.localdate(key.not_after)
            count = signed_with(key).count()
            self.stdout.write(f"{key.pk}  {KEY_LABELS[key.state]}  {key.algorithm}  {key.backend}  {end}  {count}  {key.name}")
        for ceremony in KeyCeremony.objects.filter(organisation=_body(organisation), signing_key=None):
            held = timezone.localtime(ceremony.held_at)
            self.stdout.write(f"ceremony {ceremony.pk}  {held:%Y-%m-%d %H:%M}  waits for its certificate")

    def _report(self, ceremony: KeyCeremony) -> None:
        self.stdout.write(ceremonies.protocol_of(ceremony))
        self.stdout.write(f"Ceremony {ceremony.pk}, protocol {ceremony.protocol_sha256}")
        if ceremony.signing_key_id is not None:
            self.stdout.write(f"Key {ceremony.signing_key_id} waits; two people take it into use.")

    def _two(self, options: dict[str, Any]) -> Officers:
        people = self._people(options)
        if len(people) != 2:
            raise CommandError("Two people: give --officer twice.")
        return Officers(people[0], people[1], attested=options["attest"])

    def _people(self, options: dict[str, Any]) -> list[User]:
        people = [_person(name) for name in options["officer"]]
        if options["attest"]:
            if settings.SESSION_COOKIE_SECURE:
                raise CommandError("On a real site each officer types her password; --attest is for demonstrations.")
            return people
        for person in people:
            self._authenticate(person)
        return people

    def _authenticate(self, person: User) -> None:
        for _try in range(PASSWORD_TRIES):
            if person.check_password(getpass.getpass(f"{person.name}: ")):
                return
            self.stderr.write("Wrong password.")
        raise CommandError(f"{person.name} could not prove who she is.")


def _person(name: str) -> User:
    found = User.objects.filter(Q(phone=name, phone_verified=True) | Q(email__iexact=name), is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody signs in as {name}.")
    return found


def _body(slug: str) -> Organisation:
    body = Organisation.objects.filter(slug=slug).first()
    if body is None:
        raise CommandError(f"There is no organisation {slug}.")
    return body


def _key(pk: int) -> SigningKey:
    key = SigningKey.objects.select_related("organisation").filter(pk=pk).first()
    if key is None:
        raise CommandError(f"There is no key {pk}.")
    return key


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None


def _certificates(path: Path) -> list[x509.Certificate]:
    """Return the certificates in a PEM or DER file; a chain goes from the leaf up."""
    data = _bytes_of(path)
    try:
        if b"-----BEGIN" in data:
            return list(x509.load_pem_x509_certificates(data))
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise CommandError(f"{path} holds no certificate that can be read: {error}") from None
