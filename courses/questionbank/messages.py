"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "questionbank.item_without_key": _("An item has no key. Give each item a key of its own."),
    "questionbank.item_key_twice": _("The key %(key)s stands twice in this file."),
    "questionbank.item_kind_unknown": _("Item %(key)s: the kind “%(kind)s” is unknown. Use single, multiple or true_false."),
    "questionbank.item_without_stem": _("Item %(key)s has no question."),
    "questionbank.item_without_function": _("Item %(key)s names no occupational function."),
    "questionbank.item_difficulty": _("Item %(key)s: the difficulty must be 1, 2 or 3."),
    "questionbank.item_pool_unknown": _("Item %(key)s: the pool “%(pool)s” is unknown. Use practice or exam."),
    "questionbank.item_true_false_answer": _("Item %(key)s: the answer must be 对 or 错."),
    "questionbank.item_options": _("Item %(key)s needs three to eight options, none of them empty."),
    "questionbank.item_options_repeat": _("Item %(key)s has two options with the same text."),
    "questionbank.item_answer_outside": _("Item %(key)s: the answer names an option that is not there."),
    "questionbank.item_answer_count": _(
        "Item %(key)s: single choice has exactly one right option; multiple choice at least two, and at least one wrong one."
    ),
    "questionbank.item_was_practice": _(
        "Item %(key)s has been shown as practice with its answer, so it cannot become an exam item. Give the new item a key of its own."
    ),
    "questionbank.item_too_long": _("Item %(key)s: a text is longer than %(longest)s characters. Please shorten it."),
    "questionbank.item_changed": _(
        "Somebody else has changed question %(key)s meanwhile. Open it again; what you wrote still stands in the form below."
    ),
    "questionbank.key_taken": _("The key %(key)s belongs to another question of this bank. Please choose another key."),
    "questionbank.pool_not_yours": _(
        "Item %(key)s is for examinations, which you do not write. Put 练习 (practice) into its column 用途; an empty cell means examination."
    ),
    "questionbank.table_headings": _(
        "The first line must name the columns. Missing: %(missing)s. Take our empty table and fill it in."
    ),
    "questionbank.table_too_many": _("This table has more than %(most)s questions. Please split it."),
    "questionbank.table_too_long": _("The texts of this table are too long to be looked at together. Please split it."),
    "questionbank.table_expired": _("The check of this table is too old. Please upload the file once more."),
    "questionbank.blueprint_changed": _(
        "Somebody else has changed “%(name)s” meanwhile. Open it again; what you wrote still stands in the form below."
    ),
    "questionbank.blueprint_name_taken": _("Your organisation has a quiz named “%(name)s” already. Please choose another name."),
    "questionbank.blueprint_empty": _("This blueprint has no rows, so no paper can be drawn."),
    "questionbank.blueprint_row": _("Row %(number)s of the blueprint is incomplete or wrong."),
    "questionbank.blueprint_total": _("The rows of the blueprint give %(total)s points; a paper needs exactly 100."),
    "questionbank.blueprint_in_use": _("Papers were drawn from “%(name)s”. It cannot change any more; make a new blueprint."),
    "questionbank.weight_not_whole": _("The weight of %(function)s is %(weight)s; only whole numbers can be drawn."),
    "questionbank.bank_too_small": _(
        "The bank has too few items for %(function)s (%(kind)s): %(needed)s needed, %(found)s found."
    ),
    "questionbank.paper_taken": _("This paper has been handed out already. Please open it from your list."),
    "questionbank.paper_without_points": _("This paper has no points, so it cannot be marked."),
    "questionbank.time_is_up": _("The time is up. All answers saved before the end count."),
    "questionbank.already_submitted": _("This paper was handed in already; answers cannot be changed any more."),
    "questionbank.late_over": _("This answer arrived more than 24 hours after the end. Please speak to the exam officer."),
    "questionbank.late_too_many": _("This question has too many late answers. Please speak to the exam officer."),
    "questionbank.not_late": _("The exam is still running; answers count as usual."),
    "questionbank.not_your_attempt": _("This paper belongs to somebody else."),
    "questionbank.no_such_question": _("This paper has no question with that number."),
    "questionbank.answer_unknown": _("This question has no such option. Please reload the page."),
    "questionbank.answer_one_only": _("This question takes only one answer."),
}
