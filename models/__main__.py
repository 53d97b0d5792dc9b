"""python -m models."""

import os
import sys

from models.cli.main import main

if __name__ == "__main__":
    status = main()
    try:
        sys.stdout.flush()
    except OSError:  # it was told; Python would complain once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
