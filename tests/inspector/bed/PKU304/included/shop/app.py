"""Includes one module, adds a function of another, and has a worker."""

from pikku import Pikku

from shop.jobs import clean, sweep

app = Pikku(include=["shop.functions"])
app.add_functions(clean)
app.wire_queue_worker(queue_name="sweep", func=sweep)
