"""Rules of a scheme, free of Django. Read: levels → weights → periods → facts → eligibility → parameters."""

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
    "merge_periods",
    "missing_evidence",
    "parameter",
    "reached_on",
    "required_parts",
    "with_defaults",
]
