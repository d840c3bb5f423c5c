"""Rules of a scheme, free of Django.

Read: levels → weights → periods → facts → eligibility → requirements → parameters → tidying → content → differences.
"""

from certification.standards.rules.content import in_order, publication_problems, tidied
from certification.standards.rules.eligibility import (
    Evaluation,
    Finding,
    check_requirement,
    evaluate,
    missing_evidence,
)
from certification.standards.rules.facts import CertificateFact, Diploma, Employment, Facts, TitleFact
from certification.standards.rules.levels import Level, required_parts
from certification.standards.rules.parameters import DEFAULT_PARAMETERS, parameter, with_defaults
from certification.standards.rules.periods import add_years, full_years, merge_periods, reached_on
from certification.standards.rules.weights import Weight, WeightTable, check_parts, check_weights

__all__ = [
    "DEFAULT_PARAMETERS",
    "CertificateFact",
    "Diploma",
    "Employment",
    "Evaluation",
    "Facts",
    "Finding",
    "Level",
    "TitleFact",
    "Weight",
    "WeightTable",
    "add_years",
    "check_parts",
    "check_requirement",
    "check_weights",
    "evaluate",
    "full_years",
    "in_order",
    "merge_periods",
    "missing_evidence",
    "parameter",
    "publication_problems",
    "reached_on",
    "required_parts",
    "tidied",
    "with_defaults",
]
