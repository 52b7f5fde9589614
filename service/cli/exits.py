"""Exit codes of ``tilewise``, the same for every command."""

from enum import IntEnum


class Exit(IntEnum):
    OK = 0
    FAILURE = 1  # the service or a file said no; the reason is on standard error
    USAGE = 2  # the command line itself is wrong
    UNREACHABLE = 3  # no service answers at the address
    INTERRUPTED = 130  # Ctrl-C
