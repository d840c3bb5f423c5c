"""A provider of signatures for demonstrations and tests: a real HTTP service with real keys, of no legal weight.

It speaks what `http_provider` speaks. Its keys are ECDSA P-256, RSA 3072 and SM2; its names say 演示 Demo. The first
two are certified by the demonstration's root; the SM2 key by an SM2 root of its own, as such a service would do.
"""

import base64
import datetime
import hashlib
import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from certification.certificates import authority
from certification.certificates.keys import sm2
from certification.certificates.keys.certified import SM2_CURVE
from certification.certificates.keys.files import new_private_key, write_once
from certification.certificates.keys.http_provider import ECDSA_OID, RSA_OID, SHA256_OID, SM2_OID, SM3_OID
from certification.certificates.keys.http_signature import Seal, check_request, sign_answer
from certification.certificates.keys.loading import LoadedKey
from certification.certificates.rules.keys import Algorithm

SERVICE_NAME = "辅能演示签章服务 Funeng Demo Seal Service"
LARGEST_QUESTION_BYTES = 64 * 1024
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class HeldKey:
    """A key of the service with its certificate and chain in DER, leaf first."""

    certificates: tuple[bytes, ...]
    signature_oid: str
    digest_oid: str
    sign: Callable[[bytes], bytes]


class FakeSealService:
    """Keys and answers; `serve` puts them behind an address."""

    def __init__(self, root: LoadedKey, *, directory: Path, clients: dict[str, str]) -> None:
        self.clients = clients
        self.keys = {
            "p256": _held(root, directory, "p256", Algorithm.ECDSA_P256),
            "rsa3072": _held(root, directory, "rsa3072", Algorithm.RSA_3072),
            "sm2": _held_sm2(directory, "sm2"),
        }
        self._lock = threading.Lock()
        self._nonces: set[str] = set()
        self._given: dict[str, tuple[bytes, dict[str, Any]]] = {}

    def answer(self, what: str, question: dict[str, Any], *, idempotency_key: str = "") -> Answer:
        """Return status and content of the answer to one question."""
        match what:
            case "info":
                return 200, {"name": SERVICE_NAME, "specs": "2.0.0.2", "region": "CN", "methods": ["signatures/signHash"]}
            case "credentials/list":
                return 200, {"credentialIDs": sorted(self.keys)}
            case "credentials/info":
                return self._info(question)
            case "signatures/signHash":
                return self._once(question, idempotency_key)
        return 404, {"error": "invalid_request", "error_description": "no such method"}

    def _info(self, question: dict[str, Any]) -> Answer:
        key = self.keys.get(question.get("credentialID", ""))
        if key is None:
            return _refusal("no such key")
        chain = [base64.b64encode(item).decode() for item in key.certificates]
        return 200, {
            "key": {"status": "enabled", "algo": [key.signature_oid]},
            "cert": {"status": "valid", "certificates": chain},
        }

    def _once(self, question: dict[str, Any], idempotency_key: str) -> Answer:
        """Sign; the same idempotency key gives the same signature again, and no other question may use it."""
        asked = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).digest()
        with self._lock:
            before = self._given.get(idempotency_key)
        if before is not None:
            return (200, before[1]) if before[0] == asked else _refusal("idempotency key used for something else")
        status, answer = self._sign(question)
        if status == 200 and idempotency_key:
            with self._lock:
                self._given[idempotency_key] = (asked, answer)
        return status, answer

    def _sign(self, question: dict[str, Any]) -> Answer:
        key = self.keys.get(question.get("credentialID", ""))
        if key is None:
            return _refusal("no such key")
        if (question.get("signAlgo"), question.get("hashAlgorithmOID")) != (key.signature_oid, key.digest_oid):
            return _refusal("the key does not sign by this algorithm")
        try:
            digests = [base64.b64decode(item, validate=True) for item in question["hashes"]]
        except (KeyError, TypeError, ValueError):
            return _refusal("hashes cannot be read")
        if not digests or any(len(digest) != 32 for digest in digests):
            return _refusal("a digest has 32 bytes")
        return 200, {"signatures": [base64.b64encode(key.sign(digest)).decode() for digest in digests]}

    def admit(self, headers: Any, *, path: str, body: bytes) -> Seal:
        """Return who asks. Raises `ValueError` for a stranger, a changed, an old or a repeated question."""
        seal = check_request(self.clients, headers, path=path, body=body, now=int(time.time()))
        with self._lock:
            if seal.nonce in self._nonces:
                raise ValueError("asked before")
            self._nonces.add(seal.nonce)
        return seal


def _refusal(reason: str) -> Answer:
    return 400, {"error": "invalid_request", "error_description": reason}


