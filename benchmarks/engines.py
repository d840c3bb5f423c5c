"""One certificate, assembled and signed: the compiled engine against the ordinary way, one process, no database."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import material
from benchmarks.measuring import interleaved, milliseconds, resident_megabytes
from benchmarks.naive import NaiveIssuer
from certification.certificates.comparison import conformance_findings, drawn
from certification.certificates.compiled import CompiledTemplate, SlotError, compile_template
from certification.certificates.rendering import SKILL_LEVEL, render_sheet
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.validation import check_pdf

WARM = 100


def measure(*, rounds: int, files: int) -> dict[str, Any]:
    """Return milliseconds, ratios, sizes and memory. `rounds` of one naive and ten assembled; `files` for memory."""
    with tempfile.TemporaryDirectory() as folder:
        _, key, service = material.keys(Path(folder))
    batch = material.sheets(min(files, 1000))
    now = material.moment()
    compiled = compile_template(SKILL_LEVEL, *_one_of_each_ground(batch))
    # First, while this process has not yet rendered much: what WeasyPrint takes it does not give back.
    memory = _memory(compiled, batch, key, files=files)
    stamper = LocalTimeStamper(service, now=material.moment)
    naive = NaiveIssuer(key, stamper)

    def sheet(number: int) -> Any:
        return batch[number % len(batch)]

    taken = interleaved(
        {
            "naive": (lambda number: naive.issue(sheet(number)), 1),
            "assembled": (lambda number: compiled.assemble(sheet(number), signer=key, now=now), 10),
            "naive, time stamp": (lambda number: naive.issue(sheet(number), stamped=True), 1),
            "assembled, time stamp": (
                lambda number: compiled.assemble(sheet(number), signer=key, now=now, time_stamp=stamper.token),
                10,
            ),
        },
        rounds=rounds,
    )
    times = {name: milliseconds(seconds) for name, seconds in taken.items()}
    plain, stamped = (
        compiled.assemble(batch[0], signer=key, now=now),
        compiled.assemble(batch[0], signer=key, now=now, time_stamp=stamper.token),
    )
    return {
        "milliseconds": times,
        "ratio": round(times["naive"] / times["assembled"], 1),
        "ratio_with_time_stamp": round(times["naive"] / times["assembled, time stamp"], 1),
        "ratio_both_with_time_stamp": round(times["naive, time stamp"] / times["assembled, time stamp"], 1),
        "runs": {name: len(seconds) for name, seconds in taken.items()},
        "naive_bytes": len(naive.issue(batch[0])),
        "bytes_with_time_stamp": len(stamped),
        "photo_bytes": len(batch[0].photo),
        "same_as_reference": drawn(plain).is_like(drawn(render_sheet(batch[0], SKILL_LEVEL))),
        "conforming": not conformance_findings(plain) and not conformance_findings(stamped),
        "valid": all(check_pdf(data, roots=key.roots, moment=now).ok for data in (plain, stamped)),
        **memory,
    }


def _memory(compiled: CompiledTemplate, batch: list[Any], key: Any, *, files: int) -> dict[str, Any]:
    """Assemble `files` certificates and return the memory before and after, the share that fell back, and the sizes."""
    sizes, fallen_back, begin = [], 0, 0.0
    for number in range(files + WARM):
        if number == WARM:
            begin = resident_megabytes()
        try:
            sizes.append(len(compiled.assemble(batch[number % len(batch)], signer=key, now=material.moment())))
        except SlotError:
            fallen_back += 1
    end = resident_megabytes()
    return {
        "files": files,
        "bytes": int(median(sizes)),
        "largest_bytes": max(sizes),
        "fallback_share": round(fallen_back / (files + WARM), 4),
        "megabytes_before": begin,
        "megabytes_after": end,
        "megabytes_grown": round(end - begin, 1),
    }


def _one_of_each_ground(batch: list[Any]) -> list[Any]:
    from certification.certificates.layout import lay_out

    return list({lay_out(sheet, SKILL_LEVEL).ground_key: sheet for sheet in batch}.values())
