"""Published schemes are public; drafts are nobody's to read."""

from django.shortcuts import get_object_or_404

from certification.standards.models import Scheme
from certification.standards.selectors import scheme_in_full


def public_scheme(pk: int) -> Scheme:
    return get_object_or_404(scheme_in_full(), pk=pk)
