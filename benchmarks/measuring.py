"""Times that can be compared: taken in turns in one process, so that a slow moment of the machine meets both."""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def interleaved(work: Mapping[str, tuple[Callable[[int], object], int]], *, rounds: int) -> dict[str, list[float]]:
    """Run each work `times` in every round, in turns, and return the seconds of each run.

    `work` maps a name to a function of the run's number and how often it runs in a round.
    """
    taken: dict[str, list[float]] = {name: [] for name in work}
    for function, _ in work.values():
        function(0)
    for _ in range(rounds):
        for name, (function, times) in work.items():
            gc.collect()  # each pays for its own garbage
            for _ in range(times):
                number = len(taken[name]) + 1
                begin = time.perf_counter()
                function(number)
                taken[name].append(time.perf_counter() - begin)
    return taken


def milliseconds(seconds: list[float]) -> float:
    """Return the median in milliseconds."""
    return round(statistics.median(seconds) * 1000, 3)


def resident_megabytes() -> float:
    """Return the memory of this process that is really there."""
    gc.collect()
    return round(int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 2**20, 1)


def machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 2)}
