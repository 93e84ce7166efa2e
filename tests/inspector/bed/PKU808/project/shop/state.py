"""What several files share."""

FLAGS: dict[str, bool] = {"fast": False}
NAMES = ("a", "b")
