"""What is longer than the screen goes through the reader's pager, as git does it; into a pipe or file nothing does."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import wraps

# less: end at once where it fits, obey colours and nothing else, leave the text on the screen.
LESS = "FRX"


class _Screen(io.StringIO):
    """What would be on the screen."""

    def isatty(self) -> bool:
        """It is for people."""
        return True


class Pager:
    """Whether there is one; `--no-pager` takes it away."""

    is_on = True


def paged(command: Callable[..., None]) -> Callable[..., None]:
    """Let what a command prints go through a pager."""

    @wraps(command)
    def run(*arguments: object, **named: object) -> None:
        with paging():
            command(*arguments, **named)

    return run


@contextmanager
def paging() -> Iterator[None]:
    """Within it what is printed waits; at the end it is shown, also where the command fails in the middle."""
    pager = words()
    if not (Pager.is_on and pager and sys.stdout.isatty()):
        yield
        return
    screen = _Screen()
    try:
        with redirect_stdout(screen):
            yield
    finally:
        show(screen.getvalue(), pager)


def words() -> list[str]:
    """The pager's command: PAGER, else less; nothing where there is none, or where it is `cat`."""
    given = shlex.split(os.environ.get("PAGER", "less"))
    return given if given and given != ["cat"] and shutil.which(given[0]) else []


def show(text: str, pager: list[str]) -> None:
    """Show a text; by the pager where it has more lines than the screen."""
    if text.count("\n") < shutil.get_terminal_size().lines:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    env = os.environ | {"LESS": os.environ.get("LESS", LESS), "LESSCHARSET": "utf-8"}
    with subprocess.Popen(pager, stdin=subprocess.PIPE, env=env, text=True, encoding="utf-8") as process:
        with suppress(BrokenPipeError, KeyboardInterrupt):  # who has read enough
            assert process.stdin is not None
            process.stdin.write(text)
            process.stdin.close()
        while process.returncode is None:
            with suppress(KeyboardInterrupt):  # that is for the pager
                process.wait()
