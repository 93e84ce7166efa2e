"""What may go wrong between processes and their store, and how often."""

from random import Random

from msgspec import Struct

MS = 1_000
SECOND = 1_000_000
LONGEST_QUEUE_US = 300 * MS


class Weather(Struct, frozen=True, kw_only=True):
    """Chances from 0 to 1, for each question to the store, or for each hint and message.

    `slow` answers take up to `slow_us`. `waiting`: what only reads waits for a while before it is asked, and writes overtake
    it. `refused`: the store has done nothing. `unanswered`: it has done it, and the answer
    is lost. `late`: the asker has given up, and then the store does it. `at_fault`: an error that is about the question.
    `struck`: something happens to the asker of a write just then.
    """

    slow: float = 0.0
    slow_us: int = 2 * SECOND
    waiting: float = 0.0
    refused: float = 0.0
    unanswered: float = 0.0
    late: float = 0.0
    at_fault: float = 0.0
    struck: float = 0.0
    lost: float = 0.0
    doubled: float = 0.0
    delayed: float = 0.0


FAIR = Weather()


def weather_of(random: Random, lease_us: int) -> Weather:
    """The weather of a seed: a few kinds of trouble, each rare or frequent."""

    def some(most: float) -> float:
        return random.choice([0.0, 0.0, random.random() * most])

    return Weather(
        slow=random.choice([0.0, random.random() * 0.1, random.random() * 0.4]),
        slow_us=random.choice([200 * MS, lease_us, 2 * lease_us]),
        refused=some(0.15),
        unanswered=some(0.15),
        late=some(0.1),
        at_fault=some(0.05),
        struck=random.choice([0.0, random.random() * 0.02, random.random() * 0.1]),
        lost=random.choice([0.0, random.random(), 1.0]),
        doubled=some(0.5),
        delayed=some(0.5),
        waiting=some(1.0),
    )


def storm_of(random: Random) -> Weather:
    """A time in which most goes wrong."""
    return Weather(slow=0.3, refused=0.3 + 0.3 * random.random(), unanswered=0.2, late=0.1, lost=0.5, delayed=0.5)
