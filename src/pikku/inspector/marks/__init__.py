"""Finds functions, workflows, queue workers and applications, and what is said of them where they are marked and wired."""
