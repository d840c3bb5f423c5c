"""The public log answers machines: proofs that hold, sentences for questions that cannot be answered, no session."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from certification.registry.transparency.checkpoints import load_public_key, signed_by
from certification.registry.transparency.models import LogLeaf, TreeHead
from certification.registry.transparency.services import grow
from lms.core.merkle import extends, includes

pytestmark = pytest.mark.django_db

LOG = "/api/v1/log"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def ask(path: str, **query: Any) -> Any:
    response = Client().get(f"{LOG}/{path}", query)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("application/json")
    return response.json()


def path_of(answer: Any) -> list[bytes]:
    return [bytes.fromhex(item) for item in answer["path"]]


def test_the_newest_head_is_signed_by_the_key(long_log):
    head, keys = ask("sth"), ask("key")
    assert head["size"] == 41
    assert keys["key_id"] == head["key_id"] == keys["keys"][0]["key_id"]
    key = load_public_key(keys["keys"][0]["public_key_pem"])
    assert signed_by(key, text=head["checkpoint"], signature=head["signature"])
    assert not signed_by(key, text=head["checkpoint"].replace("41", "42"), signature=head["signature"])


def test_every_entry_is_proved_under_every_head(long_log):
    heads = ask("heads")["heads"]
    assert [head["number"] for head in heads] == list(range(1, len(heads) + 1))
    for head in heads[-2:]:
        cache.clear()
        for entry in ask("entries", start=0, end=head["size"])["entries"]:
            answer = ask("proof/inclusion", leaf_hash=entry["leaf_hash"], size=head["size"])
            assert includes(
                leaf=bytes.fromhex(entry["leaf_hash"]),
                index=answer["leaf_index"],
                size=head["size"],
                path=path_of(answer),
                root=bytes.fromhex(head["root"]),
            )


def test_every_head_is_proved_to_continue_every_earlier_one(long_log):
    heads = [head for head in ask("heads")["heads"] if head["size"]]
    for second in heads:
        for first in heads:
            if first["size"] <= second["size"]:
                answer = ask("proof/consistency", first=first["size"], second=second["size"])
                roots = {"first_root": bytes.fromhex(first["root"]), "second_root": bytes.fromhex(second["root"])}
                assert extends(first=first["size"], second=second["size"], path=path_of(answer), **roots)


def test_sizes_left_out_are_those_of_the_newest_head(long_log):
    leaf = LogLeaf.objects.get(index=7)
    assert ask("proof/inclusion", leaf_hash=leaf.leaf_hash)["size"] == 41
    assert ask("proof/consistency", first=7)["second"] == 41


def test_entries_come_in_pages(long_log, monkeypatch):
    from certification.registry.transparency import api

    monkeypatch.setattr(api, "MOST_ENTRIES", 10)
    answer = ask("entries", start=35, end=1000)
    assert ([entry["index"] for entry in answer["entries"]], answer["size"]) == (list(range(35, 41)), 41)
    assert [entry["index"] for entry in ask("entries", start=3, end=1000)["entries"]] == list(range(3, 13))


def test_heads_come_in_pages(long_log, monkeypatch):
    from certification.registry.transparency import api

    monkeypatch.setattr(api, "MOST_HEADS", 2)
    assert [head["number"] for head in ask("heads", start=2)["heads"]] == [2, 3]


def test_a_head_is_found_by_its_size(long_log):
    assert ask("sth/41") == ask("sth")


HASH = "0" * 64


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("sth/40", 404, "registry.log_no_head"),
        ("sth/x", 422, "api.invalid"),
        ("sth/-1", 422, "api.invalid"),
        ("sth/99999999999999999999", 422, "api.invalid"),
        (f"proof/inclusion?leaf_hash={HASH}", 404, "registry.log_no_leaf"),
        (f"proof/inclusion?leaf_hash={HASH}&size=42", 404, "registry.log_size_unknown"),
        (f"proof/inclusion?leaf_hash={HASH}&size=0", 422, "api.invalid"),
        ("proof/inclusion?leaf_hash=abc", 422, "api.invalid"),
        (f"proof/inclusion?leaf_hash={HASH}%0a", 422, "api.invalid"),
        ("proof/inclusion", 422, "api.invalid"),
        ("proof/consistency?first=0", 422, "registry.log_first_larger"),
        ("proof/consistency?first=9&second=8", 422, "registry.log_first_larger"),
        ("proof/consistency?first=9&second=99", 404, "registry.log_size_unknown"),
        ("proof/consistency?first=1.5", 422, "api.invalid"),
        ("entries?start=3&end=3", 422, "registry.log_range_empty"),
        ("entries?start=41&end=50", 404, "registry.log_range_after"),
        ("entries?start=-1&end=3", 422, "api.invalid"),
        ("entries?start=0", 422, "api.invalid"),
        ("heads?start=0", 422, "api.invalid"),
    ],
)
def test_a_question_without_an_answer_gets_a_sentence(long_log, path, status, code):
    response = Client().get(f"{LOG}/{path}")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["message"].strip()
    assert response.json()["message"] != code
    assert "%(" not in response.json()["message"]


def test_a_sentence_names_what_was_not_understood(long_log):
    response = Client(headers={"Accept-Language": "en"}).get(f"{LOG}/entries?start=x&end=3")
    assert response.json()["problems"] == [{"name": "start", "message": "“start” has to be a whole number."}]


def test_an_entry_is_not_proved_in_a_tree_from_before_it(long_log):
    leaf = LogLeaf.objects.get(index=11)
    assert Client().get(f"{LOG}/proof/inclusion", {"leaf_hash": leaf.leaf_hash, "size": 11}).status_code == 404
    assert Client().get(f"{LOG}/proof/inclusion", {"leaf_hash": leaf.leaf_hash, "size": 12}).status_code == 200


@pytest.mark.parametrize("path", ["sth", "heads", "entries?start=0&end=9", f"proof/inclusion?leaf_hash={HASH}"])
def test_a_log_that_never_grew_says_so(path):
    response = Client().get(f"{LOG}/{path}")
    assert (response.status_code, response.json()["code"]) == (404, "registry.log_empty")
    assert Client().get(f"{LOG}/key").json() == {"key_id": None, "keys": []}


@pytest.mark.parametrize("path", ["sth", "sth/41", "heads", "key", "entries?start=0&end=9", "proof/consistency?first=4"])
def test_it_starts_no_session_and_other_sites_may_read_it(long_log, path):
    response = Client().get(f"{LOG}/{path}")
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response["Access-Control-Allow-Origin"] == "*"


def test_nothing_can_be_changed_here(long_log):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(f"{LOG}/sth").status_code == 405


def test_who_asks_too_often_is_told_to_wait(long_log):
    answers = [Client().get(f"{LOG}/key") for _ in range(121)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "registry.too_many")
    assert answers[-1]["Retry-After"] == "60"


# The tree has 41 leaves (or 400): what is asked of the database does not grow with it.
@pytest.mark.parametrize(
    ("path", "queries"),
    [("sth", 1), ("key", 1), ("heads", 2), ("entries?start=0&end=9", 2), ("proof/consistency?first=4", 3)],
)
def test_an_answer_costs_a_few_queries(long_log, write_acts, now, path, queries, django_assert_max_num_queries):
    for first in (42, 400):
        with django_assert_max_num_queries(queries):
            assert Client().get(f"{LOG}/{path}").status_code == 200
        write_acts(200, first=first)
        grow(now=now)
    leaf = LogLeaf.objects.get(index=220)
    with django_assert_max_num_queries(4):
        assert Client().get(f"{LOG}/proof/inclusion", {"leaf_hash": leaf.leaf_hash}).status_code == 200


def test_what_no_head_covers_yet_is_not_served(long_log):
    # A batch and its head commit together; this is what a reader between two reads could otherwise see.
    TreeHead.objects.filter(size=41).order_by("number")._raw_delete("default")
    size = ask("sth")["size"]
    assert size < 41
    assert len(ask("entries", start=0, end=100)["entries"]) == size
    leaf = LogLeaf.objects.get(index=40)
    assert Client().get(f"{LOG}/proof/inclusion", {"leaf_hash": leaf.leaf_hash}).status_code == 404


def test_the_interface_describes_itself(long_log):
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.")
    paths = {path: facts["get"] for path, facts in schema["paths"].items() if path.startswith(f"{LOG}/")}
    assert len(paths) == 7
    for path, facts in paths.items():
        assert facts["summary"], path
        assert {"200", "429"} <= set(facts["responses"]), path
    text = json.dumps(schema["components"]["schemas"])
    for name in ("Head", "Entry", "Inclusion", "Consistency", "Key", "Problem"):
        assert name in schema["components"]["schemas"]
    assert text.count('"examples"') > 15


def test_its_root_leads_to_the_description():
    assert Client().get("/api/v1/")["Location"] == "/api/v1/openapi.json"


def test_its_example_of_an_entry_and_of_a_head_are_real_ones():
    from certification.registry.transparency import api
    from certification.registry.transparency.checkpoints import parse_checkpoint
    from certification.registry.transparency.leaves import parse_leaf

    assert parse_leaf(api.EXAMPLE_LEAF).kind == "issue"
    assert parse_checkpoint(api.EXAMPLE_CHECKPOINT).root == api.EXAMPLE_HASH
