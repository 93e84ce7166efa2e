"""Is not."""

from pikku import Context, Services, func


@func
def receive(ctx: Context[Services]) -> None:  # want: PKU304
    ctx.logger.info("received")
