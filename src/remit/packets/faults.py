"""What is wrong with a packet, as one sentence about the file."""

from remit.terms.problems import Problem, ProblemsFound


def packet_problem(file: str, what: str, hint: str = "", *, path: str = "") -> ProblemsFound:
    """One fault of a packet, ready to be raised: the file as it was named, the entry in it, what is wrong."""
    return ProblemsFound([Problem(file, 0, path, what, hint)])
