"""A file that Python cannot read."""

from pikku import func

@func
def send(ctx -> None:  # want: PKU001
    pass
