"""What the `remit` command tells the shell when it ends."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """The first three are the public contract; the others follow what Unix tools do.

    PROBLEMS means that something in what was given must be mended (each problem stands on standard error), USAGE
    that the command line was not understood. FAULT is `EX_SOFTWARE` of sysexits.h: Remit's own failing, never the
    contract's. INTERRUPTED, OUTPUT_CLOSED and TERMINATED are 128 plus the signal, as a shell reports Ctrl-C, a closed
    pipe and SIGTERM.
    """

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    FAULT = 70
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141
    TERMINATED = 143
