"""Wires what another file marks."""

from pikku import Pikku

from shop.workflows import two

app = Pikku(include=["shop.workflows"])
app.wire_workflow(name="two", func=two)
