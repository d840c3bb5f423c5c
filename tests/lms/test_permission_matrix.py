"""Every address of our rooms × everybody around a finished batch: who gets in. An address without a row fails."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.lms.conftest import Batch

pytestmark = pytest.mark.django_db

OURS = {
    "portal", "catalogue", "learning", "media", "packages", "standards", "bodies", "plans", "applications", "assessment", "results",
    "certificates", "registry", "insights", "accounts", "api", "tenancy", "sharing", "notices", "venues", "questionbank",
}  # fmt: skip

# Some forms need a field before they ask who is there.
FIELDS = {"assessment:absence": {"part": "theory"}}

ALL = "nobody, stranger, candidate, classmate, reviewer, officer, head, supervisor, assessor, idle assessor, author, watcher, other officer, other head, other reviewer, other assessor, teacher, item writer"
SIGNED_IN = ALL.removeprefix("nobody, ")
ISSUING = "officer, head, other officer, other head"
STAFF = "reviewer, officer, head, supervisor, assessor, idle assessor, watcher, other officer, other head, other reviewer, other assessor, teacher, item writer"

# address: (method, which row, who gets in). "Gets in" means: not sent to the sign-in page, not 403, not 404.
# Who gets in may still be told that it is too late (409) or that something is missing (422).
MATRIX: dict[str, tuple[str, str, str]] = {
    "accounts:email": ("GET", "", SIGNED_IN),
    "accounts:home": ("GET", "", SIGNED_IN),
    "api:api-root": ("GET", "", ALL),
    "api:log_consistency": ("GET", "", ALL),
    "api:log_entries": ("GET", "", ALL),
    "api:log_head": ("GET", "", ALL),
    "api:log_head_of": ("GET", "log size", ALL),
    "api:log_heads": ("GET", "", ALL),
    "api:log_inclusion": ("GET", "", ALL),
    "api:log_key": ("GET", "", ALL),
    "api:openapi-json": ("GET", "", ALL),
    "applications:case": ("GET", "case", "candidate"),
    "applications:condition": ("GET", "case", "candidate"),
    "applications:evidence": ("GET", "case", "candidate"),
    "applications:evidence_file": ("GET", "evidence", "candidate, reviewer, officer"),
    "applications:facts": ("GET", "case", "candidate"),
    "applications:home": ("GET", "", ALL),
    "applications:identity": ("GET", "case", "candidate"),
    "applications:photo": ("GET", "case", "candidate"),
    "applications:plan": ("GET", "plan", ALL),
    "applications:portrait": ("GET", "case", "candidate, reviewer, officer"),
    "applications:remove_evidence": ("POST", "evidence of case", "candidate"),
    "applications:reveal": ("POST", "case", "reviewer"),
    "applications:review": ("GET", "case", "reviewer, officer"),
    "applications:reviews": ("GET", "", "reviewer, other reviewer"),
    "applications:seat": ("POST", "plan", "officer"),
    "applications:start": ("POST", "plan", SIGNED_IN),
    "applications:submit": ("GET", "case", "candidate"),
    "applications:ticket": ("GET", "case", "candidate"),
    "applications:withdraw": ("GET", "case", "candidate"),
    "assessment:absence": ("POST", "plan", "officer"),
    "assessment:answer": ("POST", "seat", "candidate"),
    "assessment:close": ("POST", "plan", "officer"),
    "assessment:exam": ("GET", "seat", "candidate"),
    "assessment:exams": ("GET", "", SIGNED_IN),
    "assessment:open": ("POST", "plan", "officer"),
    "assessment:paper": ("GET", "seat", "candidate"),
    "assessment:point": ("POST", "sheet", "assessor"),
    "assessment:progress": ("GET", "plan", "officer, head"),
    "assessment:score": ("GET", "", SIGNED_IN),
    "assessment:score_plan": ("GET", "plan", "assessor"),
    "assessment:sheet": ("GET", "sheet", "assessor"),
    "assessment:sign": ("GET", "sheet", "assessor"),
    "assessment:start": ("POST", "seat", "candidate"),
    "assessment:station": ("GET", "station", "assessor"),
    "assessment:stations": ("GET", "plan", "officer, head"),
    "assessment:submit": ("GET", "seat", "candidate"),
    "bodies:list": ("GET", "", ALL),
    "catalogue:figure": ("GET", "figure", ALL),
    "catalogue:glossary": ("GET", "course", ALL),
    "catalogue:photo": ("GET", "photo", ALL),
    "certificates:approve": ("POST", "batch", "head"),
    "certificates:archive": ("GET", "batch", "officer, head"),
    "certificates:ask": ("GET", "certificate and change", "candidate"),
    "certificates:ask_for_holder": ("GET", "certificate and change", "officer, head"),
    "certificates:batch": ("GET", "batch", "officer, head"),
    "certificates:cancel": ("POST", "batch", "officer, head"),
    "certificates:certificate": ("GET", "certificate", "officer, head"),
    "certificates:change_number_way": ("POST", "filing", "head"),
    "certificates:check_people": ("POST", "programme", "officer, head"),
    "certificates:close": ("POST", "plan", "head"),
    "certificates:close_programme": ("POST", "programme", "officer, head"),
    "certificates:confirm_key_change": ("POST", "key change", "officer, head"),
    "certificates:download": ("GET", "certificate", "candidate, officer, head"),
    "certificates:edit_programme": ("GET", "programme", "officer, head"),
    "certificates:edit_template": ("GET", "template", "officer, head"),
    "certificates:evidence": ("GET", "evidence of request", "candidate, officer, head"),
    "certificates:filing_numbers": ("GET", "filing", "officer, head"),
    "certificates:grant": ("POST", "change request", "head"),
    "certificates:import_numbers": ("POST", "filing", "officer, head"),
    "certificates:key": ("GET", "signing key", "officer, head"),
    "certificates:key_unsafe": ("POST", "signing key", "officer, head"),
    "certificates:keys": ("GET", "", "officer, head, other officer, other head"),
    "certificates:new_programme": ("GET", "", ISSUING),
    "certificates:new_template": ("GET", "", ISSUING),
    "certificates:numbers": ("GET", "", SIGNED_IN),
    "certificates:own": ("GET", "", SIGNED_IN),
    "certificates:own_request": ("GET", "change request", "candidate"),
    "certificates:pause": ("POST", "batch", "officer, head"),
    "certificates:plan": ("GET", "plan", "officer, head"),
    "certificates:plans": ("GET", "", SIGNED_IN),
    "certificates:prepare": ("POST", "plan", "officer, head"),
    "certificates:prepare_programme": ("POST", "programme", "officer, head"),
    "certificates:programme": ("GET", "programme", "officer, head"),
    "certificates:programmes": ("GET", "", ISSUING),
    "certificates:propose_key_change": ("POST", "change to a key", "officer, head"),
    "certificates:publish_template": ("POST", "template", "head"),
    "certificates:refuse": ("POST", "change request", "head"),
    "certificates:request": ("GET", "change request", "officer, head"),
    "certificates:request_photo": ("GET", "change request", "candidate, officer, head"),
    "certificates:requests": ("GET", "", SIGNED_IN),
    "certificates:resume": ("POST", "batch", "officer, head"),
    "certificates:retire_template": ("POST", "template", "head"),
    "certificates:reveal": ("POST", "change request", "officer, head"),
    "certificates:share": ("GET", "certificate", "candidate"),
    "certificates:template": ("GET", "template", "officer, head"),
    "certificates:template_preview": ("GET", "specimen", "officer, head"),
    "certificates:templates": ("GET", "", ISSUING),
    "certificates:withdraw_key_change": ("POST", "key change", "officer, head"),
    "certificates:withdraw_request": ("POST", "change request", "candidate"),
    "certificates:withdraw_share": ("POST", "share link", "candidate"),
    "insights:overview": ("GET", "", ALL),
    "learning:announce": ("GET", "class", "teacher"),
    "learning:answer": ("GET", "question", "teacher"),
    "learning:asked": ("GET", "", "teacher"),
    "learning:attempt": ("GET", "attempt", "candidate"),
    "learning:calendar": ("GET", "", SIGNED_IN),
    "learning:class": ("GET", "class", "teacher"),
    "learning:class_version": ("GET", "class", "teacher"),
    "learning:classes": ("GET", "", "teacher"),
    "learning:complete_lesson": ("POST", "lesson", "candidate"),
    "learning:course": ("GET", "course", "candidate"),
    "learning:decide": ("POST", "class", "teacher"),
    "learning:edit_class": ("GET", "class", "teacher"),
    "learning:enrol": ("POST", "course", SIGNED_IN),
    "learning:feed": ("GET", "calendar", ALL),
    "learning:home": ("GET", "", SIGNED_IN),
    "learning:invite": ("GET", "class", "teacher"),
    "learning:issue_statement": ("POST", "course", "candidate"),
    "learning:join_link": ("GET", "class link", SIGNED_IN),
    "learning:learner": ("GET", "class member", "teacher"),
    "learning:lesson": ("GET", "lesson", "candidate"),
    "learning:new_class": ("GET", "course", "teacher"),
    "learning:note": ("GET", "note", "candidate"),
    "learning:notes": ("GET", "course", "candidate"),
    "learning:place": ("POST", "lesson", "candidate"),
    "learning:questions": ("GET", "lesson", "candidate"),
    "learning:quiz": ("GET", "module", "candidate"),
    "learning:renew_link": ("POST", "class", "teacher"),
    "learning:result": ("GET", "attempt", "candidate"),
    "learning:show_class": ("GET", "class", "candidate, teacher"),
    "learning:statement": ("GET", "statement", "candidate"),
    "learning:take_out": ("GET", "class member", "teacher"),
    "learning:terms": ("GET", "course", "teacher"),
    "learning:version": ("GET", "course", "candidate"),
    "learning:withdraw_question": ("POST", "question", "candidate"),
    "learning:write_note": ("POST", "lesson", "candidate"),
    "media:begin_recording": ("POST", "public recording", SIGNED_IN),
    "media:begin_slides": ("POST", "slides", SIGNED_IN),
    "media:begin_upload": ("POST", "", "author"),
    "media:captions_file": ("GET", "caption file", ALL),
    "media:delete": ("POST", "recording", "author"),
    "media:delete_captions": ("POST", "captions", "author"),
    "media:edit_captions": ("GET", "captions", "author"),
    "media:file": ("GET", "recording file", "author"),
    "media:manifest": ("GET", "", ALL),
    "media:new": ("GET", "", "author"),
    "media:offline_lesson": ("GET", "lesson", "candidate"),
    "media:pack": ("GET", "course", "candidate"),
    "media:playlist": ("GET", "public recording", ALL),
    "media:poster": ("GET", "poster", ALL),
    "media:recording": ("GET", "recording", "author"),
    "media:recordings": ("GET", "", "author"),
    "media:save_viewing": ("POST", "viewing", "candidate"),
    "media:set_playlist": ("POST", "recording", "author"),
    "media:set_poster": ("POST", "recording", "author"),
    "media:shelf": ("GET", "", ALL),
    "media:state": ("GET", "", SIGNED_IN),
    "media:sync": ("POST", "", SIGNED_IN),
    "media:upload": ("GET", "own upload", "author"),
    "media:upload_captions": ("POST", "recording", "author"),
    "media:worker": ("GET", "", ALL),
    "notices:again": ("POST", "failed message", "officer, head"),
    "notices:choices": ("GET", "", SIGNED_IN),
    "notices:failures": ("GET", "", ISSUING),
    "notices:list": ("GET", "", SIGNED_IN),
    "notices:open": ("GET", "notice", "candidate"),
    "notices:read": ("POST", "notice", "candidate"),
    "notices:read_all": ("POST", "", SIGNED_IN),
    "notices:stop": ("GET", "link to end mails", ALL),
    "plans:assessors": ("GET", "plan", "officer"),
    "plans:cancel": ("GET", "plan", "officer"),
    "plans:close": ("POST", "plan", "officer"),
    "plans:declare": ("POST", "duty", "assessor"),
    "plans:detail": ("GET", "plan", "officer, head"),
    "plans:duties": ("GET", "", SIGNED_IN),
    "plans:edit": ("GET", "plan", "officer"),
    "plans:list": ("GET", "", "officer, head, other officer, other head"),
    "plans:new": ("GET", "", "officer, other officer"),
    "plans:publish": ("POST", "plan", "officer"),
    "portal:accessibility": ("GET", "", ALL),
    "portal:desk": ("GET", "", STAFF),
    "portal:healthz": ("GET", "", ALL),
    "portal:home": ("GET", "", ALL),
    "portal:pathways": ("GET", "", ALL),
    "portal:preferences": ("POST", "", ALL),
    "portal:readyz": ("GET", "", ALL),
    "portal:search": ("GET", "", ALL),
    "portal:start": ("GET", "", SIGNED_IN),
    "questionbank:edit": ("GET", "exam item", "item writer"),
    "questionbank:import": ("GET", "", "author, item writer"),
    "questionbank:item": ("GET", "exam item", "item writer"),
    "questionbank:items": ("GET", "", "author, item writer"),
    "questionbank:new": ("GET", "", "author, item writer"),
    "questionbank:new_quiz": ("GET", "", "author, item writer"),
    "questionbank:quiz": ("GET", "quiz of the college", "author"),
    "questionbank:quizzes": ("GET", "", "author, item writer"),
    "questionbank:restore": ("POST", "exam item", "item writer"),
    "questionbank:retire": ("POST", "item of the college", "author"),
    "questionbank:table": ("GET", "", "author, item writer"),
    "questionbank:take": ("POST", "", "author, item writer"),
    "registry:certificate": ("GET", "token", ALL),
    "registry:credential": ("GET", "token", ALL),
    "registry:did_document": ("GET", "issuer", ALL),
    "registry:every_key": ("GET", "", ALL),
    "registry:file": ("POST", "", ALL),
    "registry:jwks": ("GET", "issuer", ALL),
    "registry:key_history": ("GET", "issuer", ALL),
    "registry:offline": ("GET", "", ALL),
    "registry:search": ("GET", "", ALL),
    "registry:shared": ("GET", "shared token", ALL),
    "packages:begin": ("POST", "public package", ALL),
    "packages:begin_upload": ("POST", "", "author"),
    "packages:delete": ("POST", "package", "author"),
    "packages:done": ("POST", "public package", SIGNED_IN),
    "packages:file": ("GET", "package file", ALL),
    "packages:new": ("GET", "", "author"),
    "packages:package": ("GET", "package", "author"),
    "packages:packages": ("GET", "", "author"),
    "packages:report": ("POST", "practised package", "candidate"),
    "registry:shared_file": ("GET", "shared token", ALL),
    "registry:shared_photo": ("GET", "shared token", ALL),
    "registry:status_list": ("GET", "status list", ALL),
    "registry:upload": ("GET", "upload", "officer, head"),
    "registry:upload_download": ("POST", "upload", "head"),
    "registry:upload_drop": ("POST", "upload", "officer, head"),
    "registry:upload_new": ("GET", "", "officer, head, other officer, other head"),
    "registry:upload_receipt": ("POST", "upload", "officer, head"),
    "registry:upload_release": ("POST", "upload", "head"),
    "registry:uploads": ("GET", "", SIGNED_IN),
    "results:act": ("POST", "step", "officer"),
    "results:object": ("GET", "publication", SIGNED_IN),
    "results:objection": ("GET", "objection", "officer, head, supervisor"),
    "results:own": ("GET", "seat", "candidate"),
    "results:plan": ("GET", "plan", "officer, head, supervisor"),
    "results:publication": ("GET", "publication", ALL),
    "results:publications": ("GET", "", ALL),
    "sharing:leave": ("POST", "reused lesson", "author"),
    "sharing:news": ("GET", "reused lesson", "author"),
    "sharing:share": ("GET", "lesson", "author"),
    "sharing:shared": ("GET", "", "author"),
    "sharing:take": ("GET", "shared lesson", "author"),
    "sharing:take_over": ("POST", "reused lesson", "author"),
    "standards:compare": ("GET", "scheme", "officer, head, watcher, other officer, other head"),
    "standards:condition": ("GET", "condition of draft scheme", "officer, head"),
    "standards:coverage_college": ("GET", "college", ALL),
    "standards:coverage_curriculum": ("GET", "curriculum", ALL),
    "standards:desk": ("GET", "", "officer, head, watcher, other officer, other head"),
    "standards:detail": ("GET", "scheme", ALL),
    "standards:discard": ("POST", "draft scheme", "officer, head"),
    "standards:download": ("GET", "file of draft scheme", "officer, head"),
    "standards:facts": ("GET", "draft scheme", "officer, head"),
    "standards:level": ("GET", "level of draft scheme", "officer, head"),
    "standards:list": ("GET", "", ALL),
    "standards:new_version": ("POST", "draft scheme", "officer, head"),
    "standards:parameters": ("GET", "draft scheme", "officer, head"),
    "standards:publish": ("POST", "draft scheme", "head"),
    "standards:scheme": ("GET", "draft scheme", "officer, head"),
    "standards:take": ("POST", "", "officer, head, other officer, other head"),
    "standards:upload": ("GET", "", "officer, head, other officer, other head"),
    "tenancy:again": ("POST", "invitation", "head"),
    "tenancy:agree": ("POST", "offered course", "head"),
    "tenancy:approve_course": ("POST", "course", ""),
    "tenancy:bring_back": ("POST", "part of course", "author"),
    "tenancy:course": ("GET", "course", "author"),
    "tenancy:courses": ("GET", "", SIGNED_IN),
    "tenancy:decline": ("POST", "offered course", "head"),
    "tenancy:end_owner": ("POST", "owner of course", ""),
    "tenancy:end_role": ("GET", "role of a colleague", "head"),
    "tenancy:first_steps": ("GET", "college", "author"),
    "tenancy:invitations": ("GET", "", "head, other head"),
    "tenancy:invite_member": ("GET", "", "head, other head"),
    "tenancy:invite_organisation": ("GET", "", "head"),
    "tenancy:join": ("GET", "invitation token", ALL),
    "tenancy:joint": ("GET", "", "head, other head"),
    "tenancy:leave_in": ("POST", "part of course", "author"),
    "tenancy:logo": ("GET", "logo", ALL),
    "tenancy:look": ("GET", "college", ""),
    "tenancy:members": ("GET", "", "head, other head"),
    "tenancy:order_part": ("POST", "part of course", "author"),
    "tenancy:owners": ("GET", "course", ""),
    "tenancy:return_course": ("POST", "course", ""),
    "tenancy:style_sheet": ("GET", "style sheet", ALL),
    "tenancy:submit_course": ("POST", "course", "author"),
    "tenancy:take_out": ("GET", "part of course", "author"),
    "tenancy:withdraw": ("POST", "invitation", "head"),
    "venues:book": ("GET", "venue", ALL),
    "venues:booking": ("GET", "booking", ALL),
    "venues:call_off": ("GET", "visit", "officer, head"),
    "venues:cancel": ("POST", "booking", ALL),
    "venues:day": ("GET", "venue", "officer, head"),
    "venues:list": ("GET", "", ALL),
    "venues:open": ("GET", "college", ""),
}


def our_addresses() -> list[str]:
    """Return "namespace:name" of each address that our own rooms mount."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, pattern.namespace or namespace)
            elif namespace in OURS:
                found.append(f"{namespace}:{pattern.name}")

    walk(get_resolver().url_patterns, "")
    return sorted(found)


