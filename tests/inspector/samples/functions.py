"""Functions that the samples call."""

from pikku import Context, Services, func

SEND = "email.send"


@func
async def charge(ctx: Context[Services], data: int) -> str:
    return f"charge {data}"


@func(name="payments.refund")
async def refund(ctx: Context[Services], data: str) -> None: ...


@func(name=SEND)
def send_email(ctx: Context[Services], data: dict[str, str]) -> None: ...


@func
async def reserve(ctx: Context[Services], data: str) -> bool:
    return bool(data)


@func
async def release(ctx: Context[Services], data: str) -> None: ...
