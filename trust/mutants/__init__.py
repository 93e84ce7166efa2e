"""The faults that the tests are tried with, by the part of the house in which they are."""

from trust.mutants.of_runtime import OF_RUNTIME
from trust.mutants.of_stores import OF_STORES
from trust.mutants.of_values import OF_VALUES

MUTANTS = (*OF_VALUES, *OF_RUNTIME, *OF_STORES)
