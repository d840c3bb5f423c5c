"""Our script comes first in a page of a package; what a package reports is read with distrust. No database."""

import time

import pytest

from courses.packages.rules.kinds import Kind, Standing
from courses.packages.rules.pages import charset_of, with_scripts
from courses.packages.rules.report import MOST_BYTES, read_report
from lms.core.errors import DomainError

OURS = b'<script src="/o.js" data-kind="web"></script>'


@pytest.mark.parametrize(
    ("page", "before"),
    [
        (b"<!doctype html><html><head><script src=a.js></script>", b"<!doctype html><html><head>"),
        (b'<html><HEAD lang="a"><script>', b'<html><HEAD lang="a">'),
        (b"<!-- <head> --><html><header></header><head>", b"<!-- <head> --><html><header></header><head>"),
        (b"<!DOCTYPE html><html><header>", b"<!DOCTYPE html><html>"),
        (b"<!DOCTYPE html><p>a", b"<!DOCTYPE html>"),
        (b"\xef\xbb\xbf<p>a", b"\xef\xbb\xbf"),
        (b"<p>a", b""),
        (b"<!-- a --><!doctype html><p>a", b"<!-- a --><!doctype html>"),
        (b"<!--><html><head><p>a", b"<!--><html><head>"),
        (b"<!doctype html><!-- <head>", b"<!doctype html>"),
        (b"<html><head lang=zh", b"<html>"),
    ],
)
def test_our_script_runs_before_all_others(page, before):
    assert with_scripts(page, scripts=["/o.js"], kind=Kind.WEB) == before + OURS + page[len(before) :]


@pytest.mark.parametrize(
    "page",
    [
        b"<!---->" * 100 + b"<p>hi",
        b"<!--" * 250_000,
        b"<!-->" * 200_000,
        b"<head " * 170_000,
        b" " * 1_000_000,
    ],
)
def test_a_page_made_to_be_slow_is_not(page):
    begun = time.process_time()
    assert with_scripts(page, scripts=["/o.js"], kind=Kind.WEB) == OURS + page
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize(
    ("page", "charset"),
    [
        ('<meta charset="GBK">轮椅'.encode("gbk"), "gbk"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gb2312"),
        ("轮椅".encode(), "utf-8"),
        ("轮椅".encode("gb18030"), "gb18030"),
    ],
)
def test_the_characters_of_a_page_are_known(page, charset):
    assert charset_of(page) == charset


@pytest.mark.parametrize(
    ("core", "standing", "score"),
    [
        ({"lesson_status": "completed", "score": {"raw": "80"}}, Standing.COMPLETED, 80.0),
        ({"lesson_status": "passed", "score": {"raw": "8", "min": "0", "max": "10"}}, Standing.PASSED, 80.0),
        ({"lesson_status": "failed", "score": {"raw": "nan"}}, Standing.FAILED, None),
        ({"lesson_status": "incomplete", "score": {"raw": "1e400"}}, Standing.BEGUN, None),
        ({"lesson_status": ["passed"], "score": "9"}, Standing.BEGUN, None),
        ({"score": {"raw": "500", "max": "10"}}, Standing.BEGUN, 100.0),
        ({"score": {"raw": "5", "max": "0"}}, Standing.BEGUN, 5.0),
    ],
)
def test_scorm_1_2_reports_a_status_and_a_mark(core, standing, score):
    report = read_report(Kind.SCORM12, {"core": core})
    assert (report.standing, report.score) == (standing, score)


@pytest.mark.parametrize(
    ("data", "standing", "score"),
    [
        ({"completion_status": "completed", "success_status": "unknown", "score": {"scaled": "0.9"}}, Standing.COMPLETED, 90.0),
        ({"completion_status": "completed", "success_status": "failed", "score": {"scaled": "-0.5"}}, Standing.FAILED, 0.0),
        ({"completion_status": "incomplete", "success_status": "passed"}, Standing.PASSED, None),
        ({"completion_status": "incomplete", "score": {"raw": 3, "min": 1, "max": 5}}, Standing.BEGUN, 50.0),
    ],
)
def test_scorm_2004_reports_completion_and_success(data, standing, score):
    report = read_report(Kind.SCORM2004, data)
    assert (report.standing, report.score) == (standing, score)


def nested(depth):
    return {"a": nested(depth - 1)} if depth else "b"


@pytest.mark.parametrize("data", [None, [], "x", 3, nested(20), nested(12), nested(600)])
def test_a_report_that_is_none_is_refused(data):
    with pytest.raises(DomainError, match="report_unreadable"):
        read_report(Kind.SCORM12, data)


def test_a_report_may_be_as_deep_as_data_models_are():
    assert read_report(Kind.SCORM12, nested(11)).data == nested(11)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_report_with_a_number_that_is_none_is_refused(number):
    with pytest.raises(DomainError, match="report_unreadable"):
        read_report(Kind.SCORM12, {"a": [number]})


def test_what_no_database_keeps_of_a_report_is_replaced():
    report = read_report(Kind.SCORM12, {"a\0": ["轮\ud83d椅\0", {"b": "\udc00"}], "c": "😀"})
    assert report.data == {"a\ufffd": ["轮\ufffd椅\ufffd", {"b": "\ufffd"}], "c": "😀"}


def test_a_web_package_reports_nothing():
    with pytest.raises(DomainError, match="report_unreadable"):
        read_report(Kind.WEB, {})


def test_a_report_has_a_largest_size():
    read_report(Kind.SCORM2004, {"suspend_data": "轮" * 50_000})
    with pytest.raises(DomainError, match="report_too_large"):
        read_report(Kind.SCORM2004, {"suspend_data": "x" * MOST_BYTES})
