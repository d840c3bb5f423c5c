"""Draws the demonstration's film from a course's figures; for developers, since the film is kept in the repository.

Needs ffmpeg (apt-get install ffmpeg), which the product itself does not.
"""

import io
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2
import weasyprint
import yaml
from django.core.management.base import BaseCommand, CommandParser
from PIL import Image

from courses.media.rules.captions import Cue
from courses.media.rules.transcript import narration_cues

FOLDER = Path(__file__).resolve().parents[2] / "data" / "recordings"
WIDTH, HEIGHT = 1280, 720
FRAMES = 5
PAPER = "#FBF8F2"


class Command(BaseCommand):
    help = "Draw a film and its captions from a list of shots."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="which list in lms/demo/data/recordings")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = yaml.safe_load((FOLDER / f"{options['name']}.yaml").read_text(encoding="utf-8"))
        cues = narration_cues([shot["words"] for shot in plan["shots"]])
        with tempfile.TemporaryDirectory() as folder:
            pictures = Path(folder)
            for number, shot in enumerate(plan["shots"]):
                drawing = (FOLDER / plan["figures"] / shot["figure"]).read_text(encoding="utf-8")
                (pictures / f"{number}.png").write_bytes(draw(drawing, *shot["view"]))
            target = FOLDER / f"{options['name']}.mp4"
            film(pictures, lengths(cues), target)
            with Image.open(pictures / "0.png") as first:
                first.convert("RGB").save(target.with_suffix(".jpg"), "JPEG", quality=80)
        (FOLDER / f"{options['name']}.srt").write_text(subtitles([cue for _shot, cue in cues]), encoding="utf-8")
        self.stdout.write(f"{target.name}: {target.stat().st_size // 1000} kB")


def draw(svg: str, left: float, top: float, width: float) -> bytes:
    """Return a PNG of the part of the drawing that is `width` units wide."""
    scale = WIDTH / width
    style = f"@page{{size:{WIDTH}px {HEIGHT}px;margin:0}}body{{margin:0;background:{PAPER};overflow:hidden}}"
    place = f"position:absolute;left:{-left * scale}px;top:{-top * scale}px"
    _head, opened, rest = svg.partition("<svg")
    tag, closed, shapes = rest.partition(">")
    size = f' style="width:{720 * scale}px;height:{420 * scale}px;{place}"'
    html = f"<style>{style}</style>{opened}{tag}{size}{closed}{shapes}"
    page = pypdfium2.PdfDocument(weasyprint.HTML(string=html).write_pdf())[0]
    out = io.BytesIO()
    page.render(scale=WIDTH / page.get_width()).to_pil().resize((WIDTH, HEIGHT)).save(out, "PNG")
    return out.getvalue()


def lengths(cues: list[tuple[int, Cue]]) -> list[float]:
    """Return how many seconds each shot stands."""
    seconds: dict[int, float] = {}
    for shot, cue in cues:
        seconds[shot] = seconds.get(shot, 0) + (cue.end - cue.start) / 1000
    return list(seconds.values())


def film(pictures: Path, seconds: list[float], target: Path) -> None:
    """Join the pictures, each for its time; H.264 in MP4, the index in front."""
    lines = [f"file '{number}.png'\nduration {length}" for number, length in enumerate(seconds)]
    # ffmpeg drops the duration of the last picture unless it stands twice.
    (pictures / "list").write_text("\n".join([*lines, f"file '{len(seconds) - 1}.png'"]), encoding="ascii")
    command = ["ffmpeg", "-y", "-v", "error", "-f", "concat", "-i", str(pictures / "list"), "-vf", f"fps={FRAMES},format=yuv420p"]
    command += ["-t", str(sum(seconds)), "-c:v", "libx264", "-profile:v", "main", "-tune", "stillimage", "-crf", "24", "-g", "25"]
    command += ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart", str(target)]
    subprocess.run(command, check=True)  # noqa: S603


def subtitles(cues: list[Cue]) -> str:
    """Return an SRT file."""
    return "\n".join(
        f"{number}\n{_time(cue.start)} --> {_time(cue.end)}\n{cue.text}\n" for number, cue in enumerate(cues, start=1)
    )


def _time(ms: int) -> str:
    seconds = ms // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{ms % 1000:03d}"
