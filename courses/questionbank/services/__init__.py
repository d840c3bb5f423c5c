"""What happens to items, blueprints, papers and attempts, verb first."""

from courses.questionbank.services.attempts import keep_late_answer, save_answer, start_attempt, submit_attempt
from courses.questionbank.services.blueprints import set_blueprint, write_quiz
from courses.questionbank.services.importing import import_items
from courses.questionbank.services.items import open_item, restore_item, retire_item, write_item
from courses.questionbank.services.papers import draw_paper

__all__ = [
    "draw_paper",
    "import_items",
    "keep_late_answer",
    "open_item",
    "restore_item",
    "retire_item",
    "save_answer",
    "set_blueprint",
    "start_attempt",
    "submit_attempt",
    "write_item",
    "write_quiz",
]
