"""Packages small enough to build by hand, and a college that owns them."""

import io
import zipfile

import pytest
from wagtail.models import Collection

from courses.packages.services.packages import keep_package

PAGE = (
    "<!doctype html><html lang=zh-Hans><head><meta charset=utf-8><title>试一试</title></head><body><h1>试一试</h1></body></html>"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
WORDS = "坐得久的人，座面不能太宽，也不能太深；先量人，再选椅。"
KEYS = "用 Tab 键移动，空格键选择，回车键确认。"

MANIFEST_12 = """<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>x</title>
    <item identifier="i" identifierref="r"><title>x</title><adlcp:masteryscore>60</adlcp:masteryscore></item>
  </organization></organizations>
  <resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="start.html"/></resources>
</manifest>"""
MANIFEST_2004 = """<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>x</title>
    <item identifier="i" identifierref="r" parameters="?lang=zh"><title>x</title></item>
  </organization></organizations>
  <resources><resource identifier="r" type="webcontent" adlcp:scormType="sco" href="start.html"/></resources>
</manifest>"""


def zipped(files, *, odd=()):
    """Return a ZIP file of {name: text or bytes}; `odd` are further (ZipInfo, bytes)."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for entry, content in odd:
            archive.writestr(entry, content)
    return data.getvalue()


def web(**more):
    return zipped({"index.html": PAGE, **more})


def scorm12(page=PAGE, **more):
    return zipped({"imsmanifest.xml": MANIFEST_12, "start.html": page, **more})


def scorm2004(page=PAGE, **more):
    return zipped({"imsmanifest.xml": MANIFEST_2004, "start.html": page, **more})


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    """Each test has a store of its own."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    storages = dict(settings.STORAGES)
    storages["packages"] = {**storages["packages"], "OPTIONS": {"location": str(tmp_path / "packages")}}
    settings.STORAGES = storages


@pytest.fixture
def collection(tree, college):
    return Collection.objects.get(name=college.name)


@pytest.fixture
def make_package(collection, tmp_path, now):
    """Return a function that stores a package: `make_package(scorm12(), "选轮椅")`."""

    def make(data=None, title="选轮椅", *, where=None):
        path = tmp_path / "whole"
        path.write_bytes(data or web())
        return keep_package(path, title=title, collection=where or collection, actor=None, now=now)

    return make


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def publish_with(lessons):
    """Return a function that publishes the first lesson with these packages in it."""

    def publish(*packages):
        lesson = lessons[0]
        lesson.body = [("package", {"package": row, "task": "", "words": WORDS, "keys": KEYS}) for row in packages]
        lesson.save_revision().publish()
        return lesson

    return publish
