"""What tells the time: another one at every replay, also when it is only measured for a log."""

from pikku.inspector.rules.table import Table, names

CLOCK = Table(
    code="PKU801",
    reason="{name} tells another time at every replay",
    step="Look at the clock",
    calls=names(
        """
        time: time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns
        time: thread_time thread_time_ns clock_gettime clock_gettime_ns localtime gmtime ctime strftime asctime
        datetime.datetime: now utcnow today
        datetime.date: today
        django.utils.timezone: now localdate localtime
        pendulum: now today tomorrow yesterday
        arrow: now utcnow
        whenever.Instant: now
        whenever.ZonedDateTime: now now_in_system_tz
        pandas.Timestamp: now utcnow today
        asyncio.AbstractEventLoop: time
        """
    ),
)
TAKES_A_TIME = {
    "time.localtime": 1,
    "time.gmtime": 1,
    "time.ctime": 1,
    "time.asctime": 1,
    "time.strftime": 2,
    "django.utils.timezone.localtime": 1,
    "django.utils.timezone.localdate": 1,
}
"""Given so many arguments, these convert a time and do not look at the clock."""
