"""The workflows, for who starts them: `Workflows(pikku).NAME.start(input)`.

Written by `pikku prebuild`: do not edit, but run that again when the source has changed.

The graphs of the workflows:

    6a2f7ba99b7f  onboarding
    315519364e34  registration
"""

# fmt: off
# ruff: noqa
# ruff: noqa: PGH004
# isort: skip_file

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pikku import Client, WorkflowClient

if TYPE_CHECKING:  # importing this file imports nothing of the application
    import onboarding.functions
    import onboarding.workflows

    from .workflow_types import NewUserData, ProfileData


class Workflows:
    """All workflows of the application, on a connected client.

    async with app.connect() as pikku:
        handle = await Workflows(pikku).NAME.start(input)
    """

    def __init__(self, client: Client[Any]) -> None:
        """`client` is what `app.connect()` gives."""
        self.onboarding: WorkflowClient[
            onboarding.functions.Profile | ProfileData,
            onboarding.workflows.Onboarded,
        ] = WorkflowClient(client, "onboarding")
        """User onboarding workflow"""
        self.registration: WorkflowClient[
            onboarding.functions.NewUser | NewUserData,
            onboarding.workflows.Registered,
        ] = WorkflowClient(client, "registration")
        """User registration with tax rate"""
