"""The archive's time stamp: one later revision that stamps the whole file before it (PAdES B-LTA), and nothing else.

The revision follows from the file before it, the token and the revocation material, byte for byte. So a check takes
token and material out of it, writes the revision anew and compares: whatever else was put in is told. The bytes of a
stranger's revision are never opened as a PDF.

Sources: ETSI EN 319 142-1 5.4.3 (document time stamp) and 6.3, ISO 32000-2 12.8.5, ISO 14289-1 7.18 (tagged fields).
"""

import datetime
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

from certification.certificates.envelope import CONTENTS_BYTES, time_stamp_of
from certification.certificates.finishing import ARCHIVE_FIELD, ARCHIVE_LABEL, PRINTED_AND_LOCKED
from certification.certificates.signed_bytes import content_in, signatures_in
from certification.certificates.signing import DIGEST, OneRevision
from certification.certificates.stamping.client import TimeStamper
from certification.certificates.stamping.revocation import RevocationMaterial, checked_list
from certification.certificates.stamping.tokens import Stamp, read_stamp

name = generic.NameObject

# How long before its end a stamp is renewed. Half a year leaves room for a service that is away for a while.
AHEAD = datetime.timedelta(days=183)
MOST_STAMPS = 12
# Two lists and three certificates fit many times over; what is larger is none of ours.
LARGEST_REVISION_BYTES = 1024 * 1024
MOST_ITEMS = 24
STREAM = re.compile(rb"/Length (\d{1,7})\s*>>\s*stream\r?\n")
CERTIFICATES, LISTS = "/Certs", "/CRLs"


@dataclass(frozen=True)
class Revision:
    """One archive stamp as found: the file before it, its token, and the bytes it added before the token."""

    before: bytes
    covered: bytes
    token: bytes
    added: bytes


def lift_to_lta(pdf: bytes, *, time_stamper: TimeStamper, material: RevocationMaterial | None = None) -> bytes:
    """Return the file with one more time stamp over all of it. The bytes before stay as they are.

    `material` proves the certificates of the stamp before this one; what the file already holds is not repeated.
    Raises `DomainError` `certificates.stamp_failed`.
    """
    # What the last revision wrote is known by its bytes; an item repeated from the first write would only cost room.
    return _with_stamp(pdf, token_for=time_stamper.token, material=material or RevocationMaterial())


def archive_stamps(pdf: bytes) -> int:
    """Return how many archive stamps the file carries (0 for a file as it was issued)."""
    return max(len(signatures_in(pdf)) - 1, 0)


def split_revision(pdf: bytes) -> Revision | None:
    """Return the last archive stamp of a file, or None when it has none. Looks at bytes only; nothing is believed yet."""
    signatures = signatures_in(pdf)
    if not 2 <= len(signatures) <= MOST_STAMPS + 1:
        return None
    previous, last = signatures[-2:]
    if not previous.fits(pdf) or not last.fits(pdf) or last.end != len(pdf) or not previous.end < last.before:
        return None
    if len(pdf) - previous.end > LARGEST_REVISION_BYTES or last.after - last.before != 2 * CONTENTS_BYTES + 2:
        return None
    content = content_in(last.raw(pdf)) if last.spelled_as_ours(pdf) else None
    if content is None or content[1]["content"]["encap_content_info"]["content_type"].native != "tst_info":
        return None
    return Revision(
        before=pdf[: previous.end],
        covered=last.covered(pdf),
        token=content[0],
        added=pdf[previous.end : last.before],
    )


def is_ours(revision: Revision, pdf: bytes, *, roots: Sequence[asn1_x509.Certificate]) -> bool:
    """Tell whether writing this revision again gives the same file, and its material is what it should be.

    Ask only when the token is believed and the file before it is intact, for that is opened as a PDF.
    """
    material = _material_in(revision.added)
    if not _is_genuine(material, roots):
        return False
    return _with_stamp(revision.before, token_for=lambda _digest: revision.token, material=material) == pdf


def last_stamp(pdf: bytes) -> Stamp | None:
    """Return the youngest time stamp of a file of ours: the archive's, or the signature's, or None."""
    revision = split_revision(pdf)
    if revision is not None:
        return read_stamp(revision.token)
    signatures = signatures_in(pdf)
    content = content_in(signatures[-1].raw(pdf)) if signatures else None
    token = time_stamp_of(content[1]["content"]) if content else None
    return read_stamp(token) if token else None


def needs_new_stamp(pdf: bytes, *, now: datetime.datetime, ahead: datetime.timedelta = AHEAD) -> bool:
    """Tell whether the youngest time stamp ends within `ahead` of `now`: its certificate, or the strength of its key.

    A file without any time stamp never needs a new one: nothing could be carried on.
    """
    stamp = last_stamp(pdf)
    return stamp is not None and stamp.provable_until - ahead <= now


