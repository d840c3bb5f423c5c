"""Every address of our rooms × everybody around a finished batch: who gets in. An address without a row fails."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.lms.conftest import Batch
from tests.lms.matrix_of_learning import ALL, ISSUING, LEARNING, SIGNED_IN

pytestmark = pytest.mark.django_db

OURS = {
    "portal", "catalogue", "learning", "media", "packages", "standards", "bodies", "plans", "applications", "assessment", "results",
    "certificates", "registry", "insights", "examday", "accounts", "api", "tenancy", "sharing", "notices", "venues", "questionbank", "supervision",
    "panels",
}  # fmt: skip

# Some forms need a field before they ask who is there.
FIELDS = {"assessment:absence": {"part": "theory"}}

# address: (method, which row, who gets in). "Gets in" means: not sent to the sign-in page, not 403, not 404.
# Who gets in may still be told that it is too late (409) or that something is missing (422).
MATRIX: dict[str, tuple[str, str, str]] = {
    **LEARNING,
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
    "applications:cases": ("GET", "plan", "reviewer, officer"),
    "applications:condition": ("GET", "case", "candidate"),
    "applications:confirm_document": ("POST", "case", "candidate"),
    "applications:end_needs": ("POST", "needs request", "candidate"),
    "applications:entry": ("GET", "entry", "classmate"),
    "applications:evidence": ("GET", "case", "candidate"),
    "applications:evidence_file": ("GET", "evidence", "candidate, reviewer, officer"),
    "applications:facts": ("GET", "case", "candidate"),
    "applications:home": ("GET", "", ALL),
    "applications:history": ("GET", "case", "candidate"),
    "applications:identity": ("GET", "case", "candidate"),
    "applications:intake": ("GET", "intake", "officer"),
    "applications:intake_report": ("GET", "intake", "officer"),
    "applications:intakes": ("GET", "plan", "officer, other officer, other head"),
    "applications:needs": ("GET", "", SIGNED_IN),
    "applications:needs_file": ("GET", "needs file", "candidate, reviewer"),
    "applications:needs_request": ("GET", "needs request", "reviewer"),
    "applications:needs_requests": ("GET", "", "reviewer, other reviewer"),
    "applications:photo": ("GET", "case", "candidate"),
    "applications:plan": ("GET", "plan", ALL),
    "applications:portrait": ("GET", "case", "candidate, reviewer, officer"),
    "applications:record": ("GET", "case", "candidate"),
    "applications:record_settings": ("GET", "", "head, other head"),
    "applications:remove_evidence": ("POST", "evidence of case", "candidate"),
    "applications:reveal": ("POST", "case", "reviewer"),
    "applications:review": ("GET", "case", "reviewer, officer"),
    "applications:review_history": ("GET", "case", "reviewer, officer"),
    "applications:reviews": ("GET", "", "reviewer, other reviewer"),
    "applications:seat": ("POST", "plan", "officer"),
    "applications:start": ("POST", "plan", SIGNED_IN),
    "applications:submit": ("GET", "case", "candidate"),
    "applications:table": ("GET", "plan", "officer, other officer, other head"),
    "applications:ticket": ("GET", "case", "candidate"),
    "applications:withdraw": ("GET", "case", "candidate"),
    "assessment:absence": ("POST", "plan", "officer"),
    "assessment:absences": ("POST", "plan", "officer"),
    "assessment:agreement": ("GET", "plan", "officer, head, supervisor"),
    "assessment:answer": ("POST", "seat", "candidate"),
    "assessment:arbitrate": ("GET", "arbitration", "idle assessor"),
    "assessment:ask": ("POST", "plan", "assessor"),
    "assessment:case": ("GET", "arbitration", "officer, head, assessor"),
    "assessment:cases": ("GET", "plan", "officer, head"),
    "assessment:close": ("POST", "plan", "officer"),
    "assessment:exam": ("GET", "seat", "candidate"),
    "assessment:exams": ("GET", "", SIGNED_IN),
    "assessment:lead": ("GET", "plan", "assessor"),
    "assessment:leader": ("POST", "plan", "officer, head"),
    "assessment:open": ("POST", "plan", "officer"),
    "assessment:options": ("POST", "plan", "officer"),
    "assessment:paper": ("GET", "seat", "candidate"),
    "assessment:point": ("POST", "sheet", "assessor"),
    "assessment:progress": ("GET", "plan", "officer, head"),
    "assessment:score": ("GET", "", SIGNED_IN),
    "assessment:score_plan": ("GET", "plan", "assessor"),
    "assessment:second": ("GET", "second signature", "assessor"),
    "assessment:sheet": ("GET", "sheet", "assessor"),
    "assessment:sign": ("GET", "sheet", "assessor"),
    "assessment:start": ("POST", "seat", "candidate"),
    "assessment:station": ("GET", "station", "assessor"),
    "assessment:stations": ("GET", "plan", "officer, head"),
    "assessment:submit": ("GET", "seat", "candidate"),
    "assessment:tablet": ("GET", "", ALL),
    "assessment:tablet_description": ("GET", "tablet", "assessor"),
    "assessment:tablet_entries": ("POST", "tablet", "assessor"),
    "assessment:tablet_finish": ("POST", "tablet", "assessor"),
    "assessment:tablet_manifest": ("GET", "", ALL),
    "assessment:tablet_register": ("POST", "plan", "assessor"),
    "assessment:tablet_release": ("POST", "tablet", "officer"),
    "assessment:tablet_release_confirm": ("POST", "release of a tablet", "officer, head"),
    "assessment:tablet_resume": ("POST", "tablet", "assessor"),
    "assessment:tablet_state": ("GET", "", SIGNED_IN),
    "assessment:tablet_worker": ("GET", "", ALL),
    "bodies:add_equipment": ("POST", "room", "officer, head"),
    "bodies:add_record": ("GET", "staff entry", "officer, head"),
    "bodies:declarations": ("GET", "", ISSUING),
    "bodies:declare": ("POST", "staff entry", "assessor"),
    "bodies:end_filing": ("GET", "filing", "officer, head"),
    "bodies:end_tie": ("POST", "tie", "assessor"),
    "bodies:enter": ("GET", "", ISSUING),
    "bodies:filing": ("GET", "filing", "officer, head"),
    "bodies:filings": ("GET", "", ISSUING),
    "bodies:list": ("GET", "", ALL),
    "bodies:new_card": ("GET", "staff entry", "officer, head"),
    "bodies:new_filing": ("GET", "", ISSUING),
    "bodies:new_room": ("GET", "exam site", "officer, head"),
    "bodies:new_site": ("GET", "", ISSUING),
    "bodies:new_tie": ("GET", "", SIGNED_IN),
    "bodies:own": ("GET", "", SIGNED_IN),
    "bodies:person": ("GET", "staff entry", "officer, head"),
    "bodies:register": ("GET", "", ISSUING),
    "bodies:remove_equipment": ("POST", "equipment", "officer, head"),
    "bodies:room": ("GET", "room", "officer, head"),
    "bodies:settings": ("GET", "body", "officer, head"),
    "bodies:site": ("GET", "exam site", "officer, head"),
    "bodies:sites": ("GET", "", ISSUING),
    "bodies:withdraw_card": ("GET", "staff card", "officer, head"),
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
    "examday:absent": ("POST", "plan", "idle assessor"),
    "examday:arrival": ("GET", "ticket token", "idle assessor"),
    "examday:confirm": ("POST", "plan", "officer"),
    "examday:countersign": ("POST", "line of the record", "idle assessor"),
    "examday:deal": ("POST", "plan", "officer"),
    "examday:door": ("GET", "plan", "idle assessor"),
    "examday:draw": ("GET", "plan", "officer, head"),
    "examday:move": ("GET", "plan", "officer"),
    "examday:own_ticket": ("GET", "case", "candidate"),
    "examday:papers": ("GET", "plan", "officer, supervisor, assessor, idle assessor"),
    "examday:photo": ("GET", "seat", "idle assessor"),
    "examday:printed": ("GET", "printing job", "officer, head"),
    "examday:printing": ("GET", "printing job", "officer, head"),
    "examday:propose": ("POST", "plan", "officer"),
    "examday:receive": ("GET", "bag", "assessor"),
    "examday:record": ("GET", "plan", "idle assessor"),
    "examday:room": ("GET", "room of the seating", "officer, head"),
    "examday:seating": ("GET", "plan", "officer, head"),
    "examday:sheets": ("GET", "sheet of the plan", "officer, head"),
    "examday:tickets": ("GET", "plan", "officer, head"),
    "examday:whole_record": ("GET", "plan", "officer, head"),
    "examday:withdraw": ("GET", "seat", "idle assessor"),
    "panels:absence": ("GET", "review seat", "officer, assessor"),
    "panels:check": ("GET", "dossier", "officer"),
    "panels:cover": ("GET", "dossier file", "officer"),
    "panels:difference": ("GET", "joint look", "officer"),
    "panels:dossier": ("GET", "review case", "candidate"),
    "panels:hearing": ("GET", "review slot", "assessor"),
    "panels:look": ("GET", "joint look", "assessor"),
    "panels:new": ("GET", "review plan", "officer"),
    "panels:officer_file": ("GET", "dossier file", "officer"),
    "panels:own_file": ("GET", "dossier file", "candidate"),
    "panels:panel": ("GET", "panel", "officer"),
    "panels:panel_file": ("GET", "dossier file", "assessor"),
    "panels:plan": ("GET", "review plan", "officer, head"),
    "panels:point": ("POST", "defence sheet", "assessor"),
    "panels:remove_file": ("POST", "dossier file", "candidate"),
    "panels:schedule": ("POST", "review plan", "officer"),
    "panels:setup": ("GET", "review plan", "officer"),
    "panels:sheet": ("GET", "defence sheet", "assessor"),
    "panels:sign": ("GET", "defence sheet", "assessor"),
    "panels:sit": ("GET", "panel", "assessor"),
    "panels:sittings": ("GET", "", SIGNED_IN),
    "plans:approve": ("POST", "plan", "head"),
    "plans:assessors": ("GET", "plan", "officer"),
    "plans:cancel": ("GET", "plan", "officer"),
    "plans:close": ("POST", "plan", "officer"),
    "plans:conflicts": ("GET", "plan", "officer, head"),
    "plans:copy": ("GET", "plan", "officer"),
    "plans:correct": ("GET", "plan", "officer"),
    "plans:declare": ("POST", "duty", "assessor"),
    "plans:detail": ("GET", "plan", "officer, head"),
    "plans:duties": ("GET", "", SIGNED_IN),
    "plans:edit": ("GET", "plan", "officer"),
    "plans:hand_in": ("POST", "plan", "officer"),
    "plans:list": ("GET", "", "officer, head, other officer, other head"),
    "plans:new": ("GET", "", "officer, other officer"),
    "plans:publish": ("POST", "plan", "officer"),
    "plans:return": ("POST", "plan", "head"),
    "plans:rooms": ("GET", "plan", "officer"),
    "plans:session": ("GET", "plan", "officer"),
    "plans:take_back": ("POST", "plan", "officer"),
    "plans:timeline": ("GET", "plan", "officer, head"),
    "plans:write": ("GET", "", "officer, other officer"),
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
    "results:check": ("GET", "plan", "officer, head, supervisor"),
    "results:object": ("GET", "publication", SIGNED_IN),
    "results:objection": ("GET", "objection", "officer, head, supervisor"),
    "results:own": ("GET", "seat", "candidate"),
    "results:plan": ("GET", "plan", "officer, head, supervisor"),
    "results:publication": ("GET", "publication", ALL),
    "results:publications": ("GET", "", ALL),
    "results:stop": ("GET", "stopped exam", "officer, head, supervisor"),
    "results:voiding": ("GET", "voiding", "officer, head, supervisor"),
    "results:voids": ("GET", "plan", "officer, head, supervisor"),
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
    "standards:equivalent": ("POST", "draft scheme", "head"),
    "standards:facts": ("GET", "draft scheme", "officer, head"),
    "standards:level": ("GET", "level of draft scheme", "officer, head"),
    "standards:list": ("GET", "", ALL),
    "standards:new_version": ("POST", "draft scheme", "officer, head"),
    "standards:parameters": ("GET", "draft scheme", "officer, head"),
    "standards:publish": ("POST", "draft scheme", "head"),
    "standards:scheme": ("GET", "draft scheme", "officer, head"),
    "standards:take": ("POST", "", "officer, head, other officer, other head"),
    "standards:upload": ("GET", "", "officer, head, other officer, other head"),
    "supervision:add": ("POST", "supervisor's record", "supervisor"),
    "supervision:draws": ("GET", "", "watcher"),
    "supervision:late": ("GET", "plan", "head"),
    "supervision:overview": ("GET", "", "officer, head, supervisor, watcher, other officer, other head"),
    "supervision:record": ("GET", "plan", "supervisor"),
    "supervision:sampling": ("GET", "sampling", "watcher"),
    "supervision:session": ("GET", "plan", "officer, head, supervisor"),
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
