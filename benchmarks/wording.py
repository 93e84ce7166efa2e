"""Figures and ratios as people read them."""

FEW, TEN, HUNDRED = 0.1, 10, 100


def amount(value: float, unit: str) -> str:
    """A value with its unit."""
    return f"{number(value)} {'×' if unit == 'x' else unit}"


def ratio(times: float | None) -> str:
    """How many times as fast; below a tenth as a fraction, since nobody reads 0.0042."""
    if times is None:
        return ""
    return number(times) if times >= FEW else f"1/{1 / times:,.0f}"


def number(value: float) -> str:
    """A value with three digits or more."""
    if value >= HUNDRED:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= TEN else f"{value:.2f}"
