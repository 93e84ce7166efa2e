"""What `pikku prebuild` has found in the source of this application.

Written by `pikku prebuild`: do not edit, but run that again when the source has changed.
"""

# fmt: off
# ruff: noqa
# ruff: noqa: PGH004
# isort: skip_file
