"""Has a function of the same name, in another application."""

from pikku import Context, Services, func


@func
def send(ctx: Context[Services]) -> None:
    ctx.logger.info("south")
