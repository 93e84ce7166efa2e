"""A file that Python can read."""

from pikku import Context, Services, func


@func
def send(ctx: Context[Services]) -> None:
    ctx.logger.info("sent")
