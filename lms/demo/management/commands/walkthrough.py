"""`manage.py walkthrough`: the whole job without a browser, from the first lesson to a verified certificate."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.certificates.validation import check_pdf, trusted_roots, trusted_stamps
from lms.accounts.models import User
from lms.accounts.services import record_identity
from lms.core import ledger, store
from lms.core.workdays import add_workdays
from lms.demo import story
from lms.demo.organisations import demo_id_number
from lms.demo.walk import take_course
from lms.demo.world import load_world

SURNAMES = "赵李王陈刘杨黄吴"
GIVEN = ("秀英", "建军", "雅琴", "志强", "美华", "晓东", "玉兰", "文博")


class Command(BaseCommand):
    help = "Play the whole job once for a new trainee through the services, and verify the certificate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--exam", default="2026-07-25", help="exam date (a day whose working-day calendar is known)")

    def handle(self, *args: Any, as_json: bool, exam: str, **options: Any) -> None:
        day = datetime.date.fromisoformat(exam)
        begin = story.at(add_workdays(day, -14), 9)
        world = load_world(now=begin)
        trainee = self._new_trainee(begin)
        take_course(trainee, now=begin)
        title = f"走读 {User.objects.count()} 康复辅助技术咨询师（四级）"
        plan = story.write_plan(world.cast, exam_date=day, title=title, room="201", now=begin)
        application = story.apply(plan, trainee, now=begin + datetime.timedelta(days=1))
        story.review(application, world.cast, now=begin + datetime.timedelta(days=2))
        seats = story.arrange(plan, world.cast, now=story.at(add_workdays(day, -7), 9))
        story.assess(plan, seats, world.cast)
        publication = story.publish(plan, world.cast, now=story.at(add_workdays(day, 1), 9))
        certificate = story.issue(plan, publication, world.cast)[0]
        folder = Path(settings.VAR_DIR) / "walkthrough"
        folder.mkdir(parents=True, exist_ok=True)
        pdf = folder / f"{certificate.number}.pdf"
        pdf.write_bytes(store.read(certificate.pdf_sha256))
        verdict = check_pdf(pdf.read_bytes(), roots=trusted_roots(), stamp_roots=trusted_stamps())
        if not verdict.ok:
            raise CommandError(f"The certificate does not verify: {verdict.finding}")
        report = {
            "certificate_number": certificate.number,
            "pdf": str(pdf),
            "verify_url": certificate.verify_url,
            "ledger_ok": ledger.verify().ok,
        }
        self.stdout.write(
            json.dumps(report, ensure_ascii=False) if as_json else "\n".join(f"{k}: {v}" for k, v in report.items())
        )

    def _new_trainee(self, now: datetime.datetime) -> User:
        count = User.objects.count()
        name = SURNAMES[count % len(SURNAMES)] + GIVEN[(count // len(SURNAMES)) % len(GIVEN)]
        serial = count
        while User.objects.filter(phone=f"+86199{serial:08d}").exists():
            serial += 1
        trainee = User.objects.create_person(name=name, phone=f"+86199{serial:08d}", phone_verified=True)
        number = demo_id_number(datetime.date(1980, 1, 1) + datetime.timedelta(days=serial), serial % 499, "female")
        record_identity(trainee, kind="resident_id", number=number, actor=trainee, now=now)
        return trainee
