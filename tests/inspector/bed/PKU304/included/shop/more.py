"""Comes with what imports it."""

from pikku import Context, Services, func


@func
def receive(ctx: Context[Services]) -> None:
    ctx.logger.info("received")
