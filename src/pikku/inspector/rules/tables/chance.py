"""What is drawn by chance. A `random.Random` with a constant seed draws the same numbers every time, and is fine."""

from pikku.inspector.rules.table import Table, names

DRAWS = (
    "random uniform randint randrange choice choices shuffle sample gauss normalvariate lognormvariate expovariate "
    "vonmisesvariate gammavariate betavariate paretovariate weibullvariate triangular binomialvariate getrandbits "
    "randbytes"
)

CHANCE = Table(
    code="PKU802",
    reason="{name} draws something else at every replay",
    step="Draw",
    calls=names(
        f"""
        random: {DRAWS} SystemRandom
        random.SystemRandom: {DRAWS}
        secrets: choice randbelow randbits token_bytes token_hex token_urlsafe
        os: urandom getrandom
        numpy.random: rand randn randint random random_sample choice shuffle permutation normal uniform default_rng bytes
        """
    ),
)
SEEDED = {"random.Random", "numpy.random.default_rng", "numpy.random.RandomState"}
"""Sources of numbers that a constant seed makes alike."""

OF_A_SOURCE = names(f"random.Random: {DRAWS}")
"""What a source goes on from: one of the module was drawn from before, in one process more often than in another."""
