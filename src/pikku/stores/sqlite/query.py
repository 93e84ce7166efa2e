"""The SQL of this store, one query per file, read when the store is imported."""

from importlib.resources import files

from pikku.stores.row import spelled_out


def query(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return spelled_out(files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))
