"""A network that delays, loses and cuts, between a process and its store: every run ends right all the same."""

import asyncio
from collections.abc import Callable
from itertools import count

import pytest
from tests.faults.crowd import crowd_on
from tests.faults.proxy import Proxy, Weather
from tests.faults.ways import Way, way_to_postgres, way_to_redis
from tests.servers import Servers

from pikku.ports.store import Store
from pikku.stores.postgres import PostgresStore
from pikku.stores.redis import RedisStore
from pikku.testing.servers.fixtures import new_redis_prefix

STORMS, STORM_SECONDS = 4, 0.05

_schemas = count()


def on_postgres(servers: Servers) -> tuple[Way, Callable[[str], Store], str]:
    schema = f"faults_{next(_schemas)}"
    return way_to_postgres(servers.postgres), lambda url: PostgresStore(url, schema=schema), servers.postgres


def on_redis(servers: Servers) -> tuple[Way, Callable[[str], Store], str]:
    prefix = new_redis_prefix()
    return way_to_redis(servers.redis), lambda url: RedisStore(url, prefix=prefix), servers.redis


@pytest.mark.parametrize("weather", [each for each in Weather if each is not Weather.FAIR])
@pytest.mark.parametrize("place", [on_postgres, on_redis], ids=["postgres", "redis"])
async def test_bad_weather_changes_no_outcome_and_repeats_no_finished_step(
    place: Callable[[Servers], tuple[Way, Callable[[str], Store], str]],
    weather: Weather,
    servers: Servers,
    record_property: Callable[[str, int], None],
) -> None:
    way, store_at, straight = place(servers)
    async with Proxy(way.connect).running() as proxy:
        async with crowd_on(store_at(way.by(proxy.port)), store_at(straight)) as crowd:
            await crowd.start()
            for _ in range(STORMS):
                proxy.change(weather)
                await asyncio.sleep(STORM_SECONDS)
                proxy.change(Weather.FAIR)
                await asyncio.sleep(STORM_SECONDS)
            await crowd.end_right()
        assert proxy.harmed > 0
        record_property(f"pieces of network traffic: {weather.value}", proxy.harmed)
