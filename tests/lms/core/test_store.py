"""Bytes are written once under their own hash, and damage is noticed when they are read."""

import hashlib
import os

import pytest
from django.core.files.storage import storages

from lms.core import store
from lms.core.errors import DomainError


def test_bytes_are_found_under_their_hash():
    sha256 = store.put(b"certificate")
    assert sha256 == hashlib.sha256(b"certificate").hexdigest()
    assert store.read(sha256) == b"certificate"


def test_the_same_bytes_twice_are_one_file():
    assert store.put(b"twice") == store.put(b"twice")
    folder, _files = storages["write_once"].listdir("")
    assert folder


def test_a_damaged_file_is_not_handed_out():
    sha256 = store.put(b"genuine")
    path = storages["write_once"].path(f"{sha256[:2]}/{sha256[2:4]}/{sha256}")
    os.chmod(path, 0o640)
    with open(path, "wb") as file:
        file.write(b"forged")
    with pytest.raises(DomainError, match=r"store\.damaged"):
        store.read(sha256)


def test_a_missing_file_is_told():
    with pytest.raises(DomainError, match=r"store\.missing"):
        store.read("0" * 64)


def test_a_name_that_is_no_hash_is_refused():
    with pytest.raises(ValueError, match="SHA-256"):
        store.read("../../etc/passwd")
