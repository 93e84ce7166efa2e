"""The SQL of this store, one query per file, read when the store is imported."""

from importlib.resources import files


def query(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
