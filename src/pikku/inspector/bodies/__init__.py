"""Reads the body of a workflow into its steps."""

from pikku.inspector.bodies.body import Body, Region, StepCall

__all__ = ["Body", "Region", "StepCall"]
