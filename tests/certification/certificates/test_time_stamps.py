"""A time stamp is believed only when everything about it is right. No database, but a real service over HTTP."""

import datetime
import hashlib
import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer

import pytest
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certification.certificates import authority, envelope
from certification.certificates.keys.loading import asn1_certificates
from certification.certificates.stamping.client import HttpTimeStamper, Reply
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.stamping.server import handler_for
from certification.certificates.stamping.tokens import is_trusted, read_stamp, signature_holds, stamps
from lms.core.errors import DomainError
from tests.signed_file import NOW
from tests.stamped_file import service_key, stamper

DATA = b"what is stamped"
DIGEST = hashlib.sha256(DATA).digest()


@pytest.fixture(scope="module")
def service(root):
    return service_key(root)


@pytest.fixture(scope="module")
def roots(root):
    return asn1_certificates((root.certificate,))


@pytest.fixture(scope="module")
def token(service):
    return stamper(service, NOW).token(DIGEST)


def served(stamper, handler=handler_for):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(stamper))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/tsa?x=1"


@pytest.fixture
def address(service):
    server, url = served(stamper(service, NOW))
    yield url
    server.shutdown()
    server.server_close()


class Twisted(LocalTimeStamper):
    """A service that answers with what `twist` makes of its honest answer."""

    def __init__(self, key, twist):
        super().__init__(key, now=lambda: NOW)
        self._twist = twist

    def respond(self, query):
        return self._twist(super().respond(query))


def test_a_token_says_when_what_and_who(token, service):
    stamp = read_stamp(token)
    assert (stamp.moment, stamp.digest, stamp.digest_algorithm) == (NOW, DIGEST, "sha256")
    assert stamp.authority == "演示 Demo 时间戳"
    assert stamp.provable_until == service.certificate.not_valid_after_utc
    assert stamps(token, DATA)
    assert not stamps(token, DATA + b"!")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_believes_our_tokens(token, root, tmp_path):
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "data", "-CAfile", "root.pem"]
    good = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in good.stdout, good.stderr
    (tmp_path / "data").write_bytes(DATA + b"!")
    assert "Verification: FAILED" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_the_service_answers_questions_that_openssl_asks(digest, service, tmp_path):
    (tmp_path / "data").write_bytes(DATA)
    asked = subprocess.run(
        ["openssl", "ts", "-query", "-data", "data", f"-{digest}", "-cert"], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    answer = tsp.TimeStampResp.load(stamper(service, NOW).respond(asked), strict=True)
    stamped = answer["time_stamp_token"].dump()
    assert answer["status"]["status"].native == "granted"
    assert stamps(stamped, DATA)
    assert read_stamp(stamped).nonce == tsp.TimeStampReq.load(asked)["nonce"].native


@pytest.mark.parametrize("question", [b"", b"\x30\x00", b"\xff" * 100])
def test_the_service_rejects_what_is_no_question(question, service):
    answer = Reply.load(stamper(service, NOW).respond(question), strict=True)
    assert answer["status"]["status"].native == "rejection"
    assert answer["status"]["fail_info"].native == {"bad_data_format"}
    assert answer["token"].native is None


def test_no_byte_of_a_token_can_be_another(token):
    passed = []
    for place in range(len(token)):
        for flip in (1, 0x80):
            changed = token[:place] + bytes([token[place] ^ flip]) + token[place + 1 :]
            if stamps(changed, DATA):
                passed.append(place)
    # Every byte, that of the certificate too: the token names its certificate by hash.
    assert passed == []


def test_a_token_with_a_spare_certificate_or_attribute_is_not_in_our_form(token, roots):
    crowded = cms.ContentInfo.load(token)
    crowded["content"]["certificates"].append(roots[0])
    assert not stamps(crowded.dump(force=True), DATA)
    spoken = cms.ContentInfo.load(token)
    spoken["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "1.2.3.4", "values": [core.UTF8String("x")]})]
    )
    assert not stamps(spoken.dump(force=True), DATA)


def test_a_foreign_token_is_brought_to_our_form_and_still_holds(token, roots):
    """With a bag of certificates, and RSA with another digest, as public services answer."""
    crowded = cms.ContentInfo.load(token)
    crowded["content"]["certificates"].append(roots[0])
    assert envelope.one_form_of_stamp(crowded.dump(force=True)) == token


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_token_made_by_openssl_is_brought_to_our_form_and_holds(root, roots, tmp_path):
    private = rsa.generate_private_key(65537, 2048)
    key = service_key(root, private=private, common_name="OpenSSL")
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    (tmp_path / "tsa.key").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "tsa.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "serial").write_text("01")
    (tmp_path / "openssl.cnf").write_text(
        "[tsa]\ndefault_tsa=own\n[own]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
        "certs=root.pem\nsigner_digest=sha384\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\n"
        "ess_cert_id_chain=yes\ness_cert_id_alg=sha256\n"
    )
    for command in (
        ["openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "q"],
        ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "q", "-token_out", "-out", "t"],
    ):
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    foreign = (tmp_path / "t").read_bytes()
    ours = envelope.one_form_of_stamp(foreign)
    assert len(ours) < len(foreign)
    assert stamps(ours, DATA)
    assert is_trusted(read_stamp(ours).certificate, roots, moments=[NOW])
    # RSA-2048 is believed until the end of 2030, whatever the certificate says.
    assert read_stamp(ours).provable_until == datetime.datetime(2031, 1, 1, tzinfo=datetime.UTC)


def test_only_a_certificate_for_time_stamps_from_a_trusted_issuer_in_force_is_trusted(root, roots, tmp_path):
    def trusted(key):
        return is_trusted(asn1_certificates((key.certificate,))[0], roots, moments=[NOW])

    assert trusted(service_key(root))
    assert not trusted(service_key(root, stamps=False))
    assert not trusted(service_key(root, not_after=NOW - datetime.timedelta(seconds=1)))
    assert not trusted(service_key(authority.make_demo_authority(directory=tmp_path)))


def test_the_client_gets_a_token_over_http_and_keeps_the_connection(address, roots):
    client = HttpTimeStamper(address, roots=roots)
    first = client.token(DIGEST)
    connection = client._local.connection
    assert stamps(first, DATA)
    assert stamps(client.token(DIGEST), DATA)
    assert client._local.connection is connection


def test_many_threads_may_ask_at_once(address, roots):
    client = HttpTimeStamper(address, roots=roots)
    texts = [f"text {number}".encode() for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(client.token, [hashlib.sha256(text).digest() for text in texts]))
    assert all(stamps(token, text) for token, text in zip(tokens, texts, strict=True))
    assert len({read_stamp(token).serial for token in tokens}) == 40


def test_a_connection_that_the_service_closed_is_opened_again(service, roots):
    server, url = served(stamper(service, NOW))
    client = HttpTimeStamper(url, roots=roots)
    client.token(DIGEST)
    client._local.connection.sock.shutdown(socket.SHUT_RDWR)
    assert stamps(client.token(DIGEST), DATA)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("twist", "reason"),
    [
        (lambda reply: b"", ""),
        (lambda reply: b"nonsense", ""),
        (lambda reply: b"\x30" * 70_000, "bytes"),
        (lambda reply: Reply({"status": {"status": "rejection"}}).dump(), "refused"),
        (lambda reply: reply[:-1] + bytes([reply[-1] ^ 1]), "signature"),
    ],
)
def test_an_answer_that_is_not_right_is_refused(twist, reason, service, roots):
    server, url = served(Twisted(service, twist))
    with pytest.raises(DomainError) as caught:
        HttpTimeStamper(url, roots=roots).token(DIGEST)
    assert caught.value.code == "certificates.stamp_failed"
    assert reason in caught.value.context["reason"]
    server.shutdown()
    server.server_close()