def names(text: str) -> set[str]:
    return {name for name in text.split(", ") if name}


def gets_in(batch: Batch, who: str, method: str, url: str, fields: dict[str, str]) -> bool:
    """Tell whether this person gets in; what she does there is undone."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if (person := batch.people[who]) is not None:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        response = client.generic(method, url, HTTP_ACCEPT="text/html") if method == "GET" else client.post(url, fields)
        transaction.set_rollback(True)
    assert response.status_code < 500, f"{who} {method} {url}: {response.status_code}"
    sent_away = response.status_code == 302 and response["Location"].startswith("/accounts/login")
    return not sent_away and response.status_code not in (401, 403, 404)


def test_every_address_has_a_row():
    assert {name.split(":")[0] for name in our_addresses()} == OURS
    assert sorted(MATRIX) == our_addresses()


@pytest.mark.parametrize("address", sorted(MATRIX))
def test_only_these_people_get_in(address, batch):
    method, row, expected = MATRIX[address]
    url = reverse(address, kwargs=batch.keys[row])
    fields = dict(FIELDS.get(address, {}))
    if row == "visit":
        url += f"?at={batch.visit}"
    if fields:
        fields["seat"] = str(batch.keys["seat"]["pk"])
    entered = {who for who in batch.people if gets_in(batch, who, method, url, fields)}
    assert entered == names(expected)
