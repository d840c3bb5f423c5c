"""How long a search over many lessons takes: two characters, longer words, mixed words, on SQLite or PostgreSQL.

    .venv/bin/python benchmarks/search.py [--lessons 2000] [--full] [--postgres URL]

Lessons are written straight into the tables, and the index by `indexing.rebuild`, as publishing them would leave both;
`--full` means 10,000. Every tenth lesson shows a recording of 60 captions, every twentieth explains a word, and one
course in five is only for those who have signed in.

Each query is asked in two ways, signed in and as a stranger in turns:

- `find`: all that the search page shows (courses, lessons and recordings, glossary words, plans), with rules of access,
  excerpts and highlighting: `lms.portal.search.find`.
- `page`: the search page itself, through the product's own middleware in this process; no sockets.

`ratio` is the time of a bare `title LIKE` over the same table (the baseline, which finds no text) over that of `find`.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import crowd
from benchmarks.measuring import machine

QUERIES = (
    "轮椅", "坡道", "轮椅坡道", "防滑", "ICF 评估", "wheelchair 座宽", "助行器 高度 手腕", "轮椅 气压表", "wheel", "无此词语", "适"
)  # fmt: skip
LIMIT_MS = 100
ROUNDS = 20
RECORDED, EXPLAINED, CLOSED = 10, 20, 5
SUBJECTS = "轮椅 助行器 拐杖 坡道 扶手 门槛 座宽 座深 靠背 坐垫 防滑 照明 卫生间 厨房 卧室 沟通板 助听器 矫形器 移位 转移 随访 评估 方案 训练 保养".split()
VERBS = "测量 检查 选择 调整 安装 练习 记录 说明 复查 示范".split()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--lessons", type=int, default=2000)
    parser.add_argument("--full", action="store_true", help="10,000 lessons")
    parser.add_argument("--postgres", default="")
    chosen = parser.parse_args()
    lessons = 10_000 if chosen.full else chosen.lessons
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder), postgres=chosen.postgres):
        begin = time.perf_counter()
        texts = write_lessons(lessons)
        seconds = round(time.perf_counter() - begin, 1)
        result = measured()
    database = "postgresql" if chosen.postgres else "sqlite"
    head = {"benchmark": "search", "lessons": lessons, "texts": texts, "database": database, "written_s": seconds}
    print(json.dumps({**head, **result, "machine": machine()}, ensure_ascii=False))
    return 0 if result["ok"] else 1


def write_lessons(count: int) -> dict[str, int]:
    """Fill one college with lessons of about 1,500 characters, 20 to a module, 100 to a course; return the index's texts."""
    from django.db import connection

    from courses.catalogue.indexing import rebuild
    from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
    from courses.catalogue.services import open_catalogue
    from lms.organisations.models import Organisation

    pick = random.Random(7)
    college = Organisation.objects.create(kind="college", slug="many", name="多课学院", name_en="College of Many")
    tree = open_catalogue().add_child(instance=CollegePage(title=college.name, slug=college.slug, organisation=college))
    words, recordings = _words(), _recordings(pick, count // RECORDED + 1)
    bodies = [_body(pick, number, words, recordings) for number in range(count)]
    courses = _below(
        [tree],
        [
            [
                CoursePage(title=f"课程 {n}", slug=f"c{n}", summary="许多课", hours=10, is_open=n % CLOSED > 0)
                for n in range(-(-count // 100))
            ]
        ],
    )
    modules = _below(courses, [[ModulePage(title=f"模块 {n}", slug=f"m{n}") for n in range(5)] for _course in courses])
    lessons = [_lesson(LessonPage, pick, number, body) for number, body in enumerate(bodies)]
    _below(modules, [lessons[place : place + 20] for place in range(0, len(modules) * 20, 20)])
    texts = rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return texts


def _below(parents: list[Any], children: list[list[Any]]) -> list[Any]:
    """Write pages below each parent, as `add_child` and publishing would leave them; rows only, no signals."""
    from wagtail.models import Page

    made = []
    for parent, pages in zip(parents, children, strict=True):
        for step, page in enumerate(pages, start=1):
            page.path, page.depth = parent._get_path(parent.path, parent.depth + 1, step), parent.depth + 1
            page.url_path = f"{parent.url_path}{page.slug}/"
            page.live, page.locale, page.draft_title = True, parent.locale, page.title
            made.append(page)
        Page.objects.filter(pk=parent.pk).update(numchild=len(pages))
    rows = [Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}) for page in made]
    Page.objects.bulk_create(rows, batch_size=50)
    for page, row in zip(made, rows, strict=True):
        page.pk = page.id = page.page_ptr_id = row.pk
    for place in range(0, len(made), 50):
        model = type(made[place])
        model._base_manager._insert(made[place : place + 50], fields=model._meta.local_concrete_fields, using="default")
    return made


def _words() -> list[Any]:
    from wagtail.models import Collection

    from courses.catalogue.models import GlossaryTerm

    where = Collection.get_first_root_node()
    words = [f"{verb}{subject}" for subject in SUBJECTS for verb in VERBS]
    rows = [GlossaryTerm(term=w, meaning=f"先{w}，再看坐得稳不稳。", sort_key=w, collection=where) for w in words]
    return GlossaryTerm.objects.bulk_create(rows)


def _recordings(pick: random.Random, count: int) -> list[Any]:
    from wagtail.models import Collection

    from courses.media.models import CaptionTrack, Recording

    where = Collection.get_first_root_node()
    facts = {"kind": "video", "content_type": "video/mp4", "size": 1, "duration_ms": 300_000, "created_at": crowd.BEGIN}
    recordings = Recording.objects.bulk_create(
        [Recording(title=f"录像 {n}", file=f"{n}.mp4", collection=where, **facts) for n in range(count)]
    )
    tracks = []
    for recording in recordings:
        lines = [f"{pick.choice(VERBS)}{pick.choice(SUBJECTS)}，看气压表。" for _cue in range(60)]
        cues = [[place * 5000, place * 5000 + 4500, line] for place, line in enumerate(lines)]
        tracks.append(CaptionTrack(recording=recording, language="zh-Hans", cues=cues, changed_at=crowd.BEGIN))
    CaptionTrack.objects.bulk_create(tracks, batch_size=100)
    return recordings


def _lesson(model: Any, pick: random.Random, number: int, body: list[Any]) -> Any:
    title = f"{pick.choice(SUBJECTS)}的{pick.choice(VERBS)}"
    return model(title=title, slug=f"l{number}", summary=f"{title}怎么做", body=body)


def _body(pick: random.Random, number: int, words: list[Any], recordings: list[Any]) -> list[Any]:
    body = [("text", "".join(f"<p>{_paragraph(pick)}</p>" for _paragraph_number in range(12)))]
    if pick.random() < 0.1:
        body.append(("text", "<p>A wheelchair with the right 座宽, seen with ICF 评估。</p>"))
    if number % RECORDED == 0:
        body.append(("video", {"recording": recordings[number // RECORDED], "task": ""}))
    if number % EXPLAINED == 0:
        body.append(("term", {"term": pick.choice(words)}))
    return body


def _paragraph(pick: random.Random) -> str:
    return "".join(
        f"{pick.choice(VERBS)}{pick.choice(SUBJECTS)}之前，先{pick.choice(VERBS)}{pick.choice(SUBJECTS)}{pick.choice(SUBJECTS)}的高度与手腕的位置。"
        for _sentence in range(5)
    )


def measured() -> dict[str, Any]:
    from courses.catalogue.models import LessonPage

    ask = _ways()
    figures: dict[str, dict[str, Any]] = {}
    for query in QUERIES:
        taken: dict[str, list[tuple[float, float]]] = {"find": [], "page": [], "like": []}
        ways = {**ask, "like": lambda query, _n: list(LessonPage.objects.filter(title__contains=query.split()[0])[:50])}
        for number in range(-2, ROUNDS):
            for name, way in ways.items():
                begin, worked = time.perf_counter(), time.process_time()
                answer = way(query, number)
                took = time.perf_counter() - begin, time.process_time() - worked
                if number >= 0:
                    taken[name].append(took)
                if name == "find":
                    found = answer
        figures[query] = {"found": len(found.lessons), **{name: _figures(times) for name, times in taken.items()}}
    slowest = {name: max(figure[name]["median_ms"] for figure in figures.values()) for name in ask}
    slowest_p95 = {name: max(figure[name]["p95_ms"] for figure in figures.values()) for name in ask}
    slowest_cpu = {name: max(figure[name]["cpu_ms"] for figure in figures.values()) for name in ask}
    ours, bare = (sum(figure[name]["median_ms"] for figure in figures.values()) for name in ("find", "like"))
    return {
        "queries": figures,
        "slowest_ms": slowest,
        "slowest_p95_ms": slowest_p95,
        "slowest_cpu_ms": slowest_cpu,
        "baseline": "title LIKE over the same lessons, first 50",
        "ratio": round(bare / ours, 3),
        "ok": max(slowest.values()) <= LIMIT_MS,
    }


def _ways() -> dict[str, Callable[[str, int], Any]]:
    """Return how a query is asked, each a function of the query and the round: strangers in every second one."""
    from django.test import Client

    from lms.accounts.models import User
    from lms.portal.search import find

    reader = User.objects.create_person(name="读者", phone="+8613900000077", phone_verified=True)
    stranger, signed_in = Client(), Client()
    signed_in.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")

    def page(query: str, number: int) -> Any:
        answer = (stranger if number % 2 else signed_in).get("/search/", {"q": query})
        assert answer.status_code == 200, answer.status_code
        return answer

    return {
        "find": lambda query, number: find(query, today=crowd.AFTER.date(), chosen={}, open_only=bool(number % 2)),
        "page": page,
    }


def _figures(taken: list[tuple[float, float]]) -> dict[str, float]:
    """Return what a clock on the wall says; `cpu_ms` is this process's own work, which a busy machine does not stretch."""
    wall, worked = ([pair[place] for pair in taken] for place in (0, 1))
    return {
        "median_ms": round(statistics.median(wall) * 1000, 2),
        "p95_ms": round(statistics.quantiles(wall, n=20)[-1] * 1000, 2),
        "cpu_ms": round(statistics.median(worked) * 1000, 2),
    }


if __name__ == "__main__":
    raise SystemExit(main())
