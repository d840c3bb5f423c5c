"""PINs and providers come from the environment, and a wrong value stops the start without repeating a secret."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from certification.certificates.keys.token import pin_variable
from lms.settings.env import env_family, env_json


def test_k17_each_token_has_a_pin_of_its_own_also_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "pin").write_text("2222\n")
    monkeypatch.setenv("SIGNING_PIN_BODY", "1111")
    monkeypatch.setenv("SIGNING_PIN_OTHER_2026_FILE", str(tmp_path / "pin"))
    pins = env_family("SIGNING_PIN_")
    assert (pins[pin_variable("body")], pins[pin_variable("other-2026")]) == ("1111", "2222")


@pytest.mark.parametrize("value", ['{"ca": {"secret": "hush"}', '["hush"]'])
def test_k17_providers_that_cannot_be_read_stop_the_start(monkeypatch, value):
    monkeypatch.setenv("SEAL_PROVIDERS", value)
    with pytest.raises(ImproperlyConfigured) as caught:
        env_json("SEAL_PROVIDERS", "{}")
    assert "hush" not in str(caught.value)


def test_k17_providers_are_read_as_json(monkeypatch):
    monkeypatch.setenv("SEAL_PROVIDERS", '{"ca": {"url": "https://ca.example"}}')
    assert env_json("SEAL_PROVIDERS", "{}") == {"ca": {"url": "https://ca.example"}}
