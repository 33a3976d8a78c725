"""Fuzzes what reads from the network, and captures: ``python -m tests.fuzz.run [--seconds 3600] [--keep]``.

``make fuzz`` calls it. It starts from the kept corpus, the recorded messages, one message for each row of the decoder's
tables, and a few captures. With ``--keep`` the corpus is written anew at the end: the fewest and shortest inputs that
reach all that was reached. An input that breaks the target is printed, to be added to ``findings.txt`` with a line that
says what it was; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from nox.lib.openflow.codec import encode
from tests.fuzz.inputs import CORPUS, FINDINGS, load, save
from tests.lib.capture.samples import frames, pcap, pcapng
from tests.lib.openflow.recorded import RECORDED
from tests.lib.openflow.samples import SAMPLES

LONGEST = 4096  # bytes of an input: more is more of the same
LIMITS = (f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1")


def fuzzer(work: Path, *arguments: str) -> int:
    """Run the fuzzer's process; its exit code."""
    program = work / "fuzzer"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m tests.fuzz.fuzzer "$0" "$@"\n')
    program.chmod(0o755)
    return subprocess.run([str(program), *LIMITS, *arguments]).returncode


def unpacked(folder: Path, inputs: Iterable[bytes]) -> Path:
    """A folder with a file for each input, as libFuzzer wants it."""
    folder.mkdir()
    for number, data in enumerate(inputs):
        (folder / f"{number:06d}").write_bytes(data)
    return folder


def fuzz(work: Path, seconds: int) -> Sequence[bytes]:
    """Fuzz for so long in the folder ``work/seen``; the inputs that broke the target."""
    made = [encode(sample.message, sample.version) for sample in SAMPLES.values()]
    files = [make(frames(version)) for make in (pcap, pcapng) for version in (4, 6)]
    seen = unpacked(work / "seen", [*load(CORPUS), *load(FINDINGS), *RECORDED, *made, *files])
    broken = work / "broken"
    broken.mkdir()
    code = fuzzer(work, f"-max_total_time={seconds}", f"-artifact_prefix={broken}/", str(seen))
    findings = [file.read_bytes() for file in broken.iterdir()]
    if code and not findings:
        sys.exit(f"the fuzzer ended with exit code {code} and no finding")
    return findings


def minimised(work: Path) -> Sequence[bytes]:
    """The fewest inputs that reach what those in ``work/seen`` reach."""
    few = unpacked(work / "few", [])
    if fuzzer(work, "-merge=1", str(few), str(work / "seen")):
        sys.exit("the corpus could not be minimised")
    return [file.read_bytes() for file in few.iterdir()]


def main() -> int:
    """Fuzz; 1 when an input broke the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--keep", action="store_true", help="write the corpus anew")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        findings = fuzz(Path(name), options.seconds)
        for data in findings:
            print(f"FINDING {data.hex()}", flush=True)
        if options.keep:
            save(CORPUS, minimised(Path(name)))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
