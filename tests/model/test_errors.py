"""What errors say."""

from pikku.model.errors import UnknownWorkflowError
from pikku.model.names import LONGEST_NAME


def test_what_is_too_long_to_be_a_name_is_told_in_short_and_compared_with_none() -> None:
    longest = "x" * LONGEST_NAME
    said = str(UnknownWorkflowError(longest + "y", [longest, "onboarding"]))
    assert said == f"there is no workflow called '{longest}'… (513 characters); known: 'onboarding', '{longest}'"
    assert str(UnknownWorkflowError(longest[1:], [longest])).endswith(f"did you mean '{longest}'?")
