from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "registry.ledger_broken": _(
        "The ledger's entry %(entry)s does not follow on the one before it, so the public log signs nothing. The operator has to run verify_ledger."
    ),
    "registry.log_key_missing": _("The key file %(name)s of the public log is missing. The operator has to restore it."),
    "registry.log_key_locked": _(
        "The key file %(name)s of the public log does not open with the passphrase of this installation."
    ),
    "registry.log_key_differs": _("The key file %(name)s does not hold the key that the public log has on record."),
    "registry.log_empty": _("The public log has no signed tree head yet."),
    "registry.log_no_head": _("The public log has no tree head over %(size)s entries."),
    "registry.log_no_leaf": _("The public log of %(size)s entries has no entry with this hash."),
    "registry.log_size_unknown": _(
        "The public log has %(latest)s entries under its newest tree head, so it can prove nothing about %(size)s."
    ),
    "registry.log_first_larger": _("The first tree has at least one entry and at most as many as the second."),
    "registry.log_range_empty": _("“end” has to be larger than “start”."),
    "registry.log_range_after": _("The public log has %(latest)s entries; it has none from %(start)s on."),
}
