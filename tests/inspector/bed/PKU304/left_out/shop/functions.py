"""Is included."""

from pikku import Context, Services, func


@func
def send(ctx: Context[Services]) -> None:
    ctx.logger.info("sent")
