"""Good pictures are saved by Pillow, bad ones built by hand; what comes out is counted by hand."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.ui import images

ROOT = Path(__file__).parents[2]
RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (32, 32, 3), dtype=np.uint8)


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def plain(mode: str, colour, kind: str = "PNG", **options) -> bytes:
    return saved(Image.new(mode, (40, 40), colour), kind, **options)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    """A PNG by hand; `rows` as they are before compression, each after its filter's byte."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = [
        chunk(b"IHDR", header),
        *extra,
        chunk(b"IDAT", zlib.compress(rows)),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def test_a_picture_of_the_right_size_comes_out_as_it_was():
    found = images.read(saved(Image.fromarray(NOISE)))
    assert (found.dtype, found.shape) == (np.uint8, (32, 32, 3))
    assert np.array_equal(found, NOISE)


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_long_picture_the_middle_is_kept(turned):
    sides = np.full((32, 32, 3), 77, np.uint8)
    long = np.concatenate([sides, NOISE, sides], axis=0 if turned else 1)
    assert np.array_equal(images.read(saved(Image.fromarray(long))), NOISE)


@pytest.mark.parametrize("side", [8, 33, 64, 100, 1000])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_of_any_size_keeps_its_halves(side, kind):
    halves = np.zeros((side, side, 3), np.uint8)
    halves[:, side // 2 :] = 255
    found = images.read(saved(Image.fromarray(halves), kind)).astype(int)
    assert found.shape == (32, 32, 3)
    assert found[:, :12].max() < 30
    assert found[:, 20:].min() > 225


COLOUR_0 = bytes(41) * 40  # rows of 40 pixels, all of the first colour of the palette
PLAIN = {
    "red, green, blue": (plain("RGB", (200, 100, 50)), (200, 100, 50)),
    "grey": (plain("L", 130), (130, 130, 130)),
    "black and white": (plain("1", 1), (255, 255, 255)),
    "palette": (png(40, 40, 8, 3, COLOUR_0, chunk(b"PLTE", b"\x0a\xc8\x1e")), (10, 200, 30)),
    "clear": (plain("RGBA", (255, 0, 0, 0)), (255, 255, 255)),
    "half clear": (plain("RGBA", (255, 0, 0, 128)), (255, 127, 127)),
    "half clear grey": (plain("LA", (0, 128)), (127, 127, 127)),
    "palette, half clear": (
        png(40, 40, 8, 3, COLOUR_0, chunk(b"PLTE", b"\xff\0\0"), chunk(b"tRNS", b"\x80")),
        (255, 127, 127),
    ),
    "one colour clear": (plain("RGB", (9, 8, 7), transparency=(9, 8, 7)), (255, 255, 255)),
    "16-bit grey": (png(40, 40, 16, 0, (b"\0" + b"\x80\x01" * 40) * 40), (128, 128, 128)),
    "16-bit colour": (
        png(40, 40, 16, 2, (b"\0" + b"\xc8\1\x64\1\x32\1" * 40) * 40),
        (200, 100, 50),
    ),
    "16-bit, clear": (png(40, 40, 16, 6, (b"\0" + b"\xff\xff\0\0\0\0\0\0" * 40) * 40), (255,) * 3),
    "4-bit grey": (png(40, 40, 4, 0, (b"\0" + b"\x88" * 20) * 40), (136, 136, 136)),
    "JPEG": (plain("RGB", (200, 100, 50), "JPEG"), (200, 100, 50)),
    "grey JPEG": (plain("L", 130, "JPEG"), (130, 130, 130)),
    "CMYK JPEG": (plain("CMYK", (255, 0, 0, 0), "JPEG"), (0, 255, 255)),
    "progressive JPEG": (plain("RGB", (200, 100, 50), "JPEG", progressive=True), (200, 100, 50)),
}


@pytest.mark.parametrize(("content", "colour"), PLAIN.values(), ids=PLAIN)
def test_every_kind_of_colour_becomes_red_green_and_blue_on_white(content, colour):
    found = images.read(content).astype(int)
    assert np.abs(found - colour).max() <= 2


# The first row and column of the file are these sides of the picture. Source: EXIF 2.32, 4.6.4.
SHOWN = {
    1: NOISE,
    2: NOISE[:, ::-1],
    3: NOISE[::-1, ::-1],
    4: NOISE[::-1],
    5: NOISE.swapaxes(0, 1),
    6: NOISE.swapaxes(0, 1)[:, ::-1],
    7: NOISE[::-1, ::-1].swapaxes(0, 1),
    8: NOISE.swapaxes(0, 1)[::-1],
}


@pytest.mark.parametrize("orientation", SHOWN)
def test_a_picture_is_turned_as_its_exif_data_say(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = images.read(saved(Image.fromarray(NOISE), exif=exif))
    assert np.array_equal(found, SHOWN[orientation])


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about these data
@pytest.mark.parametrize(
    "exif", [b"nonsense", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff"]
)
def test_damaged_exif_data_spoil_nothing(exif):
    content = saved(Image.fromarray(NOISE), exif=exif)
    assert np.array_equal(images.read(content), NOISE)


def test_of_a_telephones_several_pictures_the_first_is_read():
    first, second = (Image.new("RGB", (40, 40), colour) for colour in ("red", "blue"))
    content = saved(first, "MPO", save_all=True, append_images=[second])
    assert content.startswith(b"\xff\xd8")
    assert images.read(content)[0, 0].tolist() == pytest.approx([255, 0, 0], abs=2)


def frames(kind: str) -> bytes:
    first, second = (Image.new("RGB", (40, 40), colour) for colour in ("red", "blue"))
    return saved(first, kind, save_all=True, append_images=[second])


def many_scans() -> bytes:
    content = plain("L", 0, "JPEG", progressive=True)
    return content[:-2] + b"\xff\xda\0\x08\1\1\0\0\x3f\0" * 40 + content[-2:]


GIF, BMP = plain("RGB", 0, "GIF"), plain("RGB", 0, "BMP")
JPEG_NOISE = saved(Image.fromarray(NOISE), "JPEG")


def sized(width: int, height: int, **options) -> bytes:
    """A JPEG whose header says this size, and which holds less."""
    content = saved(Image.fromarray(NOISE), "JPEG", **options)
    place = content.index(b"\xff\xc2" if options else b"\xff\xc0") + 5
    return content[:place] + struct.pack(">HH", height, width) + content[place + 4 :]


def a_colour_a_scan(content: bytes) -> bytes:
    """With a first scan that says it holds one of the three colours."""
    place = content.index(b"\xff\xda")
    return content[:place] + b"\xff\xda\0\x08\1\1\0\0\x3f\0" + content[place + 14 :]


REFUSED = {
    "nothing": (b"", "not a picture in the format PNG or JPEG"),
    "text": (b"hello, world", "not a picture in the format PNG or JPEG"),
    "GIF": (GIF, "format is GIF: save the picture as PNG or JPEG"),
    "BMP": (BMP, "format is BMP"),
    "WebP": (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(24), "format is WebP"),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(24), "format is HEIC"),
    "animated": (frames("PNG"), "This PNG is animated"),
    "too many bytes": (JPEG_NOISE + bytes(20 * 2**20), "more than 20 MB"),
    "too many pixels": (png(4001, 4000, 8, 2, b""), "more than 16 million pixels"),
    "far too many": (png(10_000, 10_000, 8, 2, b""), "more than 16 million pixels"),
    "a bomb": (png(100_000, 100_000, 8, 2, b""), "more than 16 million pixels"),
    "too long": (png(2_000_000, 9, 8, 2, b""), "more than 16 million pixels"),
    "too large a photograph": (sized(10_001, 11_000), "more than 110 million pixels"),
    "a large photograph in many passes": (
        sized(4001, 4000, progressive=True),
        "more than 16 million pixels",
    ),
    "a large photograph, a colour a pass": (
        a_colour_a_scan(sized(4001, 4000)),
        "more than 16 million pixels",
    ),
    "nothing but segments": (b"\xff\xd8\xff" + b"\xe0\0\2\xff" * 5_000_000, "cut off or damaged"),
    "1 × 1": (saved(Image.new("RGB", (1, 1))), "has 1 × 1 pixels: it needs at least 8"),
    "7 × 100": (saved(Image.new("RGB", (7, 100)), "JPEG"), "has 7 × 100 pixels"),
    "layers": (many_scans(), "more than 30 layers"),
    "no pixels": (png(40, 40, 8, 2, b""), "cut off or damaged"),
    "only a beginning": (b"\xff\xd8\xff\xe0", "cut off or damaged"),
    "a bad header": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 5), "cut off or damaged"),
    "text that unpacks": (
        png(40, 40, 8, 2, b"", chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(10**8)))),
        "cut off or damaged",
    ),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence(content, reason):
    with pytest.raises(ValueError, match=reason) as error:
        images.read(content)
    message = str(error.value)
    assert message.startswith("This ")
    assert message.endswith(".")
    assert message.count(". ") == 0


