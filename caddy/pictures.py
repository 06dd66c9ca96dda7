"""The one door to Pillow: a picture made anew from its pixels, so that nothing else is kept of it.

Where and when it was taken, with what and by whom, and any comment stay behind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from caddy.domain.errors import RuleBroken
from caddy.domain.files import FileKind

MOST_PIXELS = 50_000_000
OPTIONS: dict[FileKind, dict[str, Any]] = {
    FileKind.JPEG: {"format": "JPEG", "quality": 92, "optimize": True},
    FileKind.PNG: {"format": "PNG"},
    FileKind.WEBP: {"format": "WEBP", "quality": 92},
}


def clean(place: Path, kind: FileKind) -> None:
    """Put the pixels alone of a picture in the place of its file, turned as it was held.

    Raises RuleBroken where it cannot be read, or has more than 50 million pixels. The same
    file gives the same bytes every time.
    """
    try:
        picture = _pixels(place, kind)
        picture.save(place, **OPTIONS[kind])
    except RuleBroken:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Exception as error:  # a damaged file breaks its decoder in any way there is
        raise RuleBroken(
            "file", "broken_picture", "This picture cannot be read. Save it again and try then."
        ) from error


def _pixels(place: Path, kind: FileKind) -> Image.Image:
    with Image.open(place, formats=[kind.name]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise _too_large()
        opened.load()
        turned = ImageOps.exif_transpose(opened)
    if kind is FileKind.JPEG and turned.mode not in {"L", "RGB"}:
        turned = turned.convert("RGB")
    # What is left in `info` would be written again, but for which colour is see-through.
    turned.info = {name: value for name, value in turned.info.items() if name == "transparency"}
    return turned


def _too_large() -> RuleBroken:
    return RuleBroken(
        "file",
        "too_many_pixels",
        f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels. "
        "Save it smaller and try again.",
    )
