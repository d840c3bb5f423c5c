"""What the database itself refuses about results, whatever writes; migration 0003 puts it in place (I28, I45).

On SQLite a later migration that rebuilds one of these tables takes its guard away: it has to call `put_in_place` again,
and `test_i28_…` would tell. Deleting is guarded on PostgreSQL alone, since a test's flush deletes everything on SQLite.
"""

from typing import Any

FROZEN = "a published result changes only through a correction order (I28)"
WRITTEN = "what a result said before is never changed (I28)"
ANSWERED = "who decided here does not answer (I45)"
ORDERED = "what a correction order says is never changed (I28)"

_PUBLISHED = "EXISTS (SELECT 1 FROM results_publicationrow p WHERE p.seat_id = OLD.seat_id)"
_LAST_ORDER = (
    "EXISTS (SELECT 1 FROM results_correctionorder o WHERE o.seat_id = OLD.seat_id AND o.status = 'applied'"
    " AND o.new_passed = NEW.passed AND o.new_parts = NEW.parts{more}"
    " AND NOT EXISTS (SELECT 1 FROM results_correctionorder l WHERE l.seat_id = OLD.seat_id AND l.status = 'applied'"
    " AND l.id > o.id))"
)
_BY_ORDER = " AND o.requested_by_id = NEW.decided_by_id AND o.approved_by_id = NEW.confirmed_by_id"
_DECIDED = (
    "EXISTS (SELECT 1 FROM results_decision d WHERE d.seat_id = {seat}"
    " AND (d.decided_by_id = NEW.decided_by_id OR d.confirmed_by_id = NEW.decided_by_id))"
)
_ITS_SEAT = "(SELECT p.seat_id FROM results_publicationrow p WHERE p.publication_id = NEW.publication_id AND p.ticket_number = NEW.ticket_number)"
_NEWLY_ANSWERED = "NEW.decided_by_id IS NOT NULL AND OLD.decided_by_id IS NULL AND {decided}"


def _differ(*names: str) -> str:
    """Return the condition that one of these columns changes; `{is_not}` is the database's word for it."""
    return "(" + " OR ".join(f"OLD.{name} {{is_not}} NEW.{name}" for name in names) + ")"


_DECISION = ("seat_id", "passed", "parts", "decided_by_id", "decided_at", "confirmed_by_id", "confirmed_at")
_ROW = ("publication_id", "seat_id", "ticket_number", "masked_name", "masked_id", "passed", "parts")
_ORDER = (
    *("seat_id", "part", "old_outcome", "old_value", "old_parts", "old_passed"),
    *("new_outcome", "new_value", "new_parts", "new_passed", "reason", "objection_id", "case_id", "requested_by_id"),
)

GUARDS: dict[str, tuple[str, str, str]] = {
    "results_partresult_published": ("results_partresult", _PUBLISHED, FROZEN),
    "results_decision_published": (
        "results_decision",
        f"{_PUBLISHED} AND {_differ(*_DECISION)} AND NOT {_LAST_ORDER.format(more=_BY_ORDER)}",
        FROZEN,
    ),
    "results_publicationrow_published": (
        "results_publicationrow",
        f"{_differ(*_ROW)} AND ({_differ(*_ROW[:5])} OR NOT {_LAST_ORDER.format(more='')})",
        FROZEN,
    ),
    "results_revision_written": ("results_revision", "", WRITTEN),
    "results_caseevidence_written": ("results_caseevidence", "", WRITTEN),
    "results_correctionorder_written": (
        "results_correctionorder",
        f"{_differ(*_ORDER)} OR OLD.status IN ('applied', 'refused')",
        ORDERED,
    ),
    "results_case_answered": ("results_case", _NEWLY_ANSWERED.format(decided=_DECIDED.format(seat="NEW.seat_id")), ANSWERED),
    "results_objection_answered": (
        "results_objection",
        _NEWLY_ANSWERED.format(decided=_DECIDED.format(seat=_ITS_SEAT)),
        ANSWERED,
    ),
}
"""Name of the guard: its table, when it refuses an UPDATE ("" for always), and the sentence."""

KEPT = ("results_partresult", "results_revision", "results_caseevidence", "results_correctionorder")
"""Tables of which PostgreSQL refuses a DELETE as well; a part result may go until it is published."""


def put_in_place(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name, (table, when, sentence) in GUARDS.items():
        condition = when.format(is_not="IS NOT" if sqlite else "IS DISTINCT FROM")
        if sqlite:
            asked = f" WHEN {condition}" if condition else ""
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON {table}{asked} BEGIN SELECT RAISE(ABORT, '{sentence}'); END", params=None
            )
            continue
        refuse = f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';"
        body = f"IF {condition} THEN {refuse} END IF; RETURN NEW;" if condition else refuse
        schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$", params=None)
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()", params=None
        )
    if not sqlite:
        for table in KEPT:
            when = _PUBLISHED if table == "results_partresult" else "TRUE"
            refuse = f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation';"
            schema_editor.execute(
                f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {when} THEN {refuse} END IF; RETURN OLD; END $$",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_kept()", params=None
            )


def take_away(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name in GUARDS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" if sqlite else f"DROP FUNCTION IF EXISTS {name}() CASCADE")
    if not sqlite:
        for table in KEPT:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_kept() CASCADE")
