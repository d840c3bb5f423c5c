"""What the doctor is told of certificates: templates whose comparison belongs to an earlier way of drawing."""

from django.db import DatabaseError

from certification.certificates.services.templates import outdated


def _templates() -> tuple[bool, str]:
    try:
        found = outdated()
    except (DatabaseError, FileNotFoundError) as error:
        return False, f"certificate templates: {error}"
    if not found:
        return True, "certificate templates: compared as they are drawn now, or never compared"
    names = ", ".join(str(version) for version in found)
    return (
        False,
        f"certificate templates: drawn otherwise since they were compared, so one by one: {names} (run compile_templates)",
    )


EXAMINATIONS = (_templates,)