def serve(service: FakeSealService, *, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """Return a server for the service, bound and not yet running (`serve_forever`). Port 0: any free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LARGEST_QUESTION_BYTES:
                self.close_connection = True
                return self._send(413, {"error": "invalid_request"}, None)
            body = self.rfile.read(length)
            try:
                seal = service.admit(self.headers, path=self.path, body=body)
            except ValueError as error:
                return self._send(401, {"error": "unauthorized", "error_description": str(error)}, None)
            try:
                question = json.loads(body)
            except ValueError:
                question = None
            if not isinstance(question, dict):
                status, answer = _refusal("not JSON")
            else:
                what = self.path.partition("/csc/v2/")[2]
                status, answer = service.answer(what, question, idempotency_key=self.headers.get("Idempotency-Key") or "")
            self._send(status, answer, seal)

        def _send(self, status: int, answer: dict[str, Any], question: Seal | None) -> None:
            body = json.dumps(answer, separators=(",", ":")).encode()
            self.send_response(status, http.client.responses.get(status))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if question is not None:
                seal = Seal(int(time.time()), question.nonce, question.key_id)
                for name, value in sign_answer(service.clients[seal.key_id], status=status, body=body, seal=seal).items():
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: the command that runs the service tells what matters."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "辅能演示 Funeng Demo"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _held(root: LoadedKey, directory: Path, name: str, algorithm: Algorithm) -> HeldKey:
    """Return a key of the service, made once and kept in its folder."""
    path = directory / f"{name}.pem"
    if not path.exists():
        key = new_private_key(algorithm)
        plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        certificate = authority.build_certificate(
            _subject(f"演示 Demo 签章密钥 {name}"),
            public_key=key.public_key(),
            issuer=root.certificate.subject,
            issuer_key=root.private_key,
            authority=False,
        )
        write_once(path, plain + certificate.public_bytes(serialization.Encoding.PEM), mode=0o600)
    data = path.read_bytes()
    private = serialization.load_pem_private_key(data, None)
    certificate = x509.load_pem_x509_certificate(data)
    chain = tuple(item.public_bytes(serialization.Encoding.DER) for item in (certificate, root.certificate))
    if isinstance(private, rsa.RSAPrivateKey):
        rsa_key = private
        return HeldKey(chain, RSA_OID, SHA256_OID, lambda digest: rsa_key.sign(digest, PKCS1v15(), Prehashed(hashes.SHA256())))
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    ec_key = private
    return HeldKey(chain, ECDSA_OID, SHA256_OID, lambda digest: ec_key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))


def _held_sm2(directory: Path, name: str) -> HeldKey:
    path = directory / f"{name}.json"
    if not path.exists():
        root_secret, root_point = sm2.new_key()
        secret, point = sm2.new_key()
        root_name, leaf_name = _subject("演示 Demo SM2 根证书"), _subject(f"演示 Demo 签章密钥 {name}")
        root = sm2_certificate(
            root_name, point=root_point, issuer=root_name, issuer_key=(root_secret, root_point), is_authority=True
        )
        leaf = sm2_certificate(leaf_name, point=point, issuer=root_name, issuer_key=(root_secret, root_point), is_authority=False)
        kept = {"secret": secret.hex(), "certificates": [leaf.hex(), root.hex()]}
        write_once(path, json.dumps(kept).encode(), mode=0o600)
    held = json.loads(path.read_bytes())
    secret = bytes.fromhex(held["secret"])
    chain = tuple(bytes.fromhex(item) for item in held["certificates"])
    return HeldKey(chain, SM2_OID, SM3_OID, lambda digest: sm2.sign_digest(secret, digest))


def sm2_certificate(
    subject: x509.Name, *, point: bytes, issuer: x509.Name, issuer_key: tuple[bytes, bytes], is_authority: bool
) -> bytes:
    """Return an X.509 certificate (DER) for an SM2 key, signed with SM2 and SM3. RFC 5280, GM/T 0015."""
    secret, issuer_point = issuer_key
    usage = {"key_cert_sign", "crl_sign"} if is_authority else {"digital_signature", "non_repudiation"}
    body = asn1_x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(120),
            "signature": {"algorithm": SM2_OID},
            "issuer": asn1_x509.Name.load(issuer.public_bytes()),
            "validity": {
                "not_before": asn1_x509.Time({"utc_time": authority.NOT_BEFORE}),
                "not_after": asn1_x509.Time({"utc_time": authority.NOT_AFTER - datetime.timedelta(seconds=1)}),
            },
            "subject": asn1_x509.Name.load(subject.public_bytes()),
            "subject_public_key_info": asn1_keys.PublicKeyInfo(
                {
                    "algorithm": {"algorithm": "ec", "parameters": asn1_keys.ECDomainParameters("named", SM2_CURVE)},
                    "public_key": asn1_keys.ECPointBitString(point),
                }
            ),
            "extensions": [
                {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": is_authority}},
                {"extn_id": "key_usage", "critical": True, "extn_value": usage},
            ],
        }
    )
    signature = sm2.sign_digest(secret, sm2.digest_for(issuer_point, body.dump()))
    return bytes(
        asn1_x509.Certificate(
            {"tbs_certificate": body, "signature_algorithm": {"algorithm": SM2_OID}, "signature_value": signature}
        ).dump()
    )
