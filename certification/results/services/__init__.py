"""From part results to the end of the publication and what comes after it. Each act is one person's, in the ledger.

Reading order: `parts`, `voiding`, `checking`, `deciding`, `publishing`, `objecting`, `cases`, `correcting`.
"""

from certification.results.services.cases import accept_case, decide_case, file_appeal, file_review
from certification.results.services.checking import check_part_results, send_back
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
from certification.results.services.publishing import close_publication, prepare_list, publish_results
from certification.results.services.voiding import agree_to_voiding, let_stop_stand, void_parts

__all__ = [
    "accept_case",
    "accept_objection",
    "agree_to_voiding",
    "apply_correction",
    "approve_correction",
    "check_part_results",
    "close_publication",
    "close_republication",
    "confirm_decisions",
    "decide_case",
    "decide_objection",
    "decide_plan",
    "file_appeal",
    "file_objection",
    "file_review",
    "let_stop_stand",
    "prepare_list",
    "publish_results",
    "record_part_results",
    "refuse_correction",
    "request_correction",
    "send_back",
    "void_parts",
]
