"""Is this package what was sealed? Needs no database and no network; says what is proven and what is not.

Nothing in the package is believed before its hash fits: the volumes to the index, the index to the seal, the seal to the
ledger's entry, the signature to the index. What a forger could make anew as a whole, without the body's key, only the
signature or a seal noted elsewhere tells.
"""

import hashlib
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from certification.archives.rules import CHAIN, FORMAT, INDEX, README, SEAL, SIGNATURE, VOLUMES, seal_of, spelled_out
from certification.certificates.envelope import SET, has_our_form, signer_of, tlv
from certification.certificates.keys.certified import common_name
from certification.certificates.keys.verifying import holds
from lms.core.ledger import entry_hash

MOST_BYTES = 64 << 20
"""An index larger than this is none of ours: 10,000 candidates with ten files each need 12 MB."""
PIECE = 1 << 20
_SHA256 = hashes.SHA256()


@dataclass
class Report:
    """`wrong`: what does not fit, each with the file it is about. `proven`: what holds, in sentences."""

    plan: str = ""
    seal: str = ""
    signer: str = ""
    trusted: bool = False
    wrong: list[tuple[str, str]] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)
    not_proven: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.wrong

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "plan": self.plan,
            "seal": self.seal,
            "signer": self.signer,
            "trusted": self.trusted,
            "wrong": [{"file": name, "reason": reason} for name, reason in self.wrong],
            "proven": self.proven,
            "not_proven": self.not_proven,
        }


class _Unusable(Exception):
    """Nothing more can be read."""


def verify_package(path: Path, *, roots: Sequence[x509.Certificate] = (), seal: str = "") -> Report:
    """Return what holds and what does not. `roots` are trusted certificates, `seal` one that was noted elsewhere."""
    report = Report()
    try:
        with zipfile.ZipFile(path) as package:
            _Check(package, report).run(roots, seal.strip().lower())
    except zipfile.BadZipFile as error:
        report.wrong.append((path.name, f"not a ZIP file that can be read: {error}"))
    except _Unusable:
        pass
    if not report.ok:
        report.proven.clear()
    return report


