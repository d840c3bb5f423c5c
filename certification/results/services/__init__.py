"""From part results to the end of the publication. Each step is one act by one person, in the ledger.

Reading order: `parts`, `deciding`, `publishing`, `objecting`.
"""

from certification.results.services.deciding import confirm_decisions, decide_plan
from certification.results.services.objecting import decide_objection, file_objection
from certification.results.services.parts import record_part_results
from certification.results.services.publishing import close_publication, publish_results

__all__ = [
    "close_publication",
    "confirm_decisions",
    "decide_objection",
    "decide_plan",
    "file_objection",
    "publish_results",
    "record_part_results",
]
