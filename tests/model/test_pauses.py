"""The pauses between tries."""

from pikku.model.pauses import next_pause


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [0]
    while len(pauses) < 9:
        pauses.append(next_pause(pauses[-1]))
    assert pauses == [0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]


def test_no_pause_is_longer_than_the_longest() -> None:
    assert next_pause(0, longest_ms=30) == next_pause(30, longest_ms=30) == 30
