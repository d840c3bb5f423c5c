"""Asking the full-text index: the newest texts that hold every word, those that hold them in the title first.

Nothing is ranked here that the index would have to read: a word that stands in ten thousand lessons costs as little
as a rare one, because no more than `MOST` rows of a kind are taken. `search` puts these in order.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from courses.catalogue.rules import CJK_RUN, is_beginning, query_phrases, query_runs

MOST = 200
"""So many hits of a kind are looked at; whoever needs more asks for more words."""
PAIR = 2


@dataclass(frozen=True)
class Hit:
    """A row of the index; `in_title` when the title alone holds every word. `moments` is JSON as `SearchText` keeps it."""

    kind: str
    object_id: int
    page_id: int | None
    link: str
    title: str
    text: str
    in_title: bool
    moments: str | None = None

    def moment(self, place: int) -> int | None:
        """Return the millisecond at which the text at that place is spoken, None for what is not spoken."""
        begun = [ms for start, ms in json.loads(self.moments or "[]") if start <= place]
        return begun[-1] if begun else None


def hits(
    query: str, groups: Sequence[Sequence[str]], *, courses: Sequence[int] | None = None, open_only: bool = False
) -> list[Hit]:
    """Return for each group of kinds at most `MOST` + 1 hits in titles and as many in texts, newest first; one query.

    `courses` keeps to these courses; `open_only` to what may be read without signing in. What is hit in its title is
    mostly hit in its text as well and then comes back twice.
    """
    phrases = query_phrases(query)
    if not phrases or not groups:
        return []
    ask = _ask_postgres if connection.vendor == "postgresql" else _ask_sqlite
    parts = [
        ask(query, phrases, sorted(kinds), in_title, None if courses is None else list(courses), open_only)
        for kinds in groups
        for in_title in (True, False)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql for sql, _values in parts), [value for _sql, values in parts for value in values])
        return [Hit(*row) for row in cursor.fetchall()]


def _long_words(query: str) -> list[str]:
    """Return the words of more than one pair: the text itself tells whether their pairs stand together, not in a row of
    words ("轮椅，椅坡，坡道")."""
    return [run for run in query_runs(query) if len(run) > PAIR and CJK_RUN.fullmatch(run)]


# SQLite: phrases are words in order; rows come newest first without sorting.

SQLITE = """
SELECT * FROM (
  SELECT s.kind, s.object_id, s.page_id, s.link, s.title, s.text, %s AS in_title, s.moments
  FROM catalogue_searchtext_fts f CROSS JOIN catalogue_searchtext s ON s.id = f.rowid
  WHERE f.catalogue_searchtext_fts MATCH %s AND s.public AND (NOT %s OR s.is_open) {courses} {together}
  ORDER BY f.rowid DESC LIMIT %s
)
"""

Asked = tuple[str, list[Any]]


def _ask_sqlite(
    query: str, phrases: list[str], kinds: list[str], in_title: bool, courses: list[int] | None, open_only: bool
) -> Asked:
    wanted = " AND ".join(f'"{phrase}" *' if is_beginning(phrase) else f'"{phrase}"' for phrase in phrases)
    of_kind = " OR ".join(f'"{kind}"' for kind in kinds)
    chosen = "" if courses is None else f"AND s.course_id IN ({','.join(str(int(pk)) for pk in courses) or 'NULL'})"
    match = f"kind : ({of_kind}) AND {'title_words' if in_title else 'words'} : ({wanted})"
    column = "s.title" if in_title else "s.title || ' ' || s.text"
    long_words = _long_words(query)
    together = " ".join(f"AND instr({column}, %s)" for _word in long_words)
    return SQLITE.format(courses=chosen, together=together), [in_title, match, open_only, *long_words, MOST + 1]


# PostgreSQL: the vectors hold no places, so the index answers without reading any text, and texts are read one after
# another only for long words, until there are enough; see migrations 0005 and 0014.

POSTGRES = """
(SELECT s.kind, s.object_id, s.page_id, s.link, s.title, s.text, %s AS in_title, s.moments
FROM catalogue_search_hits(%s, %s::tsquery, %s::text[], %s::bigint[], %s, %s::text[], %s, %s) AS h(id)
JOIN catalogue_searchtext s ON s.id = h.id ORDER BY s.id DESC)
"""
LOOKED_AT = 2000


def _ask_postgres(
    query: str, phrases: list[str], kinds: list[str], in_title: bool, courses: list[int] | None, open_only: bool
) -> Asked:
    wanted = " & ".join(f"'{word}':*" if is_beginning(word) else f"'{word}'" for phrase in phrases for word in phrase.split())
    return POSTGRES, [in_title, in_title, wanted, kinds, courses, open_only, _long_words(query), LOOKED_AT, MOST + 1]
