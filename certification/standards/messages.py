from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "standards.weights_sum": _("Level %(level)s: the weights of the %(table)s table add up to %(total)s instead of 100."),
    "standards.unknown_function": _(
        "Level %(level)s: “%(function)s” has a weight in the %(table)s table but is no function of this level."
    ),
    "standards.basics_missing": _("Level %(level)s: the theory table lacks “%(function)s”."),
    "standards.function_twice": _("Level %(level)s: “%(function)s” stands twice in the %(table)s table."),
    "standards.function_named_twice": _("Level %(level)s: “%(function)s” stands there twice, or is no occupational function."),
    "standards.weight_out_of_range": _("Level %(level)s: the weight %(weight)s of “%(function)s” is not between 0 and 100."),
    "standards.weight_too_fine": _("Level %(level)s: the weight %(weight)s of “%(function)s” has more than two decimals."),
    "standards.weight_not_a_number": _("Level %(level)s: the weight of “%(function)s” is not a number."),
    "standards.parts_wrong": _("Level %(level)s needs the parts %(required)s; the scheme has %(given)s."),
    "standards.part_twice": _("The part %(part)s stands there twice."),
    "standards.pass_mark_too_low": _(
        "Level %(level)s, %(part)s: a pass mark of %(mark)s is too low; each part is passed with %(floor)s of 100 at least."
    ),
    "standards.pass_mark_wrong": _("The pass mark “%(value)s” is not a number up to 100."),
    "standards.conditions_missing": _("Level %(level)s has no condition, so nobody could apply."),
    "standards.condition_twice": _("Condition %(condition)s stands there twice."),
    "standards.condition_unknown": _("There is no condition %(condition)s at this level."),
    "standards.requirement_empty": _("Condition %(condition)s says nothing that could be checked."),
    "standards.requirement_unknown": _("Condition %(condition)s contains a requirement that cannot be checked: %(kind)s."),
    "standards.requirement_field": _("Condition %(condition)s: in “%(kind)s”, the field “%(field)s” cannot be so."),
    "standards.evidence_unknown": _("“%(kind)s” is no kind of evidence that can be uploaded."),
    "standards.parameter_unknown": _("The scheme has a parameter that nobody knows: %(name)s."),
    "standards.parameter_wrong": _("The parameter %(name)s of the scheme cannot be %(value)s."),
    "standards.parameter_too_low": _("The parameter %(name)s cannot be %(value)s: the rules ask for at least %(floor)s."),
    "standards.level_twice": _("Level %(level)s stands there twice."),
    "standards.level_unknown": _("“%(value)s” is no level. Write for example 四级/中级工 or 4."),
    "standards.levels_missing": _("There is no level."),
    "standards.nothing_there": _("There is no scheme in this file."),
    "standards.missing": _("“%(what)s” is missing."),
    "standards.not_a_table": _("“%(what)s” should be names with values."),
    "standards.not_a_list": _("“%(what)s” should be a list."),
    "standards.not_a_text": _("“%(what)s” should be a text."),
    "standards.text_unprintable": _("“%(what)s” holds a sign that cannot be printed."),
    "standards.text_too_long": _("“%(what)s” is longer than %(most)s characters."),
    "standards.too_many_rows": _("“%(what)s” has more than %(most)s rows."),
    "standards.text_shape": _("“%(what)s” cannot be “%(value)s”."),
    "standards.number_wrong": _("“%(what)s” cannot be “%(value)s”: a whole number from %(low)s to %(high)s, please."),
    "standards.flag_wrong": _("“%(what)s” should be yes or no (是 or 否)."),
    "standards.choice_wrong": _("“%(what)s” cannot be “%(value)s”. Possible: %(choices)s."),
    "standards.day_wrong": _("“%(what)s” is no date: “%(value)s”. Write for example 2026-10-31."),
    "standards.name_unknown": _("Nobody knows what “%(name)s” means here."),
    "standards.name_twice": _("“%(name)s” stands there twice."),
    "standards.sample_note_missing": _("A sample must say that it is one: fill in the sample note."),
    "standards.owner_not_allowed": _("A national standard belongs to no body. Leave the owner empty."),
    "standards.owner_needed": _("An enterprise norm needs the body that owns it."),
    "standards.owner_unknown": _("No organisation here is called “%(owner)s”."),
    "standards.owner_kind": _(
        "%(owner)s cannot own a norm of this kind: enterprise norms belong to employers, industry norms to associations."
    ),
    "standards.edition_order": _("The edition before must be an earlier one."),
    "standards.occupation_differs": _(
        "The occupation %(occupation)s of the edition %(edition)s is recorded here otherwise: “%(known)s”. Write it the same way."
    ),
    "standards.key_taken": _("The key %(key)s belongs to a scheme of somebody else. Please choose another."),
    "standards.version_taken": _(
        "Version %(version)s of the scheme %(key)s is published with other content. A change needs a new version."
    ),
    "standards.draft_exists": _("Version %(version)s is a draft already. Change that one, or throw it away first."),
    "standards.frozen": _("A published version is never changed. Make a new version instead."),
    "standards.not_earlier": _("Only an earlier published version of the same scheme can be declared equivalent."),
    "standards.equivalence_reason": _("Please write why the two versions are equivalent."),
    "standards.changed_meanwhile": _("Somebody else changed this draft meanwhile. Please look at it again before you save."),
    "standards.yaml_too_large": _("This file is too large for a scheme; at most %(kilobytes)s kB can be read."),
    "standards.yaml_unreadable": _("This file cannot be read as YAML or XLSX; it stops making sense at line %(line)s."),
    "standards.yaml_pointer": _("Line %(line)s holds an anchor, a reference or a tag. Please write plain values only."),
    "standards.sheet_missing": _("The workbook lacks the sheet “%(sheet)s”."),
    "standards.columns_missing": _("The sheet “%(sheet)s” lacks the columns: %(columns)s."),
    "standards.report_expired": _("The check is too old or was somebody else's. Please upload the file again."),
}
