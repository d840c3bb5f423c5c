"""The way to a provider with certificates on both sides."""

import datetime
import ipaddress
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certification.certificates.keys import fake_service, http_provider
from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.keys.http_provider import HttpSealProvider
from tests.certification.certificates.keys.conftest import SECRET


def certificate(folder, name, issuer=None):
    """Write key and certificate for 127.0.0.1 as PEM; return path, certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(address, critical=False)
        .sign(issuer[2] if issuer else key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    return path, made, key


@pytest.fixture
def parties(tmp_path):
    root = certificate(tmp_path, "root")
    return {name: certificate(tmp_path, name, issuer=root)[0] for name in ("service", "client")} | {"root": root[0]}


@pytest.fixture
def address(demo_authority, parties, tmp_path, monkeypatch):
    monkeypatch.setattr(http_provider, "FIRST_PAUSE_SECONDS", 0.01)
    service = fake_service.FakeSealService(demo_authority, directory=tmp_path / "keys-there", clients={"funeng": SECRET})
    server = fake_service.serve(service)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(parties["service"])
    context.load_verify_locations(parties["root"])
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def provider(address, parties, **changes):
    options = {
        "name": "ca",
        "url": address,
        "client": "funeng",
        "secret": SECRET,
        "client_certificate": str(parties["client"]),
        "authority": str(parties["root"]),
        "timeout": 2,
    }
    return HttpSealProvider(**(options | changes))


def test_k39_both_sides_prove_who_they_are(address, parties):
    assert provider(address, parties).list_keys() == ["p256", "rsa3072", "sm2"]


def test_k39_a_client_without_its_certificate_is_not_let_in(address, parties):
    with pytest.raises(SignerUnavailable) as caught:
        provider(address, parties, client_certificate="").list_keys()
    assert caught.value.code == "certificates.provider_unreachable"


def test_k39_a_service_that_nobody_vouches_for_is_not_asked(address, parties):
    with pytest.raises(SignerUnavailable) as caught:
        provider(address, parties, authority="").list_keys()
    assert "CERTIFICATE_VERIFY_FAILED" in caught.value.context["reason"]