def test_an_answer_to_another_question_is_refused(service, roots):
    honest = stamper(service, NOW)
    query = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST},
            "nonce": 5,
            "cert_req": True,
        }
    ).dump()
    server, url = served(Twisted(service, lambda _reply: honest.respond(query)))
    for digest, reason in ((DIGEST, "another question"), (hashlib.sha256(b"x").digest(), "something else")):
        with pytest.raises(DomainError) as caught:
            HttpTimeStamper(url, roots=roots).token(digest)
        assert reason in caught.value.context["reason"]
    server.shutdown()
    server.server_close()


def test_a_service_of_a_stranger_is_refused(roots, tmp_path):
    stranger = service_key(authority.make_demo_authority(directory=tmp_path))
    server, url = served(stamper(stranger, NOW))
    with pytest.raises(DomainError) as caught:
        HttpTimeStamper(url, roots=roots).token(DIGEST)
    assert "not trusted" in caught.value.context["reason"]
    server.shutdown()
    server.server_close()


def test_a_service_that_changes_its_certificate_within_a_batch_is_refused(address, root, roots):
    other = asn1_certificates((service_key(root).certificate,))[0]
    with pytest.raises(DomainError) as caught:
        HttpTimeStamper(address, roots=roots, expected=other).token(DIGEST)
    assert "changed its certificate" in caught.value.context["reason"]


def test_a_service_that_is_not_there_is_told(roots):
    with pytest.raises(DomainError) as caught:
        HttpTimeStamper("http://127.0.0.1:9/", roots=roots, timeout=1).token(DIGEST)
    assert caught.value.code == "certificates.stamp_failed"


def test_a_service_that_never_answers_is_left(roots):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DomainError) as caught:
        HttpTimeStamper(f"http://127.0.0.1:{silent.getsockname()[1]}/", roots=roots, timeout=0.3).token(DIGEST)
    assert "imed" in caught.value.context["reason"]


@pytest.mark.parametrize("url", ["ftp://x/", "file:///etc/passwd", "x", ""])
def test_only_an_http_address_is_asked(url, roots):
    with pytest.raises(ValueError, match="address"):
        HttpTimeStamper(url, roots=roots)


def test_the_server_refuses_what_is_not_a_question(address):
    import http.client
    from urllib.parse import urlsplit

    for body, kind, status in ((b"x", "text/plain", 415), (b"x" * 5000, "application/timestamp-query", 413)):
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=5)
        connection.request("POST", "/", body, {"Content-Type": kind})
        assert connection.getresponse().status == status
        connection.close()


def test_the_demonstration_service_says_demo_and_is_issued_by_the_demonstration_root(tmp_path):
    root = authority.make_demo_authority(directory=tmp_path)
    key = authority.make_demo_stamps(directory=tmp_path)
    certificate = asn1_certificates((key.certificate,))[0]
    assert "Demo" in certificate.subject.native["common_name"]
    assert is_trusted(certificate, asn1_certificates((root.certificate,)), moments=[NOW])
    assert authority.make_demo_stamps(directory=tmp_path).certificate == key.certificate
    assert signature_holds(LocalTimeStamper(key, now=lambda: NOW).token(DIGEST))
