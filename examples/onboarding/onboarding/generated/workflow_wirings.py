"""Imports everything that wires workflows and queue workers.

Written by `pikku prebuild`: do not edit, but run that again when the source has changed.

The graphs of the workflows:

    6a2f7ba99b7f  onboarding
    315519364e34  registration
"""

# fmt: off
# ruff: noqa
# ruff: noqa: PGH004
# isort: skip_file

# pyright: reportUnusedImport=false

import onboarding.app
import onboarding.functions
import onboarding.workflows

GRAPH_HASHES = {
    "onboarding": "6a2f7ba99b7f",
    "registration": "315519364e34",
}
"""The hash of each workflow's steps: it changes when they do, and not with comments or formatting."""
