"""A hardware token in software, a provider on this machine, and a body with its people."""

import datetime
import os
import subprocess
import threading
from types import SimpleNamespace

import pytest

from lms.organisations.rules import Role

NOW = datetime.datetime(2026, 9, 21, 1, 30, tzinfo=datetime.UTC)
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "4711-0815"
SECRET = "a secret that both sides know"


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory):
    """Two initialised tokens, `body` and `other`; the library reads its folder once, so there is one per test process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    for label in ("body", "other"):
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "0000-1111"]
        subprocess.run(command, check=True, capture_output=True)
    yield folder
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def tokens(softhsm, settings):
    """The tokens with their PINs set; whatever a test opened is closed after it."""
    from certification.certificates.keys import token

    settings.PKCS11_MODULE = MODULE
    settings.SIGNING_PINS = {"SIGNING_PIN_BODY": PIN, "SIGNING_PIN_OTHER": PIN}
    yield token
    token.close_sessions()


@pytest.fixture(scope="session")
def provider_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("seal-provider")


@pytest.fixture
def start_provider(demo_authority, settings, tmp_path):
    """Return a function that starts a provider (of a given class) and sets it up under the name `ca`."""
    from certification.certificates.keys import fake_service

    running = []

    def start(kind=fake_service.FakeSealService, **options):
        service = kind(demo_authority, directory=tmp_path / "seal-provider", clients={"funeng": SECRET})
        server = fake_service.serve(service)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        url = f"http://127.0.0.1:{server.server_port}"
        settings.SEAL_PROVIDERS = {"ca": {"url": url, "client": "funeng", "secret": SECRET, "timeout": 2, **options}}
        return SimpleNamespace(service=service, server=server, url=url)

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def people(association, employer, make_user, member):
    """Head, second head and exam officer of the body; the head of another one; somebody without any role."""
    return SimpleNamespace(
        head=member(make_user("韩负责"), association, Role.HEAD),
        deputy=member(make_user("副负责人"), association, Role.HEAD),
        officer=member(make_user("考务员"), association, Role.EXAM_OFFICER),
        assessor=member(make_user("考评员"), association, Role.ASSESSOR),
        other_head=member(make_user("别家负责人"), employer, Role.HEAD),
        stranger=make_user("路人"),
    )


@pytest.fixture
def officers(people):
    from certification.certificates.services.ceremonies import Officers

    return Officers(people.head, people.officer)


@pytest.fixture
def waiting_key(association, officers, demo_authority):
    """Return a function that holds a ceremony and gives the key that then waits."""
    from certification.certificates.rules.keys import Algorithm, Backend
    from certification.certificates.services import ceremonies

    def make(backend=Backend.PKCS12, algorithm=Algorithm.ECDSA_P256, **options):
        held = ceremonies.hold_ceremony(
            association, backend=backend, algorithm=algorithm, officers=officers, demo=True, now=NOW, **options
        )
        return ceremonies.issue_by_demo_authority(held, officers=officers, now=NOW)

    return make


@pytest.fixture
def take_into_use(people):
    """Return a function by which the officer proposes and the head confirms."""
    from certification.certificates.rules.keys import KeyEvent
    from certification.certificates.services.keys import confirm_change, propose_change

    def take(key, *, now=NOW):
        change = propose_change(key, KeyEvent.ACTIVATE, reason="换新密钥", actor=people.officer, now=now)
        return confirm_change(change, actor=people.head, now=now)

    return take
