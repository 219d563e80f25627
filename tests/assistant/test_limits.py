"""Rate limits in a moving window of a minute."""

from assistant.limits import RateLimit, too_many


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_third_of_two_a_minute_waits_until_the_first_is_a_minute_old():
    clock = Clock()
    limit = RateLimit(2, clock)
    assert limit.wait("anna") == 0
    clock.now = 20
    assert limit.wait("anna") == 0
    clock.now = 30.5
    assert limit.wait("anna") == 30  # 60 - 30.5, rounded up
    clock.now = 60
    assert limit.wait("anna") == 0
    assert limit.wait("anna") == 20


def test_one_persons_requests_do_not_count_for_another():
    limit = RateLimit(1, Clock())
    assert limit.wait("anna") == 0
    assert limit.wait("ben") == 0
    assert limit.wait("anna") == 60


def test_a_refused_request_is_not_counted():
    clock = Clock()
    limit = RateLimit(1, clock)
    limit.wait("anna")
    for clock.now in range(1, 60):
        assert limit.wait("anna") > 0
    clock.now = 60
    assert limit.wait("anna") == 0


def test_names_without_recent_requests_are_forgotten(monkeypatch):
    monkeypatch.setattr("assistant.limits.MOST_KEYS", 3)
    clock = Clock()
    limit = RateLimit(1, clock)
    for name in "abc":
        limit.wait(name)
    clock.now = 100
    limit.wait("d")
    assert set(limit._seen) == {"d"}


def test_the_message_says_how_many_and_when():
    assert too_many("questions", RateLimit(30), 12) == "30 questions a minute are the most. Try again in 12 seconds."
    assert too_many("questions", RateLimit(30), 1).endswith("in 1 second.")
