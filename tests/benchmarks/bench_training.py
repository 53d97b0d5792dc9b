"""Time and peak memory of training on CIFAR-10, against the article's script.

Both sides train in processes of their own, in turn. Needs the data in data/ or KL_DATA_DIR.
Run it by hand: python -m tests.benchmarks.bench_training [ROUNDS] [EPOCHS]
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def measured(arguments: list[str]) -> tuple[float, float]:
    """Seconds of the last epoch and peak memory in GiB of one training process."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read()
    if status:
        sys.exit(text[-2000:])
    # Both print Keras's own line of an epoch: "160/160 … 12s 75ms/step …".
    milliseconds = re.findall(r"160/160.*? (\d+)ms/step", text.replace("\b", ""))[-1]
    return int(milliseconds) * 160 / 1000, usage.ru_maxrss / 2**20


def main() -> None:
    """Measure both sides in turn."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    epochs = sys.argv[2] if len(sys.argv) > 2 else "2"
    results: dict[str, list[tuple[float, float]]] = {"article's script": [], "models train": []}
    for _ in range(rounds):
        results["article's script"].append(measured(["tests.benchmarks.article_script", epochs]))
        with tempfile.TemporaryDirectory() as runs:
            ours = ["models", "train", "--loss", "kl_divergence", "--epochs", epochs]
            results["models train"].append(measured([*ours, "--runs", runs]))
    medians = {}
    for side, figures in results.items():
        seconds, memory = (statistics.median(column) for column in zip(*figures, strict=True))
        medians[side] = seconds, memory
        print(f"{side:18} {seconds:5.1f} s an epoch   peak {memory:.2f} GiB")
    (their_time, their_memory), (our_time, our_memory) = medians.values()
    time, memory = our_time / their_time, our_memory / their_memory
    print(f"ratio of medians   {time:5.2f}               {memory:9.2f}")


if __name__ == "__main__":
    main()
