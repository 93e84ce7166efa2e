"""Is not."""

from pikku import Context, Services, func


@func  # want: PKU304
def receive(ctx: Context[Services]) -> None:
    ctx.logger.info("received")