class _Check:
    def __init__(self, package: zipfile.ZipFile, report: Report) -> None:
        self.package = package
        self.report = report

    def run(self, roots: Sequence[x509.Certificate], noted: str) -> None:
        index = self._json(INDEX)
        seal = self._json(SEAL)
        try:
            self._compare(index, seal)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            self._wrong(INDEX, f"cannot be understood: {type(error).__name__} {error}")
            return
        if noted and noted != self.report.seal:
            self._wrong(SEAL, "another seal than the one noted")
        elif noted:
            self.report.proven.append("The seal is the one that was noted elsewhere.")
        self._signature(index, seal, roots)

    def _compare(self, index: dict[str, Any], seal: dict[str, Any]) -> None:
        report, entry = self.report, seal["ledger_entry"]
        if index["format"] != FORMAT:
            self._wrong(INDEX, f"format {index['format']!r} instead of {FORMAT}")
        report.plan, report.seal = index["plan"]["number"], seal_of(index)
        if report.seal != seal["seal_sha256"]:
            self._wrong(INDEX, "its seal is another one than seal.json says")
        if hashlib.sha256(self._read(INDEX)).hexdigest() != seal["index_sha256"]:
            self._wrong(INDEX, "another SHA-256 than seal.json says")
        self._files(index, seal)
        self._entry(index, seal, entry)
        report.proven.append(f"The five volumes and the index belong together; the seal is {report.seal}.")
        report.proven.append(f"The seal stands in entry {entry['sequence']} of the ledger, of {entry['at']}.")

    def _files(self, index: dict[str, Any], seal: dict[str, Any]) -> None:
        """Compare each file with the index; what is missing, there twice or not named is wrong as well."""
        numbers = [volume["number"] for volume in index["volumes"]]
        if numbers != list(VOLUMES):
            self._wrong(INDEX, f"it names the volumes {numbers}")
        names = [info.filename for info in self.package.infolist()]
        known = {README, INDEX, SEAL, *(volume["file"] for volume in index["volumes"])}
        if seal["signature"]:
            known |= {SIGNATURE, CHAIN}
        for name in sorted(known - set(names)):
            self._wrong(name, "missing")
        for name in sorted({name for name in names if name not in known or names.count(name) > 1}):
            self._wrong(name, "there twice" if name in known else "not named by the index")
        if README in names and hashlib.sha256(self._read(README)).hexdigest() != index["readme_sha256"]:
            self._wrong(README, "changed")
        for volume in index["volumes"]:
            if volume["file"] in names:
                self._volume(volume)

    def _volume(self, volume: dict[str, Any]) -> None:
        name, whole, size = volume["file"], hashlib.sha256(), 0
        try:
            with self.package.open(name) as file:
                # Never more than the index says: a file that swells while it is unpacked is not the one.
                while (piece := file.read(PIECE)) and size <= volume["bytes"]:
                    whole.update(piece)
                    size += len(piece)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            self._wrong(name, f"damaged: {error}")
            return
        if size != volume["bytes"] or whole.hexdigest() != volume["sha256"]:
            self._wrong(name, f"volume {volume['number']} was changed: another SHA-256 than the index says")

    def _entry(self, index: dict[str, Any], seal: dict[str, Any], entry: dict[str, Any]) -> None:
        """Compute the ledger entry's hash anew, and see that it speaks of this index and stands behind its ledger."""
        computed = entry_hash(
            sequence=entry["sequence"],
            at=datetime.fromisoformat(entry["at"]),
            kind=entry["kind"],
            subject=entry["subject"],
            actor_id=entry["actor_id"],
            facts=entry["facts"],
            previous_hash=entry["previous_hash"],
        )
        facts = entry["facts"]
        if computed != entry["hash"] or entry["kind"] != "archives.sealed":
            self._wrong(SEAL, "the ledger's entry was changed")
        volumes = {str(volume["number"]): volume["sha256"] for volume in index["volumes"]}
        if (facts["seal_sha256"], facts["index_sha256"]) != (seal["seal_sha256"], seal["index_sha256"]):
            self._wrong(SEAL, "the ledger's entry speaks of another seal")
        if facts["volumes"] != volumes or facts["kept_until"] != index["kept_until"] or facts["plan"] != index["plan"]["number"]:
            self._wrong(SEAL, "the ledger's entry speaks of other volumes")
        if entry["sequence"] <= index["ledger"]["sequence"]:
            self._wrong(SEAL, "the ledger's entry stands before the ledger that the index saw")
        if bool(facts["signer_sha256"]) != bool(seal["signature"]):
            self._wrong(SEAL, "the ledger's entry says otherwise whether the index was signed")

    def _signature(self, index: dict[str, Any], seal: dict[str, Any], roots: Sequence[x509.Certificate]) -> None:
        report = self.report
        if not seal["signature"]:
            report.not_proven.append(
                "The index is not signed: who has the whole package could have made it anew. "
                "Compare the seal with the body's ledger (--seal)."
            )
            return
        try:
            signer = self._signer(self._read(SIGNATURE), self._read(INDEX))
            chain = x509.load_pem_x509_certificates(self._read(CHAIN)) if self._read(CHAIN).strip() else []
        except (_Unusable, ValueError, TypeError, KeyError):
            signer, chain = None, []
        facts = seal["ledger_entry"]["facts"]
        if signer is None:
            self._wrong(SIGNATURE, "the signature does not belong to the index")
            return
        if hashlib.sha256(self._read(CHAIN)).hexdigest() != facts["chain_sha256"]:
            self._wrong(CHAIN, "changed")
        if signer.fingerprint(_SHA256).hex() != facts["signer_sha256"]:
            self._wrong(SIGNATURE, "signed with another certificate than the ledger's entry says")
        report.signer = common_name(signer)
        report.proven.append(f"The index was signed with the key of {report.signer}.")
        at = datetime.fromisoformat(seal["ledger_entry"]["at"])
        if not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
            self._wrong(SIGNATURE, "the signer's certificate was not valid on the day of the seal")
        report.trusted = _leads_to(signer, chain, roots)
        if report.trusted:
            report.proven.append("The signer's certificate leads to a root that you trust.")
        else:
            report.not_proven.append("Whose key that is: its certificate leads to no root given (--roots).")

    def _signer(self, raw: bytes, data: bytes) -> x509.Certificate | None:
        """Return the certificate whose key signed these bytes; None when the signature does not hold or has another form."""
        signed = cms.ContentInfo.load(raw, strict=True)["content"]
        certificate = signer_of(signed)
        if certificate is None or not has_our_form(raw, signed, certificate):
            return None
        info = signed["signer_infos"][0]
        told = next(item["values"][0].native for item in info["signed_attrs"] if item["type"].native == "message_digest")
        covered = hashlib.sha256(tlv(SET, info["signed_attrs"].contents)).digest()
        found = x509.load_der_x509_certificate(certificate.dump())
        genuine = told == hashlib.sha256(data).digest() and holds(found, info["signature"].native, covered)
        return found if genuine else None

    def _json(self, name: str) -> dict[str, Any]:
        data = self._read(name)
        try:
            content = json.loads(data)
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
            self._wrong(name, "cannot be read")
            raise _Unusable from None
        if not isinstance(content, dict) or spelled_out(content) != data:
            self._wrong(name, "changed: it is not spelled as it was written")
            if not isinstance(content, dict):
                raise _Unusable
        return content

    def _read(self, name: str) -> bytes:
        try:
            with self.package.open(name) as file:
                data = file.read(MOST_BYTES + 1)
        except KeyError:
            self._wrong(name, "missing")
            raise _Unusable from None
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            self._wrong(name, f"damaged: {error}")
            raise _Unusable from None
        if len(data) > MOST_BYTES:
            self._wrong(name, "too large to be ours")
            raise _Unusable
        return data

    def _wrong(self, name: str, reason: str) -> None:
        if (name, reason) not in self.report.wrong:
            self.report.wrong.append((name, reason))


def _leads_to(signer: x509.Certificate, chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]) -> bool:
    """Tell whether the signer's certificate was issued, directly or over the chain, by one of the roots."""
    trusted = {root.fingerprint(_SHA256) for root in roots}
    present = signer
    for _step in range(len(chain) + 1):
        if any(_issued(present, root) for root in roots):
            return True
        above = next((item for item in chain if item != present and _issued(present, item)), None)
        if above is None:
            return False
        if above.fingerprint(_SHA256) in trusted:
            return True
        present = above
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