def test_the_limit_of_pixels_is_our_own(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with pytest.raises(ValueError, match="more than 16 million pixels"):
        images.read(png(100_000, 100_000, 8, 2, b""))


def test_a_film_behind_a_telephones_photograph_is_none_of_it():
    film = RNG.integers(0, 256, 2**20, dtype=np.uint8).tobytes() + b"\xff\xda\0\x08" * 50
    found = images.read(JPEG_NOISE + film)
    assert np.array_equal(found, images.read(JPEG_NOISE))


PEAK = """
import resource, sys
from pathlib import Path
from pages.ui import images
content = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
images.read(content)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read as Linux counts it")
def test_a_telephones_largest_photograph_needs_little_memory(tmp_path):
    photograph = Image.fromarray(np.tile(NOISE, (187, 250, 1)))  # 48 million pixels
    photograph.save(tmp_path / "photograph.jpg", quality=30)
    size = (tmp_path / "photograph.jpg").stat().st_size
    assert 8 * 2**20 < size < images.MOST_BYTES
    script = [sys.executable, "-c", PEAK, tmp_path / "photograph.jpg"]
    found = subprocess.run(script, capture_output=True, text=True, check=True, cwd=ROOT)
    assert float(found.stdout) < 32  # MiB, of 137 that all of its pixels would take


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_cut_off_anywhere_is_refused(kind):
    content = saved(Image.fromarray(np.tile(NOISE, (2, 2, 1))), kind)
    for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9):
        with pytest.raises(ValueError, match=r"cut off or damaged|not a picture"):
            images.read(content[: int(share * len(content))])


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about EXIF data
def test_wrong_bytes_in_a_picture_end_in_a_sentence_or_in_pixels():
    exif = Image.Exif()
    exif[0x0112] = 6
    outcomes = set()
    for kind in ("PNG", "JPEG"):
        content = saved(Image.fromarray(NOISE), kind, exif=exif)
        for _ in range(300):
            damaged = bytearray(content)
            for place in RNG.integers(0, len(content), 3):
                damaged[place] = RNG.integers(0, 256)
            outcomes.add(outcome(bytes(damaged)))
    assert outcomes > {(32, 32, 3)}
    assert all(of == (32, 32, 3) or of.startswith("This ") for of in outcomes)


def outcome(content: bytes) -> tuple[int, ...] | str:
    try:
        return images.read(content).shape
    except ValueError as error:
        return str(error)


def test_a_picture_becomes_three_times_as_large_and_keeps_its_pixels():
    large = images.magnified(NOISE, 3)
    assert large.shape == (96, 96, 3)
    for shift in ((0, 0), (1, 2), (2, 2)):
        assert (large[shift[0] :: 3, shift[1] :: 3] == NOISE).all()
