"""Reads the body of a workflow into its steps."""

from pikku.inspector.bodies.body import Body, Region, StepCall
from pikku.inspector.bodies.hashing import graph_hash
from pikku.inspector.bodies.reader import read_body

__all__ = ["Body", "Region", "StepCall", "graph_hash", "read_body"]
