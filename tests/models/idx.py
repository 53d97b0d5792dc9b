"""Made-up pictures of clothes in IDX files: rectangles whose size is their class."""

import gzip
import struct
from pathlib import Path

import numpy as np


def encoded(array: np.ndarray) -> bytes:
    return b"\0\0\x08" + struct.pack(f">B{array.ndim}I", array.ndim, *array.shape) + array.tobytes()


def pictures(count: int) -> tuple[np.ndarray, np.ndarray]:
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = np.zeros((count, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4 : 10 + label, 14 - label : 14 + label] = 200
    return images, labels


def write(folder: Path, train: int = 256, test: int = 64, *, packed: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", train), ("t10k", test)):
        for kind, array in zip(("images-idx3", "labels-idx1"), pictures(count), strict=True):
            content = encoded(array)
            name = f"{part}-{kind}-ubyte"
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content))
            else:
                (folder / name).write_bytes(content)
    return folder
