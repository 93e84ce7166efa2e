"""Is added one by one."""

from pikku import Context, Services, func


@func
def clean(ctx: Context[Services]) -> None:
    ctx.logger.info("cleaned")


@func
def sweep(ctx: Context[Services]) -> None:
    ctx.logger.info("swept")
