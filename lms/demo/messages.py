from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "demo.lesson_slug": _("The lesson file %(file)s names itself %(slug)s."),
    "demo.block_unknown": _("A lesson holds a block of the unknown kind %(kind)s."),
    "demo.item_unknown": _("A lesson asks the question %(key)s, which is no practice item of the bank."),
    "demo.word_unknown": _("A lesson explains “%(word)s”, which is not in the glossary."),
}
