"""Reading the authority's answer and laying it beside the batch, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from certification.certificates.number_lists import Finding
from certification.certificates.rules import normalise_number
from certification.registry.upload.column_packs import ColumnPack, ReceiptWords
from certification.registry.upload.models import UploadBatch
from lms.core.errors import DomainError
from lms.core.tables import Line, read_table

LOOKED_AT = 20
REASON = 300


@dataclass(frozen=True)
class Answer:
    """What the authority says of one record."""

    accepted: bool
    reason: str


@dataclass
class ReceiptReport:
    """A receipt beside its batch. It can be recorded when nothing is wrong and every record is answered."""

    answers: dict[str, Answer] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return bool(self.answers) and not self.findings and not self.unanswered

    @property
    def accepted(self) -> int:
        return sum(answer.accepted for answer in self.answers.values())

    @property
    def rejected(self) -> int:
        return len(self.answers) - self.accepted


def read_receipt(data: bytes, *, batch: UploadBatch, pack: ColumnPack) -> ReceiptReport:
    """Return each record's answer and every line that does not belong.

    Raises what `read_table` raises, and `DomainError` 422 `registry.receipt_columns` when the heading does not name the
    columns of number and result.
    """
    lines = iter(read_table(data))
    looked_at = list(islice(lines, LOOKED_AT))
    places, begin = _columns(looked_at, pack.receipt)
    sent = set(batch.records.values_list("number", flat=True))
    report = ReceiptReport()
    seen: dict[str, int] = {}
    for line in chain(looked_at[begin:], lines):
        number = normalise_number(_at(line, places["number"]))
        try:
            if first := seen.get(number):
                raise DomainError("registry.receipt_twice", status=422, first=first)
            answer = _answer(line, places, pack.receipt, batch=batch, is_sent=number in sent)
        except DomainError as error:
            report.findings.append(Finding(line.number, number[:40], error))
            continue
        seen[number] = line.number
        report.answers[number] = answer
    wrong = {finding.text for finding in report.findings}
    report.unanswered = sorted(sent - set(report.answers) - wrong)
    return report


def _columns(lines: Sequence[Line], words: ReceiptWords) -> tuple[dict[str, int], int]:
    """Return the place of each column that the heading names, and the line after it."""
    wanted = {"number": words.number, "batch": words.batch, "result": words.result, "reason": words.reason}
    for begin, line in enumerate(lines, start=1):
        found = {
            name: next(place for place, cell in enumerate(line.cells) if cell in titles)
            for name, titles in wanted.items()
            if any(cell in titles for cell in line.cells)
        }
        if {"number", "result"} <= set(found):
            return found, begin
    needed = [words.number[0], words.result[0]]
    raise DomainError("registry.receipt_columns", status=422, columns=needed)


def _answer(line: Line, places: Mapping[str, int], words: ReceiptWords, *, batch: UploadBatch, is_sent: bool) -> Answer:
    if "batch" in places and _at(line, places["batch"]) != batch.number:
        raise DomainError("registry.receipt_other_batch", status=422, number=batch.number)
    if not is_sent:
        raise DomainError("registry.receipt_not_sent", status=422)
    result = _at(line, places["result"])
    if result not in words.accepted and result not in words.rejected:
        raise DomainError("registry.receipt_no_result", status=422, words=[*words.accepted, *words.rejected])
    reason = _at(line, places["reason"])[:REASON] if "reason" in places else ""
    return Answer(accepted=result in words.accepted, reason="" if result in words.accepted else reason)


def _at(line: Line, place: int) -> str:
    return line.cells[place] if place < len(line.cells) else ""
