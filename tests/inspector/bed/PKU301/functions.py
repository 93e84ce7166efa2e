"""Two functions of one name."""

from pikku import func

from pikku import Context, Services, func


@func
async def send(ctx: Context[Services]) -> None:
    ctx.logger.info("a")


@func(name="send")
def send_email(ctx: Context[Services]) -> None:  # want: PKU301
    ctx.logger.info("b")
