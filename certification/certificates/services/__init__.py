"""What happens to certificates, verb first. Each service is one act: one transaction, one entry in the ledger."""

from certification.certificates.services.batches import (
    approve_batch,
    cancel_batch,
    pause_batch,
    prepare_batch,
    resume_batch,
)
from certification.certificates.services.issuing import close_plan, run_batch
from certification.certificates.services.standing import (
    expire_certificates,
    reinstate_certificate,
    revoke_certificate,
    suspend_certificate,
)
from certification.certificates.services.succession import correct_certificate, reissue_certificate, renew_certificate

__all__ = [
    "approve_batch",
    "cancel_batch",
    "close_plan",
    "correct_certificate",
    "expire_certificates",
    "pause_batch",
    "prepare_batch",
    "reinstate_certificate",
    "reissue_certificate",
    "renew_certificate",
    "resume_batch",
    "revoke_certificate",
    "run_batch",
    "suspend_certificate",
]
