"""What a line of progress says of what is done and what is left."""

import pytest

from remit.cli.progress import Steps, spelled


class Watch:
    """A clock that stands until it is set forward, and an engine that is as far as it is told."""

    seconds = 0.0
    share = 0.0

    def steps(self) -> Steps:
        return Steps(lambda: self.share, lambda: self.seconds)


def test_a_line_says_which_step_of_how_many_and_how_far_within_it() -> None:
    watch = Watch()
    steps = watch.steps()
    assert steps.words() == "starting"
    steps.begin("opening facts", 0, 0)
    assert steps.words() == "opening facts"
    steps.begin("measuring SL1", 1, 4)
    watch.share = 0.5
    assert steps.words() == "measuring SL1 (1 of 4, 38%)"


def test_what_is_left_is_told_once_there_is_something_to_judge_it_by() -> None:
    watch = Watch()
    steps = watch.steps()
    steps.begin("measuring SL1", 0, 4)
    watch.seconds, watch.share = 2.0, 0.5
    assert "left" not in steps.words()
    watch.seconds = 50.0
    assert steps.words() == "measuring SL1 (0 of 4, 12%), about 6 min left"
    steps.begin("measuring SL2", 3, 4)
    watch.seconds, watch.share = 60.0, 0.0
    assert steps.words() == "measuring SL2 (3 of 4, 75%), about 20 s left"


def test_time_left_is_counted_from_the_first_step_of_a_kind() -> None:
    watch = Watch()
    steps = watch.steps()
    watch.seconds = 1_000.0
    steps.begin("measuring SL1", 0, 2)
    watch.seconds, watch.share = 1_010.0, 1.0
    assert steps.words() == "measuring SL1 (0 of 2, 50%), about 10 s left"


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (4_800, "1 h 20 min")])
def test_lengths_of_time_are_told_as_one_says_them(seconds: float, said: str) -> None:
    assert spelled(seconds) == said
