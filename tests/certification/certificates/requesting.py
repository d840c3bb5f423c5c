"""Asking for a change of a certificate: the people around it, files and forms, for the tests of both sides."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certification.certificates.rules import Change
from certification.certificates.services.requests import KeptFile, file_request
from lms.core import clock, store
from lms.organisations.rules import Role
from tests.issued import AFTER

RIGHT_NUMBER = "11010519491231002X"
PASSWORD = "a long pass phrase"


@pytest.fixture
def after_the_publication(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def cast(held, make_user, member, association, employer):
    return {
        "holder": held.holder,
        "other holder": held.candidates[1],
        "officer": held.officer,
        "head": held.head,
        "second head": member(make_user("副会长"), association, Role.HEAD),
        "assessor": held.assessors[0],
        "other head": member(make_user("别家负责人"), employer, Role.HEAD),
        "other officer": member(make_user("别家考务"), employer, Role.EXAM_OFFICER),
    }


def signed_in(user, *, freshly=False):
    client = Client()
    client.force_login(user)
    if freshly:
        user.set_password(PASSWORD)
        user.save()
        client.force_login(user)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def scan(name="身份证.pdf", data=b"%PDF-1.7 scan of an identity card"):
    return SimpleUploadedFile(name, data)


def kept(data=b"%PDF-1.7 scan of an identity card"):
    return KeptFile(store.put(data), "身份证.pdf", "application/pdf")


def asked(held, change=Change.CORRECTION, *, actor=None, **facts):
    """File a request; a correction of the name unless told otherwise."""
    if change is Change.CORRECTION:
        facts = {"corrections": {"name": "林小梅"}, "evidence": [kept()]} | facts
    return file_request(held.certificate, change=change, reason="姓名录入有误", actor=actor or held.holder, now=AFTER, **facts)


def address(held, change="correction"):
    return f"/learn/certificates/{held.certificate.pk}/ask/{change}/"
