"""Running real programs from tests: their output when they fail, and waiting for what they do."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class CommandFailed(AssertionError):
    """A program ended with an exit code other than 0; the message has its output."""


def run(
    argv: Sequence[str], *, env: Mapping[str, str] | None = None, timeout: float = 60, stdin: str | None = None
) -> str:
    """Run a program to its end; its standard output and error together.

    :param timeout: seconds.
    :raises CommandFailed: when it does not exit with 0 in time.
    """
    try:
        done = subprocess.run(
            argv, env=env, timeout=timeout, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except subprocess.TimeoutExpired as late:
        said = late.output.decode(errors="replace") if isinstance(late.output, bytes) else late.output
        raise CommandFailed(f"{' '.join(argv)} did not end within {timeout} s:\n{said}") from late
    if done.returncode:
        raise CommandFailed(f"{' '.join(argv)} exited with {done.returncode}:\n{done.stdout}")
    return done.stdout


def eventually(check: Callable[[], T], what: str, *, within: float = 10, every: float = 0.02) -> T:
    """Ask until the answer is true; the answer. Other processes have no clock that a test could turn.

    :param within: seconds after which the test fails; ``every`` how long to wait between two questions.
    :raises AssertionError: names ``what`` was waited for, and the last answer.
    """
    deadline = time.monotonic() + within
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"after {within} s still not: {what}; last answer: {answer!r}")
        time.sleep(every)


def stop(process: subprocess.Popen[str], *, within: float = 10) -> int:
    """End a program with SIGTERM, or SIGKILL when it does not listen; its exit code."""
    process.terminate()
    try:
        return process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def hear_interrupts() -> None:
    """Let programs that are started from here hear SIGINT: a shell has what runs in the background ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def free_port() -> int:
    """A TCP port on which nothing listens on loopback now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
