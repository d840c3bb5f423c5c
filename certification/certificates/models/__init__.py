"""Rows of this room. They are never deleted."""

from certification.certificates.models.batches import BATCH_LABELS, ITEM_LABELS, IssueBatch, IssueItem
from certification.certificates.models.certificates import PUBLIC_REASON_LABELS, STATUS_LABELS, Certificate, CertificateQuerySet
from certification.certificates.models.keys import (
    BACKEND_LABELS,
    CHANGE_STATUS_LABELS,
    KEY_EVENT_LABELS,
    KEY_LABELS,
    KeyCeremony,
    KeyChange,
    KeyWarning,
    SigningKey,
)
from certification.certificates.models.kinds import KIND_LABELS
from certification.certificates.models.numbers import ImportedNumber, NumberImport, NumberSeries, StatusPlaces
from certification.certificates.models.programmes import Programme
from certification.certificates.models.requests import (
    CAUSE_LABELS,
    CHANGE_LABELS,
    REQUEST_LABELS,
    ChangeRequest,
    RequestEvidence,
)
from certification.certificates.models.sharing import CLAIM_LABELS, LINK_LABELS, TERM_LABELS, ShareLink
from certification.certificates.models.templates import TEMPLATE_LABELS, Template, TemplateVersion
from certification.certificates.stamping.models import ArchivedFile

__all__ = [
    "BACKEND_LABELS",
    "BATCH_LABELS",
    "CAUSE_LABELS",
    "CHANGE_LABELS",
    "CHANGE_STATUS_LABELS",
    "CLAIM_LABELS",
    "ITEM_LABELS",
    "KEY_EVENT_LABELS",
    "KEY_LABELS",
    "KIND_LABELS",
    "LINK_LABELS",
    "PUBLIC_REASON_LABELS",
    "REQUEST_LABELS",
    "STATUS_LABELS",
    "TEMPLATE_LABELS",
    "TERM_LABELS",
    "ArchivedFile",
    "Certificate",
    "CertificateQuerySet",
    "ChangeRequest",
    "ImportedNumber",
    "IssueBatch",
    "IssueItem",
    "KeyCeremony",
    "KeyChange",
    "KeyWarning",
    "NumberImport",
    "NumberSeries",
    "Programme",
    "RequestEvidence",
    "ShareLink",
    "SigningKey",
    "StatusPlaces",
    "Template",
    "TemplateVersion",
]
