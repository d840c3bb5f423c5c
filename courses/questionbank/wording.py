"""Sentences that name numbers of a bank."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.questionbank.models import KIND_LABELS
from courses.questionbank.rules import Kind, Shortage


def stock_words(source: str, counts: Mapping[Kind, int]) -> str:
    """Return what is offered to a row: "Function 需求评估: 20 single choice, 6 multiple choice, 0 true or false"."""
    by, _colon, value = source.partition(":")
    words = {
        "value": value,
        "single": counts.get(Kind.SINGLE, 0),
        "multiple": counts.get(Kind.MULTIPLE, 0),
        "truth": counts.get(Kind.TRUE_FALSE, 0),
    }
    if by == "function":
        return _("Function %(value)s: %(single)s single, %(multiple)s multiple, %(truth)s true or false") % words
    return _("Module %(value)s: %(single)s single, %(multiple)s multiple, %(truth)s true or false") % words


def shortage_words(short: Shortage) -> str:
    """Return in one sentence what is short."""
    words = {
        "value": short.value,
        "kind": KIND_LABELS[short.kind],
        "needed": short.needed,
        "found": short.found,
        "claimed": short.claimed,
        "missing": short.missing,
    }
    if short.claimed:
        sentence = _(
            "%(value)s, %(kind)s: %(needed)s are needed, %(found)s are in the bank, but rows above may take %(claimed)s of"
            " them; %(missing)s more are needed."
        )
    else:
        sentence = ngettext(
            "%(value)s, %(kind)s: %(needed)s are needed, %(found)s are in the bank; %(missing)s is missing.",
            "%(value)s, %(kind)s: %(needed)s are needed, %(found)s are in the bank; %(missing)s are missing.",
            short.missing,
        )
    return sentence % words
