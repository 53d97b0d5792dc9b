"""Python as on a system that is not POSIX: started with this folder in PYTHONPATH."""

import os
import pathlib
import signal
import sys

sys.modules["fcntl"] = None  # to import it raises ImportError
for name in ("fork", "setsid", "pread", "setpriority", "O_NOFOLLOW"):
    delattr(os, name)
del signal.pthread_kill

_open = pathlib.Path.open


def _open_no_proc(path, *arguments, **options):
    if path.is_relative_to("/proc"):
        raise FileNotFoundError(path)
    return _open(path, *arguments, **options)


pathlib.Path.open = _open_no_proc
