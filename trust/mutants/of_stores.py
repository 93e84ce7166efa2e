"""Faults in what is remembered."""

from trust.mutant import Mutant

OF_STORES: tuple[Mutant, ...] = ()
