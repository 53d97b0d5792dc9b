"""Fashion-MNIST, ten kinds of clothes in greyscale, read from IDX files.

Source: Xiao, Rasul & Vollgraf (2017), "Fashion-MNIST"; MIT licence.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.data import download
from models.data.download import DataUnavailableError

FOLDER = "fashion-mnist"
PACKAGED = Path("/usr/share/datasets") / FOLDER  # by Debian's package dataset-fashion-mnist
CLASSES = (
    *("T-shirt", "trousers", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
SIDE = 28
UNSIGNED_BYTES = 8  # the IDX code of the element type
ADVICE = (
    "install Debian's package dataset-fashion-mnist, or put the four files from "
    "github.com/zalandoresearch/fashion-mnist, folder data/fashion, there"
)


@dataclass(frozen=True)
class FashionMnist:
    """Pictures (n, 28, 28) and labels (n,), both uint8. `files` maps file name → SHA-256."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    files: dict[str, str]


def folder() -> Path:
    """The folder of the files: fashion-mnist/ in the data folder, or that of Debian's package."""
    own = download.data_dir() / FOLDER
    return PACKAGED if PACKAGED.is_dir() and not own.is_dir() else own


def load(where: Path | None = None) -> FashionMnist:
    """Read the four IDX files, plain or as .gz, from a folder; by default from `folder()`.

    Raises DataUnavailableError if one is missing, ValueError if one is damaged.
    """
    files: dict[str, str] = {}
    train, test = (_pair(where or folder(), part, files) for part in ("train", "t10k"))
    return FashionMnist(*train, *test, files=files)


def _pair(
    where: Path, part: str, files: dict[str, str]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    images = _read(where, f"{part}-images-idx3-ubyte", files)
    labels = _read(where, f"{part}-labels-idx1-ubyte", files)
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or labels.ndim != 1:
        came = f"pictures {images.shape}, labels {labels.shape}"
        raise ValueError(f"{where}: {part} must hold pictures of 28 × 28 and labels; {came}.")
    if len(images) != len(labels) or not len(images):
        came = f"{len(images):,} pictures, {len(labels):,} labels"
        raise ValueError(f"{where}: {part} must have a label for each picture; {came}.")
    if labels.max() >= len(CLASSES):
        raise ValueError(f"{where}: labels must be 0 to 9; {part} has {labels.max()}.")
    return images, labels


def _read(where: Path, name: str, files: dict[str, str]) -> NDArray[np.uint8]:
    path = next((p for p in (where / name, where / f"{name}.gz") if p.is_file()), None)
    if path is None:
        raise DataUnavailableError(f"{where} has neither {name} nor {name}.gz: {ADVICE}.")
    try:
        content = path.read_bytes()
        files[path.name] = hashlib.sha256(content).hexdigest()
        return parse_idx(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is damaged ({str(error).rstrip('.')}): download it.") from error
    except OSError as error:
        raise DataUnavailableError(f"{path} cannot be read ({error.strerror or error}).") from error


def parse_idx(content: bytes) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes.

    Two zeros, the type's code, the number of dimensions; each dimension as a big-endian int32;
    then the values. Raises ValueError for anything else.
    Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits".
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTES:
        raise ValueError(f"it begins with {content[:4].hex() or 'nothing'}, not with 000008")
    begins = 4 + 4 * content[3]
    shape = tuple(int(size) for size in np.frombuffer(content[4:begins], ">u4"))
    values = np.frombuffer(content, np.uint8, offset=min(begins, len(content)))
    wanted = int(np.prod(shape, dtype=object))
    if len(content) < begins or len(values) != wanted:
        raise ValueError(f"it announces {shape}, so {wanted:,} bytes; there are {len(values):,}")
    return values.reshape(shape)
