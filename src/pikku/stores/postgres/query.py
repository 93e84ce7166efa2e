"""The SQL of this store, one query per file, read when the store is imported."""

from importlib.resources import files

from pikku.stores.row import spelled_out


class Query:
    """The text of `sql/<name>.sql`, for the schema of a store."""

    def __init__(self, name: str) -> None:
        self._text = spelled_out(files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))

    def within(self, quoted_schema: str) -> str:
        """The query in a schema, whose name is validated and quoted: names cannot be parameters of a statement."""
        return self._text.replace("{schema}", quoted_schema)
