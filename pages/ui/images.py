"""Uploaded images → 32 × 32 pixels, a network's input, within limits; and pixels, magnified."""

from __future__ import annotations

import re
import threading
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

SIDE = 32
MOST_BYTES = 20 * 2**20  # as maxUploadSize in .streamlit/config.toml
# For an image that is decoded whole: 64 MB as RGBA, 96 MB as a progressive JPEG's coefficients.
MOST_PIXELS = 16_000_000
# For a JPEG in one scan, decoded at an eighth of its size: more than a camera's 108 million.
MOST_IN_ONE_SCAN = 110_000_000
SMALLEST = 8  # pixels a side: below, no content is recognisable
MOST_SCANS = 30  # of a progressive JPEG, which usually has about 10; each is a pass over all pixels
_DECODING = (
    threading.Lock()
)  # one at a time, so that the memory for several uploads does not add up

# First bytes of other formats: (offset, bytes) → the format's name.
OTHERS = {
    (0, b"GIF8"): "GIF",
    (8, b"WEBP"): "WebP",
    (4, b"ftyphei"): "HEIC",
    (4, b"ftypmif1"): "HEIC",
    (4, b"ftypavif"): "AVIF",
    (0, b"BM"): "BMP",
    (0, b"II*\0"): "TIFF",
    (0, b"MM\0*"): "TIFF",
    (0, b"%PDF"): "PDF",
    (0, b"<svg"): "SVG",
}
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
START_OF_FRAME, ONE_PASS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}, {0xC0, 0xC1}
START_OF_SCAN, END = 0xDA, 0xD9
MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
MOST_SEGMENTS = 1000  # 20 MB contain about 300 of the longest
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


DAMAGED = "This picture is cut off or damaged: save it again, then try once more."
TOO_MANY_PIXELS = (
    "This picture has more than {} million pixels: make it smaller, then try once more."
)


class Scans(NamedTuple):
    """The number of scans of a JPEG, and whether its first one contains all components.

    If not, a decoder keeps the coefficients of all pixels until the last scan.
    """

    number: int
    first_is_all: bool


def read(content: bytes) -> NDArray[np.uint8]:
    """A PNG or JPEG file as (32, 32, 3) RGB: its central square, resized.

    Rotated by its EXIF orientation; transparent pixels on white.
    Raises ValueError, in one sentence for the visitor, for other files and beyond the limits.
    """
    _check_file(content)
    most = _most_pixels(content)
    picture = _open(content, most)
    _check_header(picture, most)
    try:
        with _DECODING:
            small = _on_white(_shrunk(picture))
    except Exception as error:  # whatever a decoder raises on malicious bytes
        raise ValueError(DAMAGED) from error
    return np.array(_turned(small, picture))


def magnified(pixels: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    """Each pixel of (h, w, 3) as a square of times × times, without smoothing.

    Smoothing would suggest more detail than the network's input has.
    """
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def _check_file(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"This file has more than {MOST_BYTES // 2**20} MB: make the picture smaller, then try "
            "once more."
        )
    for (start, magic), name in OTHERS.items():
        if content.startswith(magic, start):
            raise ValueError(f"This file's format is {name}: save the picture as PNG or JPEG.")
    if not content.startswith((PNG, JPEG)):
        raise ValueError("This file is not a picture in the format PNG or JPEG.")


def _most_pixels(content: bytes) -> int:
    """The maximum number of pixels; a JPEG in one scan needs less memory for each."""
    if content.startswith(PNG):
        return MOST_PIXELS
    scans = _scans(content)
    if scans.number > MOST_SCANS:
        raise ValueError(f"This JPEG has more than {MOST_SCANS} layers: save it as a plain one.")
    return MOST_IN_ONE_SCAN if scans.first_is_all else MOST_PIXELS


def _open(content: bytes, most: int) -> Image.Image:
    """The image with only its header read."""
    try:
        return Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    except Image.DecompressionBombError:
        raise ValueError(TOO_MANY_PIXELS.format(most // 10**6)) from None
    except Exception as error:  # as above
        raise ValueError(DAMAGED) from error


def _check_header(picture: Image.Image, most: int) -> None:
    width, height = picture.size
    # Checked here too: Pillow's own limit is higher, and global, so any code can raise it.
    if width * height > most:
        raise ValueError(TOO_MANY_PIXELS.format(most // 10**6))
    if min(width, height) < SMALLEST:
        raise ValueError(
            f"This picture has {width} × {height} pixels: it needs at least {SMALLEST} either way "
            "to show something."
        )
    # Phones put more than one image into a JPEG; the first is the main one.
    if picture.format == "PNG" and getattr(picture, "is_animated", False):
        raise ValueError("This PNG is animated: save one still picture of it.")


def _scans(content: bytes) -> Scans:
    """The scans of the first image in a JPEG file: phones append other images, and videos.

    Source: ITU T.81, B.1.1 and B.2: segments have lengths, and in entropy-coded data a marker's
    first byte is followed only by 0 or a restart marker.
    """
    place, number, components, first_is_all = 0, 0, b"", False
    for _ in range(MOST_SEGMENTS):
        found = MARKER.search(content, place)
        if found is None or found[1][0] == END or number > MOST_SCANS:
            return Scans(number, first_is_all)
        kind, start = found[1][0], found.end()
        place = start + int.from_bytes(content[start : start + 2])
        if kind in START_OF_FRAME:  # the number of components; one scan may contain all
            components = content[start + 7 : start + 8] if kind in ONE_PASS else b""
        elif kind == START_OF_SCAN:
            number += 1
            if number == 1:
                first_is_all = content[start + 2 : start + 3] == components != b""
    raise ValueError(DAMAGED)


def _shrunk(picture: Image.Image) -> Image.Image:
    """The central square at 32 × 32, in RGB, or RGBA where there is transparency."""
    picture.draft(None, (4 * SIDE, 4 * SIDE))  # a JPEG can be decoded at a fraction of its size
    if picture.mode == "I;16":
        # Pillow would clip all values above 255 to white.
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode != mode:  # else `convert` would copy it
        picture = picture.convert(mode)
    side = min(picture.size)
    left, top = ((length - side) // 2 for length in picture.size)
    box = (left, top, left + side, top + side)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def _turned(small: Image.Image, picture: Image.Image) -> Image.Image:
    try:
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged EXIF data are no reason to refuse an image
        return small
    return small if turn is None else small.transpose(turn)
