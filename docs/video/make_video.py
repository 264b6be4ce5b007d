"""Make the lesson's film, its captions, chapters, poster and transcript: `python docs/video/make_video.py`."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

sys.path.insert(0, str(Path(__file__).parents[2]))  # where core is

from canvas import HEIGHT, WIDTH, Canvas, load_fonts
from charts import ease
from PIL import Image
from scenes import CHAPTERS, Now, Scene

ROOT = Path(__file__).parents[2]
MEDIA = ROOT / "lessons" / "01-vanishing-and-exploding-gradients" / "media"
RATE = 24  # pictures a second; captions change at quarters of one
FADE = 0.5  # seconds
LINE = 48  # characters of a caption's line
POSTER = 3.5  # seconds from the start


def clock(seconds: float, *, hours: bool = True) -> str:
    """A moment of the film, as captions need it, or as people say it.

    >>> clock(61.5), clock(61.5, hours=False)
    ('00:01:01.500', '1:01')
    """
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    if hours:
        return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
    return f"{minutes}:{rest // 1000:02}"


def in_time(scenes: Sequence[Scene]) -> Iterator[tuple[float, Scene]]:
    """Each chapter, and when it starts."""
    start = 0.0
    for scene in scenes:
        yield start, scene
        start += scene.seconds


def paint(canvas: Canvas, scene: Scene, seconds: float) -> bytes:
    """The picture of a chapter at a moment; chapters fade in and out."""
    risen = ease(seconds / FADE) if scene.headed else 1.0  # the title is there at once, as a poster
    canvas.strength = risen * ease((scene.seconds - seconds) / FADE)
    scene.draw(canvas, Now(seconds, scene.starts))
    if scene.headed:
        canvas.text(60, 72, scene.title, size=46, face="Film Serif")
    return canvas.picture()


def frames(canvas: Canvas, scenes: Sequence[Scene]) -> Iterator[bytes]:
    """All pictures of the film."""
    for scene in scenes:
        for frame in range(round(scene.seconds * RATE)):
            yield paint(canvas, scene, frame / RATE)


def encode(pictures: Iterator[bytes], file: Path) -> None:
    """Write the pictures as a film that browsers play."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        sys.exit("There is no ffmpeg. On Debian and Ubuntu: apt install ffmpeg")
    size = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-"]
    colours = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_primaries", "bt709"]
    codec = ["-c:v", "libx264", "-preset", "slow", "-tune", "animation", "-crf", "20", "-level", "4.0", "-refs", "4"]
    seek = ["-g", str(4 * RATE), "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    command = [ffmpeg, "-y", "-loglevel", "error", *size, *colours, "-color_trc", "bt709", *codec]
    with subprocess.Popen(  # noqa: S603  our own pictures
        [*command, *seek, str(file)], stdin=subprocess.PIPE
    ) as process:
        for picture in pictures:
            process.stdin.write(picture)
        process.stdin.close()
    if process.returncode:
        sys.exit(process.returncode)


def web_vtt(cues: Iterator[tuple[float, float, str]]) -> str:
    """Captions or chapters from (start, end, words)."""
    blocks = (
        f"{number}\n{clock(start)} --> {clock(end)}\n{words}\n"
        for number, (start, end, words) in enumerate(cues, start=1)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def lines(words: str) -> str:
    r"""A caption in as few lines as fit into a player, about equally long.

    >>> lines("Ten sigmoid layers: how much of the error signal arrives in each?")
    'Ten sigmoid layers: how much of\nthe error signal arrives in each?'
    """
    count = len(wrap(words, LINE))
    widths = range(len(words) // count, LINE + 1)
    return "\n".join(next(found for width in widths if len(found := wrap(words, width)) == count))


def captions(scenes: Sequence[Scene]) -> Iterator[tuple[float, float, str]]:
    """Start, end and words of every caption."""
    for start, scene in in_time(scenes):
        for begin, cue in zip(scene.starts, scene.cues, strict=True):
            yield start + begin, start + begin + cue.seconds, lines(cue.words)


def chapters(scenes: Sequence[Scene]) -> Iterator[tuple[float, float, str]]:
    """Start, end and title of every chapter."""
    for start, scene in in_time(scenes):
        yield start, start + scene.seconds, scene.title


def transcript(scenes: Sequence[Scene]) -> str:
    """What is read and what is seen, chapter by chapter."""
    parts = []
    for start, scene in in_time(scenes):
        said = "\n".join(cue.words for cue in scene.cues)
        parts.append(f"### {clock(start, hours=False)} {scene.title}\n\n{said}\n\n*In the picture: {scene.seen}*\n")
    return "\n".join(parts)


def main() -> None:
    """Write the five files."""
    MEDIA.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        load_fonts(Path(folder))
        scenes, canvas = [chapter() for chapter in CHAPTERS], Canvas()
        (MEDIA / "lesson.vtt").write_text(web_vtt(captions(scenes)), encoding="utf-8")
        (MEDIA / "chapters.vtt").write_text(web_vtt(chapters(scenes)), encoding="utf-8")
        (MEDIA / "transcript.md").write_text(transcript(scenes), encoding="utf-8")
        poster = Image.frombytes("RGBA", (WIDTH, HEIGHT), paint(canvas, scenes[0], POSTER))
        poster.convert("RGB").save(MEDIA / "lesson.jpg", quality=88)
        encode(frames(canvas, scenes), MEDIA / "lesson.mp4")


if __name__ == "__main__":
    main()
