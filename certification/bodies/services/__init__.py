"""What happens in a body's registers: filings, staff, sites, impartiality, warnings."""

from certification.bodies.services.filings import add_scopes, end_filing, record_filing
from certification.bodies.services.staff import issue_staff_card

__all__ = ["add_scopes", "end_filing", "issue_staff_card", "record_filing"]
