"""One candidate's whole way, played by everybody who takes part, in Chinese, in a real browser.

The parts are told in order and share one site: sign-up, course, application, a return, two reviews, ticket, theory,
three blind assessors, decision, publication, issue, verification, and a forged file at the end.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Person, Site
from tests.journeys.steps.assessors import score_blindly
from tests.journeys.steps.office import arrange, decide_and_publish, return_once, review_twice, too_early_then_issue
from tests.journeys.steps.public import verify
from tests.journeys.steps.trainee import (
    download,
    hand_in_an_application,
    learn,
    mend_and_hand_in_again,
    sign_up,
    sit_the_theory_exam,
    take_the_ticket,
)

pytestmark = pytest.mark.browser


def test_the_whole_way_from_sign_up_to_a_verified_certificate(
    site: Site, meet: Callable[..., Person], files: Path, tmp_path: Path
):
    site.clock("2026-09-07 09:00")
    trainee = meet()
    sign_up(trainee)
    learn(trainee)
    case = hand_in_an_application(trainee, files)
    return_once(meet, case)
    mend_and_hand_in_again(trainee, case, files)
    review_twice(meet, case)
    plan = arrange(site, meet)
    take_the_ticket(trainee, case)
    sit_the_theory_exam(site, trainee)
    score_blindly(site, meet, plan)
    decide_and_publish(site, meet, plan)
    too_early_then_issue(site, meet, plan)
    pdf = download(trainee, tmp_path)
    verify(site, meet, pdf, tmp_path)
