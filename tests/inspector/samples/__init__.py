"""Workflows whose graphs are in `golden/`. They are read, never executed."""
