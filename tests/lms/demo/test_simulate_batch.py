"""A small season: everybody's end is told by rows, the same seed plays the same season, and a touched answer is noticed."""

from functools import cache
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from courses.questionbank.models import Response
from lms.demo.batch.fates import Lot
from lms.demo.batch.season import play
from lms.demo.batch.sessions import SESSIONS, sizes
from lms.demo.batch.summary import summary_of
from lms.organisations.models import Organisation

CANDIDATES, PLANS = 24, 2
pytestmark = pytest.mark.django_db


@cache
def season(seed: int, turn: int) -> dict[str, Any]:
    """Play a season, read it, touch one answer, read it again, and take everything back. `turn` tells equal seasons apart."""
    with transaction.atomic():
        exams = play(seed=seed, candidates=CANDIDATES, plans=PLANS)
        result = summary_of(exams, seed=seed, candidates=CANDIDATES)
        untroubled = next(exams[0].with_lot(Lot.NONE))
        Response.objects.filter(attempt__sitting__seat=untroubled.seated).update(answer=[])
        result["after_touching"] = summary_of(exams, seed=seed, candidates=CANDIDATES)
        transaction.set_rollback(True)
    return result


def test_every_candidates_end_is_told_by_rows():
    result = season(7, 1)
    assert result["faults"] == []
    assert result["explained"] == CANDIDATES
    assert sum(result["states"].values()) == CANDIDATES


def test_the_ledger_of_a_season_is_whole():
    assert season(7, 1)["ledger_ok"]


def test_the_season_ends_with_every_plan_certified_or_archived():
    assert {plan["status"] for plan in season(7, 1)["plans"]} <= {"certified", "archived"}


def test_what_was_injected_was_found():
    told = season(7, 1)["injected"]
    for what in ("absent", "stopped", "voided", "stood_back", "arbitrated", "fatal_ticked", "objections", "corrections"):
        assert told[what] > 0, what
    assert told["appeals_upheld"] == 1


def test_one_of_the_plans_has_a_comprehensive_review():
    assert [plan["level"] for plan in season(7, 1)["plans"]][:2] == [4, 2]


def test_an_answer_touched_afterwards_is_noticed():
    touched = season(7, 1)["after_touching"]
    assert touched["explained"] < CANDIDATES
    assert "theory" in touched["faults"][0]


def test_the_same_seed_plays_the_same_season():
    assert season(7, 1)["fingerprint"] == season(7, 2)["fingerprint"]


def test_another_seed_plays_another_season():
    assert season(7, 1)["fingerprint"] != season(8, 1)["fingerprint"]


def test_a_second_run_in_a_database_is_refused():
    Organisation.objects.create(slug="simulated-body", kind="association", name="模拟", name_en="Simulated")
    with pytest.raises(CommandError, match="has run in this database already"):
        call_command("simulate_batch", "--seed", "1", stdout=StringIO())


def test_too_few_candidates_are_refused():
    with pytest.raises(CommandError, match="need at least"):
        call_command("simulate_batch", "--seed", "1", "--candidates", "10", stdout=StringIO())


@pytest.mark.parametrize("candidates", [72, 999, 1000])
def test_every_candidate_applies_for_one_session(candidates):
    counts = sizes(SESSIONS, candidates)
    assert sum(counts) == candidates
    assert min(counts) > 0
