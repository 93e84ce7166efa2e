"""Figures and ratios as people read them."""

FEW, TEN, HUNDRED = 0.1, 10, 100


def amount(value: float, unit: str) -> str:
    """A value with its unit, with three digits or more."""
    if unit == "/s":
        return f"{value:,.0f} /s"
    return f"{_number(value)}{' × ' if unit == 'x' else f' {unit}'}".rstrip()


def ratio(times: float | None) -> str:
    """How many times as fast; below a tenth as a fraction, since nobody reads 0.0042."""
    if times is None:
        return ""
    return _number(times) if times >= FEW else f"1/{1 / times:,.0f}"


def _number(value: float) -> str:
    if value >= HUNDRED:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= TEN else f"{value:.2f}"
