"""Makes the demonstration's sounds from a list of tones, with captions that name them; for developers, since they are kept.

Needs ffmpeg, as `make_demo_film` does. Nobody speaks in them: no free voice in Chinese is good enough to teach with.
"""

import array
import math
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandParser

from courses.media.rules.captions import Cue
from lms.demo.management.commands.make_demo_film import FOLDER, subtitles

HERTZ = 22_050
LOUDNESS = 0.3
FADE = 0.01
"""Seconds in which a tone comes and goes; without them it clicks."""


class Command(BaseCommand):
    help = "Make a sound and its captions from a list of tones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="which list in lms/demo/data/recordings")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = yaml.safe_load((FOLDER / f"{options['name']}.yaml").read_text(encoding="utf-8"))
        samples, cues = array.array("h"), []
        for sound in plan["sounds"]:
            begin = len(samples)
            for tone in sound["tones"] * sound["times"]:
                samples.extend(tone_of(**tone))
            cues.append(Cue(begin * 1000 // HERTZ, len(samples) * 1000 // HERTZ, sound["words"]))
            samples.extend([0] * int(HERTZ * plan["pause"]))
        target = FOLDER / f"{options['name']}.mp3"
        encode(samples, target)
        target.with_suffix(".srt").write_text(subtitles(cues), encoding="utf-8")
        self.stdout.write(f"{target.name}: {target.stat().st_size // 1000} kB")


def tone_of(*, hertz: int = 0, seconds: float, square: bool = False) -> list[int]:
    """Return the samples of a tone; 0 hertz is silence. A square wave carries its odd harmonics as well."""
    count = int(seconds * HERTZ)
    harmonics = range(1, HERTZ // 2 // max(hertz, 1) + 1, 2) if square else (1,)
    found = []
    for place in range(count if hertz else 0):
        angle = 2 * math.pi * hertz * place / HERTZ
        edge = min(1.0, place / HERTZ / FADE, (count - place) / HERTZ / FADE)
        found.append(int(32_767 * LOUDNESS * edge * sum(math.sin(n * angle) / n for n in harmonics)))
    return found or [0] * count


def encode(samples: array.array, target: Path) -> None:  # type: ignore[type-arg]
    """Write an MP3 of one channel."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.wav"
        with wave.open(str(plain), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(HERTZ)
            file.writeframes(samples.tobytes())
        command = ["ffmpeg", "-y", "-v", "error", "-i", str(plain), "-c:a", "libmp3lame", "-b:a", "24k", "-map_metadata", "-1"]
        command += ["-fflags", "+bitexact", "-flags:a", "+bitexact", str(target)]
        subprocess.run(command, check=True)  # noqa: S603
