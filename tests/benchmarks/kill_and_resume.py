"""Runs killed with SIGKILL at random moments and resumed, against one that nothing disturbed.

Run it by hand, from the root: python -m tests.benchmarks.kill_and_resume [TIMES] [SEED]
Trains on the built-in shapes, TIMES (20) runs of five epochs, each killed once: in turn at
startup, in an epoch, around an epoch's end, in another epoch, and near the end of the run. Every
other one is resumed through the queue instead of the command line. SEED (1) decides the moments.
Raises if a single bit of a history, of the test figures or of the weights differs.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from models.runs import queue, store
from tests.models import kills
from tests.models.shell import ended, finish, train, wait_for


def kill_and_resume(number: int, moment: kills.Moment, folder: Path) -> tuple[str, Path]:
    """What became of one run, and its folder."""
    process, directory = kills.start(folder)
    if not kills.kill(process, directory, moment):
        return "over before the kill", directory
    before = kills.history(directory)
    if number % 2:
        queue.resume(directory)
        wait_for(lambda: ended(directory))
        how = "resumed through the queue"
    else:
        done = finish(kills.resume(directory))
        assert done.returncode == 0, done.stderr
        how = "resumed in a shell"
    kills.assert_kept(before, directory)
    return f"killed after {len(before)} epochs, {how}", directory


def main(times: int = 20, seed: int = 1) -> None:
    """Kill so many runs."""
    with tempfile.TemporaryDirectory() as place:
        train(*kills.SETTINGS, "--runs", Path(place) / "uninterrupted")
        uninterrupted = Path(place) / "uninterrupted" / kills.SPEC.id
        print(f"uninterrupted: weights {store.load(uninterrupted).weights}", flush=True)
        kinds: Counter[str] = Counter()
        for number, moment in enumerate(kills.moments(times, seed)):
            told, directory = kill_and_resume(number, moment, Path(place) / str(number))
            kills.assert_equal(directory, uninterrupted)
            kinds[told.split(" after")[0]] += 1
            print(f"{number + 1:>3} {moment.kind}: {told}; the same, bit for bit", flush=True)
        print(", ".join(f"{count} {kind}" for kind, count in kinds.items()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
