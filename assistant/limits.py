"""Rate limits: how often one person, or one address, may do something in a minute."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW = 60.0
MOST_KEYS = 10_000
"Keys remembered before those without a recent request are forgotten."


class RateLimit:
    """Counts requests by key in a moving window of a minute, in memory."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, deque[float]] = {}

    def wait(self, key: str) -> int:
        """0 where the request may go on, which is then counted; else whole seconds until one may."""
        now = self._clock()
        with self._lock:
            if len(self._seen) >= MOST_KEYS and key not in self._seen:
                self._seen = {k: times for k, times in self._seen.items() if times[-1] > now - WINDOW}
            times = self._seen.setdefault(key, deque(maxlen=self.per_minute))
            if len(times) == self.per_minute and times[0] > now - WINDOW:
                return max(1, math.ceil(times[0] + WINDOW - now))
            times.append(now)
            return 0


def too_many(what: str, limit: RateLimit, seconds: int) -> str:
    """What the person is told: '30 questions a minute are the most. Ask again in 12 seconds.'"""
    return (
        f"{limit.per_minute} {what} a minute are the most. Try again in {seconds} second{'' if seconds == 1 else 's'}."
    )
