"""Has a function of the same name."""

from pikku import Context, Services, func


@func  # want: PKU301
def send(ctx: Context[Services]) -> None:
    ctx.logger.info("south")
