from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MESSAGES = {
    "archives.not_certified": _("A plan is archived when its certificates are issued."),
    "archives.sealed_already": _("This archive is sealed; nothing is put into it any more."),
    "archives.objections_open": ngettext_lazy(
        "%(count)s objection is not answered.", "%(count)s objections are not answered.", "count"
    ),
    "archives.cases_open": ngettext_lazy(
        "%(count)s review or appeal is not answered.", "%(count)s reviews or appeals are not answered.", "count"
    ),
    "archives.orders_open": ngettext_lazy(
        "%(count)s correction order is not in force.", "%(count)s correction orders are not in force.", "count"
    ),
    "archives.republications_open": ngettext_lazy(
        "%(count)s corrected result is still public for objections.",
        "%(count)s corrected results are still public for objections.",
        "count",
    ),
    "archives.lists_open": ngettext_lazy(
        "%(count)s list of certificates is not finished.", "%(count)s lists of certificates are not finished.", "count"
    ),
    "archives.certificates_due": ngettext_lazy(
        "%(count)s person passed and has no certificate.", "%(count)s people passed and have no certificate.", "count"
    ),
    "archives.not_built": _("The volumes are not finished yet."),
    "archives.same_person": _("Whoever put the archive together does not seal it: a second person does."),
    "archives.rows_changed": _("Since the volumes were printed something has changed (%(volumes)s). Put them together again."),
    "archives.file_missing": ngettext_lazy(
        "%(count)s stored file that a volume names is gone, the first is %(first)s.",
        "%(count)s stored files that the volumes name are gone, the first is %(first)s.",
        "count",
    ),
    "archives.not_sealed": _("Only a sealed archive is opened."),
    "archives.no_volumes": _("Choose what is to be opened."),
    "archives.purpose_missing": _("Say why the archive has to be opened."),
    "archives.witness_unfit": _("The second person must be somebody else of this body, and no candidate of this plan."),
    "archives.third_person": _("The head who allows an opening is neither of the two who read."),
    "archives.answered_already": _("This request was answered already."),
    "archives.opening_lapsed": _("This request has lapsed. Ask again if it is still needed."),
    "archives.not_approved": _("The head has not allowed this opening yet."),
    "archives.not_open": _("The archive is not open: both people confirm, and then read within two hours."),
    "archives.volume_not_opened": _("This volume was not asked for."),
    "archives.retention_running": _("It is kept until %(date)s; before that nothing is destroyed."),
    "archives.destroyed_already": _("Its destruction was proposed already."),
    "archives.reason_missing": _("Say how it is destroyed, and why."),
    "archives.destruction_same_person": _("A second person agrees to the destruction."),
    "archives.electronic_kept": _("The electronic volumes are not destroyed by this site."),
}