def _with_stamp(pdf: bytes, *, token_for: Callable[[bytes], bytes], material: RevocationMaterial) -> bytes:
    writer = OneRevision(io.BytesIO(pdf))
    if material:
        _add_material(writer, material)
    number = archive_stamps(pdf) + 1
    field = ARCHIVE_FIELD if number == 1 else f"{ARCHIVE_FIELD[:-1]}{number}"
    if field not in _field_names(writer):
        _add_tagged_field(writer, field)
    steps = PdfCMSEmbedder().write_cms(field_name=field, writer=writer, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * CONTENTS_BYTES)))
    prepared, out = steps.send(SigIOSetup(md_algorithm=DIGEST, in_place=False, output=io.BytesIO()))
    steps.send(cms.ContentInfo.load(token_for(prepared.document_digest)))
    return bytes(out.getvalue())


def _field_names(writer: OneRevision) -> set[str]:
    return {str(field.get_object()["/T"]) for field in writer.root["/AcroForm"]["/Fields"]}


def _add_material(writer: OneRevision, material: RevocationMaterial) -> None:
    """Append to the DSS, in the order given; entries that are there stay."""
    root = writer.root
    if "/DSS" not in root:
        root[name("/DSS")] = writer.add_object(generic.DictionaryObject({name("/Type"): name("/DSS")}))
        writer.update_root()  # type: ignore[no-untyped-call]
    store: Any = root["/DSS"]
    for key, items in ((CERTIFICATES, material.certificates), (LISTS, material.crls)):
        if not items:
            continue
        streams = [writer.add_object(generic.StreamObject(stream_data=item)) for item in items]
        if key in store:
            store[key].extend(streams)
            writer.update_container(store[key])
        else:
            store[name(key)] = generic.ArrayObject(streams)
    writer.update_container(store)


def _add_tagged_field(writer: OneRevision, field: str) -> None:
    """Add an invisible signature field with its Form element, so that the file keeps to PDF/UA-1."""
    root: Any = writer.root
    tree = root["/StructTreeRoot"]
    document_ref, page_ref = tree["/K"].raw_get(0), root["/Pages"]["/Kids"].raw_get(0)
    document, page = document_ref.get_object(), page_ref.get_object()
    numbers = tree["/ParentTree"]["/Nums"]
    widget = generic.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Widget"),
            name("/FT"): name("/Sig"),
            name("/T"): generic.TextStringObject(field),
            name("/TU"): generic.TextStringObject(ARCHIVE_LABEL),
            name("/F"): generic.NumberObject(PRINTED_AND_LOCKED),
            name("/Rect"): generic.ArrayObject([generic.NumberObject(0)] * 4),
            name("/P"): page_ref,
            name("/StructParent"): generic.NumberObject(len(numbers) // 2),
        }
    )
    widget_ref = writer.add_object(widget)
    content = generic.DictionaryObject({name("/Type"): name("/OBJR"), name("/Obj"): widget_ref, name("/Pg"): page_ref})
    element = generic.DictionaryObject(
        {
            name("/Type"): name("/StructElem"),
            name("/S"): name("/Form"),
            name("/P"): document_ref,
            name("/Pg"): page_ref,
            name("/K"): content,
        }
    )
    element_ref = writer.add_object(element)
    for grown, items in (
        (document["/K"], [element_ref]),
        (numbers, [generic.NumberObject(len(numbers) // 2), element_ref]),
        (page["/Annots"], [widget_ref]),
        (root["/AcroForm"]["/Fields"], [widget_ref]),
    ):
        grown.extend(items)
        writer.update_container(grown)


def _material_in(revision: bytes) -> RevocationMaterial:
    """Return what looks like certificates and lists in the streams of a revision, in their order; the rest is left out."""
    certificates, lists = [], []
    for found in list(STREAM.finditer(revision))[:MOST_ITEMS]:
        item = revision[found.end() : found.end() + int(found.group(1))]
        if _loads(asn1_x509.Certificate, item):
            certificates.append(item)
        elif _loads(asn1_crl.CertificateList, item):
            lists.append(item)
    return RevocationMaterial(tuple(certificates), tuple(lists))


def _loads(kind: Any, item: bytes) -> bool:
    try:
        kind.load(item, strict=True).native  # noqa: B018 - reads every part, or raises
    except (ValueError, TypeError, KeyError):
        return False
    return True


def _is_genuine(material: RevocationMaterial, roots: Sequence[asn1_x509.Certificate]) -> bool:
    """Tell whether trusted certificates issued every item: nobody can carry bytes of his own into a certificate."""
    issuers = [x509.load_der_x509_certificate(root.dump()) for root in roots]
    try:
        return all(
            any(item == root.dump() for root in roots) or any(_issued(item, issuer) for issuer in issuers)
            for item in material.certificates
        ) and all(any(_listed(item, issuer) for issuer in issuers) for item in material.crls)
    except (ValueError, TypeError, KeyError):
        return False


def _issued(item: bytes, issuer: x509.Certificate) -> bool:
    try:
        x509.load_der_x509_certificate(item).verify_directly_issued_by(issuer)
    except Exception:
        # cryptography raises what its parsers raise; an item that does not verify is not genuine.
        return False
    return True


def _listed(item: bytes, issuer: x509.Certificate) -> bool:
    try:
        return checked_list(item, issuer) == item
    except Exception:
        # A list comes from a stranger's file: whatever it makes the parsers raise, it is not genuine.
        return False
