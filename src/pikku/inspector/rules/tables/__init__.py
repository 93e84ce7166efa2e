"""The names that belong into steps, one file for each rule."""

from pikku.inspector.rules.table import Table
from pikku.inspector.rules.tables.chance import CHANCE
from pikku.inspector.rules.tables.clock import CLOCK
from pikku.inspector.rules.tables.environment import ENVIRONMENT
from pikku.inspector.rules.tables.files import FILES
from pikku.inspector.rules.tables.network import NETWORK
from pikku.inspector.rules.tables.programs import PROGRAMS
from pikku.inspector.rules.tables.threads import THREADS
from pikku.inspector.rules.tables.uuids import UUIDS
from pikku.inspector.rules.tables.waiting import WAITING

TABLES: tuple[Table, ...] = (CLOCK, CHANCE, UUIDS, ENVIRONMENT, NETWORK, FILES, PROGRAMS, WAITING, THREADS)
