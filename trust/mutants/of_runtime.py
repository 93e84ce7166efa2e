"""Faults in what is done."""

from trust.mutant import Mutant

OF_RUNTIME: tuple[Mutant, ...] = ()
