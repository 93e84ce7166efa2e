"""Has a function of the same name."""

from pikku import Context, Services, func


@func
def send(ctx: Context[Services]) -> None:  # want: PKU301
    ctx.logger.info("south")
