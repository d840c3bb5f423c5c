"""From part results to the end of the publication and what comes after it. Each act is one person's, in the ledger.

Reading order: `parts`, `deciding`, `publishing`, `objecting`, `cases`, `correcting`.
"""

from certification.results.services.cases import accept_case, decide_case, file_appeal, file_review
from certification.results.services.correcting import (
    apply_correction,
    approve_correction,
    close_republication,
    refuse_correction,
    request_correction,
)
from certification.results.services.deciding import confirm_decisions, decide_plan
from certification.results.services.objecting import accept_objection, decide_objection, file_objection
from certification.results.services.parts import record_part_results
from certification.results.services.publishing import close_publication, publish_results

__all__ = [
    "accept_case",
    "accept_objection",
    "apply_correction",
    "approve_correction",
    "close_publication",
    "close_republication",
    "confirm_decisions",
    "decide_case",
    "decide_objection",
    "decide_plan",
    "file_appeal",
    "file_objection",
    "file_review",
    "publish_results",
    "record_part_results",
    "refuse_correction",
    "request_correction",
]
