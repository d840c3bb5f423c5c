from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "portal.view_name": _("Give the view a name of at most %(limit)s signs."),
    "portal.view_too_long": _("So many words cannot be kept in a view. Look for fewer."),
    "portal.too_many_views": _("You have %(limit)s views already. Delete one you do not need."),
}
