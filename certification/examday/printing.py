"""Admission tickets as one accessible PDF: A4, a page each, PDF/UA-1 with tags, titles and a language."""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pydyf
import segno
from django.template.loader import render_to_string
from django.utils.translation import override
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from certification.applications import needs
from certification.applications.needs import Needs
from certification.examday.presentation import needs_in_words
from certification.plans.kept import kept_by_seat
from certification.plans.models import Plan, Seat
from certification.plans.ticket_tokens import ticket_address
from lms.core import store
from lms.core.errors import DomainError
from lms.core.typesetting import ONE_AT_A_TIME, HandedFiles

AT_ONCE = 20
"""Tickets laid out together: between two lots a job can tell how far it is."""


@dataclass(frozen=True)
class Ticket:
    seat: Seat
    needs: list[str]
    masked_id: str
    document: str
    photo: str
    """SHA-256 of the picture, or nothing."""
    kept: frozenset[str] = frozenset()
    """Parts that she passed before and does not sit."""

    @property
    def key(self) -> int:
        return self.seat.pk


def tickets_of(plan: Plan, seats: Iterable[Seat]) -> list[Ticket]:
    """Return what stands on these tickets, in the order given. Two queries more than reading the seats."""
    rows = list(seats)
    granted = needs.needs_of([seat.candidate_id for seat in rows], on=plan.exam_date)
    kept = kept_by_seat(plan)
    found = []
    for seat in rows:
        identity = getattr(seat.candidate, "identity", None)
        found.append(
            Ticket(
                seat=seat,
                needs=needs_in_words(granted.get(seat.candidate_id, Needs())),
                masked_id=identity.masked if identity else "",
                document=str(identity.get_kind_display()) if identity else "",
                photo=getattr(getattr(seat, "application", None), "photo_sha256", ""),
                kept=kept.get(seat.pk, frozenset()),
            )
        )
    return found


def seats_to_print(plan: Plan) -> list[Seat]:
    """Return the plan's seats in the order in which tickets are handed out: room by room."""
    seats = plan.seats.select_related("candidate__identity", "application", "plan").order_by("plan_room__order", "room", "number")
    return list(seats)


def render_tickets(plan: Plan, tickets: Sequence[Ticket], *, told: Callable[[Sequence[Ticket]], None] | None = None) -> bytes:
    """Return the PDF of these tickets. The same tickets give the same pages.

    Laid out lot by lot, `told` being called after each, and written as one document, so that its tags and outline are
    one. Raises `DomainError("examday.glyph_missing")` for a name that no installed typeface can print.
    """
    documents = []
    fonts = FontConfiguration()
    for start in range(0, len(tickets), AT_ONCE):
        lot = tickets[start : start + AT_ONCE]
        with ONE_AT_A_TIME:
            documents.append(_lay_out(plan, lot, fonts))
        if told is not None:
            told(lot)
    with ONE_AT_A_TIME:
        pages = [page for document in documents for page in document.pages]
        pdf: bytes = (
            documents[0].copy(pages).write_pdf(pdf_variant="pdf/ua-1", finisher=_finish, pdf_identifier=_identifier(tickets))
        )
    return pdf


def _lay_out(plan: Plan, lot: Sequence[Ticket], fonts: FontConfiguration) -> Any:
    files = {"ticket.css": (resources.files(__package__).joinpath("print/ticket.css").read_bytes(), "text/css")}
    for ticket in lot:
        files[f"code-{ticket.key}"] = (_code(ticket_address(ticket.seat)), "image/svg+xml")
        if ticket.photo:
            files[f"photo-{ticket.key}"] = (store.read(ticket.photo), "image/jpeg")
    # Printed for the country's exam rooms: Chinese, whoever presses the button.
    with override("zh-hans"):
        html = render_to_string("examday/ticket_pdf.html", {"plan": plan, "site": plan.site, "tickets": lot})
    return HTML(string=html, base_url=None, url_fetcher=HandedFiles(files)).render(font_config=fonts, pdf_variant="pdf/ua-1")


def _code(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2)
    return out.getvalue()


def _finish(document: Any, pdf: pydyf.PDF) -> None:
    missing = sorted({chr(code) for font in document.fonts.values() for code in font.missing})
    if missing:
        raise DomainError("examday.glyph_missing", characters="".join(missing))


def _identifier(tickets: Sequence[Ticket]) -> bytes:
    """Return a name for the file that follows from what it says (ISO 32000-1 14.4)."""
    whole = hashlib.sha256()
    for ticket in tickets:
        seat = ticket.seat
        whole.update(
            f"{seat.ticket_number}:{seat.room}:{seat.number}:{ticket.photo}:{ticket.needs}:{sorted(ticket.kept)}\n".encode()
        )
    return whole.hexdigest()[:32].encode()
