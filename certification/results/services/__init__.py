"""From part results to the end of the publication. Each step is one act by one person, in the ledger.

Reading order: `parts`, `voiding`, `checking`, `deciding`, `publishing`, `objecting`.
"""

from certification.results.services.checking import check_part_results, send_back
from certification.results.services.deciding import confirm_decisions, decide_plan
from certification.results.services.objecting import decide_objection, file_objection
from certification.results.services.parts import record_part_results
from certification.results.services.publishing import close_publication, prepare_list, publish_results
from certification.results.services.voiding import agree_to_voiding, let_stop_stand, void_parts

__all__ = [
    "agree_to_voiding",
    "check_part_results",
    "close_publication",
    "confirm_decisions",
    "decide_objection",
    "decide_plan",
    "file_objection",
    "let_stop_stand",
    "prepare_list",
    "publish_results",
    "record_part_results",
    "send_back",
    "void_parts",
]
