"""The sections of the five volumes, in the order in which they are printed (domain.md §5.5)."""

from collections.abc import Mapping

from certification.archives.contents import application, certificates, filing, papers, process, results
from certification.archives.contents.columns import Section

SECTIONS: Mapping[int, tuple[Section, ...]] = {
    1: application.SECTIONS,
    2: filing.SECTIONS,
    3: process.SECTIONS,
    4: (*papers.SECTIONS, *results.SECTIONS),
    5: certificates.SECTIONS,
}

__all__ = ["SECTIONS", "Section"]
