from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "standards.weights_sum": _("Level %(level)s: the weights of the %(table)s table add up to %(total)s instead of 100."),
    "standards.unknown_function": _(
        "Level %(level)s: “%(function)s” has a weight in the %(table)s table but is no function of this level."
    ),
    "standards.basics_missing": _("Level %(level)s: the theory table lacks “%(function)s”."),
    "standards.function_twice": _("Level %(level)s: “%(function)s” stands twice in the %(table)s table."),
    "standards.weight_out_of_range": _("Level %(level)s: the weight %(weight)s of “%(function)s” is not between 0 and 100."),
    "standards.weight_not_a_number": _("Level %(level)s: a weight is not a number."),
    "standards.parts_wrong": _("Level %(level)s needs the parts %(required)s; the scheme has %(given)s."),
    "standards.requirement_empty": _("Condition %(condition)s says nothing that could be checked."),
    "standards.requirement_unknown": _("Condition %(condition)s contains a requirement that cannot be checked: %(kind)s."),
    "standards.parameter_unknown": _("The scheme has a parameter that nobody knows: %(name)s."),
    "standards.parameter_wrong": _("The parameter %(name)s of the scheme cannot be %(value)s."),
    "standards.version_taken": _(
        "Version %(version)s of the scheme %(key)s is published with other content. A change needs a new version."
    ),
}
