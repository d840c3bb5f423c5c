"""The index, the seal and the ZIP package: all that somebody needs who has neither this database nor this software."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from asn1crypto import x509 as asn1_x509

from certification.archives.models import Archive, Volume
from certification.archives.rules import CHAIN, FORMAT, INDEX, README, SEAL, SIGNATURE, spelled_out, volume_file
from certification.archives.wording import digest, printable
from certification.certificates.envelope import SET, envelope, signed_attributes, tlv
from certification.certificates.keys.certified import asn1_certificates
from certification.certificates.keys.loading import DigestSigner
from certification.plans.models import Plan
from lms.core import store
from lms.core.models import LedgerEntry

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The one moment of all entries: the package follows from its files, not from when it was made."""
GUIDE = """档案包说明 About this package

index.json      目录：五卷的页数、SHA-256、每一项的条数与所引文件的 SHA-256
*-1.pdf … -5.pdf  五卷（PDF/A-3a）
seal.json       封存记录：封条值、台账条目
index.json.p7s  机构对 index.json 的签名（CMS，DER；没有签名密钥的机构没有此文件）
chain.pem       签名证书的上级证书

用本软件校验（无需数据库）： manage.py verify_archive FILE.zip
不用本软件校验：
  sha256sum *.pdf                     与 index.json 中的 sha256 相比
  sha256sum index.json                与 seal.json 中的 index_sha256 相比
  openssl cms -verify -inform DER -in index.json.p7s -content index.json -binary -CAfile ROOT.pem -purpose any -out /dev/null

ROOT.pem must come from somewhere else than this package: whoever forged the package could have put his own inside.
"""


def index_of(
    archive: Archive, volumes: Iterable[Volume], *, head: tuple[int, str], kept_until: Mapping[str, str]
) -> dict[str, Any]:
    """Return the index: all that is in the volumes, where, and how the ledger stood."""
    plan: Plan = archive.plan
    return {
        "format": FORMAT,
        "plan": {
            "number": plan.number,
            "title": printable(plan.title),
            "body": printable(plan.organisation.name),
            "filing": plan.filing.record_number if plan.filing else "",
            "occupation": plan.scheme.occupation.name,
            "occupation_code": plan.scheme.occupation.code,
            "level": plan.level_label,
            "exam_date": plan.exam_date.isoformat(),
        },
        "prepared_at": archive.prepared_at.isoformat(),
        "turn": archive.turn,
        "kept_until": dict(kept_until),
        "ledger": {"sequence": head[0], "hash": head[1]},
        "readme_sha256": digest(GUIDE.encode()),
        "volumes": [
            {
                "number": volume.number,
                "title": volume.get_number_display(),
                "file": volume_file(plan.number, volume.number),
                "sha256": volume.sha256,
                "bytes": volume.bytes,
                "pages": volume.pages,
                "content_sha256": volume.content_sha256,
                "items": volume.items,
            }
            for volume in volumes
        ],
    }


def signature_over(data: bytes, key: DigestSigner) -> bytes:
    """Return a detached CMS signature (DER) over the bytes, in the house's one form."""
    (certificate,) = asn1_certificates((key.certificate,))
    signer: asn1_x509.Certificate = certificate
    attributes = signed_attributes(signer, bytes.fromhex(digest(data)))
    signature = key.sign_digest(bytes.fromhex(digest(tlv(SET, attributes))))
    return envelope(signer, attributes=attributes, signature=signature)


def entry_as_json(entry: LedgerEntry) -> dict[str, Any]:
    """Return all that the entry's hash covers, and the hash."""
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "subject": entry.subject,
        "actor_id": entry.actor_id,
        "facts": entry.facts,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def package_of(index: Mapping[str, Any], *, entry: LedgerEntry, signature: bytes, chain: bytes) -> bytes:
    """Return the ZIP package. The same parts give the same bytes; volumes are packed inside already and stored as they are."""
    seal = {
        "seal_sha256": entry.facts["seal_sha256"],
        "index_sha256": entry.facts["index_sha256"],
        "signature": SIGNATURE if signature else None,
        "ledger_entry": entry_as_json(entry),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        _add(package, README, GUIDE.encode())
        _add(package, INDEX, spelled_out(index))
        _add(package, SEAL, spelled_out(seal))
        if signature:
            _add(package, SIGNATURE, signature)
            _add(package, CHAIN, chain)
        for volume in index["volumes"]:
            _add(package, volume["file"], store.read(volume["sha256"]))
    return out.getvalue()


def _add(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=EPOCH)
    info.external_attr = 0o644 << 16
    package.writestr(info, data)
