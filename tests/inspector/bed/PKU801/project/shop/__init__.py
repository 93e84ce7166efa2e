"""Re-exports the clock."""

from .clock import now as current_time

__all__ = ["current_time"]
