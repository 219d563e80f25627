"""Accounts: what is kept of a password, who may sign in, and how long."""

import sqlite3
import threading

import pytest

from assistant.accounts import CHECKED_SECONDS, LOCK_SECONDS, TRIES, Accounts, SignInRefused
from ingest.errors import SendAssistantError, SettingsError

GOOD = "lantern-otter-gravel"
OTHER = "teapot-cloud-bicycle"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashes that cost nothing; their strength is the library's default and not tested here."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(Accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def accounts(tmp_path, clock):
    accounts = Accounts(tmp_path / "data", session_hours=2, clock=clock)
    accounts.add("anna", GOOD)
    return accounts


def wrong(accounts, name="anna", times=1) -> str:
    """What the last of some wrong tries is told."""
    for _ in range(times):
        with pytest.raises(SignInRefused) as refused:
            accounts.sign_in(name, "not the password")
    return str(refused.value)


def test_right_password_signs_in_and_capitals_in_the_name_make_no_difference(accounts):
    name, token = accounts.sign_in(" Anna ", GOOD)
    assert name == "anna"
    assert accounts.signed_in(token) == "anna"


def test_neither_passwords_nor_sessions_stand_in_the_file(accounts, tmp_path):
    _, token = accounts.sign_in("anna", GOOD)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"$argon2id$" in kept
    assert GOOD.encode() not in kept and token.encode() not in kept


def test_files_are_for_their_owner_only(accounts, tmp_path):
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data" / "accounts.sqlite3").stat().st_mode & 0o077 == 0


def test_wrong_password_says_how_many_tries_are_left(accounts):
    assert "4 tries are left" in wrong(accounts)
    assert "1 try is left" in wrong(accounts, times=3)


def test_after_five_wrong_tries_the_right_password_has_to_wait(accounts, clock):
    assert "in 15 minutes" in wrong(accounts, times=TRIES)
    clock.now += LOCK_SECONDS - 61
    with pytest.raises(SignInRefused, match="in 2 minutes"):
        accounts.sign_in("anna", GOOD)
    clock.now += 62
    assert accounts.sign_in("anna", GOOD)[0] == "anna"


def test_trying_while_it_is_locked_does_not_make_the_wait_longer(accounts, clock):
    wrong(accounts, times=TRIES)
    clock.now += LOCK_SECONDS - 10
    wrong(accounts, times=3)
    clock.now += 11
    accounts.sign_in("anna", GOOD)


def test_a_name_without_account_is_told_the_same_and_locked_the_same(accounts):
    assert wrong(accounts, "nobody") == wrong(accounts, "anna")
    assert wrong(accounts, "nobody", TRIES) == wrong(accounts, "anna", TRIES)


def test_signing_in_begins_the_count_anew(accounts):
    wrong(accounts, times=TRIES - 1)
    accounts.sign_in("anna", GOOD)
    assert "4 tries are left" in wrong(accounts)


def test_many_tries_at_once_get_no_more_than_one_after_another(accounts):
    told = []

    def one() -> None:
        try:
            accounts.sign_in("anna", "not the password")
        except SignInRefused as refused:
            told.append(str(refused))

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("left" in words for words in told) == TRIES - 1
    assert sum("Too many" in words for words in told) == 12 - (TRIES - 1)


def test_a_session_ends_after_its_hours_and_with_signing_out(accounts, clock):
    _, token = accounts.sign_in("anna", GOOD)
    clock.now += 2 * 3600 - 1
    assert accounts.signed_in(token) == "anna"
    clock.now += 2
    assert accounts.signed_in(token) is None
    _, token = accounts.sign_in("anna", GOOD)
    accounts.sign_out(token)
    assert accounts.signed_in(token) is None


def test_a_new_password_ends_sessions_and_the_wait(accounts):
    _, token = accounts.sign_in("anna", GOOD)
    wrong(accounts, times=TRIES)
    accounts.set_password("anna", OTHER)
    assert accounts.signed_in(token) is None
    accounts.sign_in("anna", OTHER)
    with pytest.raises(SignInRefused):
        accounts.sign_in("anna", GOOD)


def test_removing_an_account_ends_its_sessions(accounts):
    _, token = accounts.sign_in("anna", GOOD)
    accounts.remove("Anna")
    assert accounts.signed_in(token) is None
    assert accounts.list() == []


def test_the_list_shows_when_someone_signed_in_and_until_when_a_name_waits(accounts, clock):
    accounts.sign_in("anna", GOOD)
    [account] = accounts.list()
    assert (account.added, account.signed_in, account.locked_until) == (clock.now, clock.now, None)
    wrong(accounts, times=TRIES)
    assert accounts.list()[0].locked_until == clock.now + LOCK_SECONDS


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa", "x" * 600])
def test_a_password_that_is_too_easy_or_too_long_is_refused(accounts, password):
    with pytest.raises(SendAssistantError, match="words make a good one"):
        accounts.add("ben", password)


@pytest.mark.parametrize("name", ["", "../anna", "a b", "-x", "á", "x" * 65])
def test_a_name_with_other_signs_is_refused(accounts, name):
    with pytest.raises(SendAssistantError, match="a name has"):
        accounts.add(name, GOOD)


def test_adding_twice_and_changing_nobody_say_what_to_do(accounts):
    with pytest.raises(SendAssistantError, match="users password anna"):
        accounts.add("ANNA", OTHER)
    for change in (lambda: accounts.remove("ben"), lambda: accounts.set_password("ben", OTHER)):
        with pytest.raises(SendAssistantError, match="users list"):
            change()


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(SettingsError, match="data"):
        Accounts(tmp_path / "data")


def test_a_file_of_a_later_version_is_not_touched(tmp_path):
    import sqlite3

    Accounts(tmp_path)
    with sqlite3.connect(tmp_path / "accounts.sqlite3") as database:
        database.execute("PRAGMA user_version = 9")
    with pytest.raises(SettingsError, match="another version"):
        Accounts(tmp_path)


def test_a_checked_password_begins_no_session_and_is_known_for_a_while_without_a_hash(accounts, clock, tmp_path):
    assert accounts.recently_checked("anna", GOOD) is None
    assert accounts.check(" Anna ", GOOD) == "anna"
    with sqlite3.connect(tmp_path / "data" / "accounts.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    assert accounts.list()[0].signed_in == clock.now
    clock.now += CHECKED_SECONDS - 1
    assert accounts.recently_checked("ANNA", GOOD) == "anna"
    assert accounts.recently_checked("anna", OTHER) is None
    clock.now += 1
    assert accounts.recently_checked("anna", GOOD) is None


def test_wrong_passwords_count_the_same_wherever_they_are_tried(accounts, clock):
    accounts.check("anna", GOOD)
    wrong(accounts, times=TRIES - 1)
    assert accounts.recently_checked("anna", GOOD) == "anna"
    with pytest.raises(SignInRefused, match="Too many wrong passwords"):
        accounts.check("anna", "not the password")
    assert accounts.recently_checked("anna", GOOD) is None
    with pytest.raises(SignInRefused, match="in 15 minutes"):
        accounts.check("anna", GOOD)
    clock.now += LOCK_SECONDS
    assert accounts.check("anna", GOOD) == "anna"


def test_a_new_password_is_the_only_one_known(accounts):
    accounts.check("anna", GOOD)
    accounts.set_password("anna", OTHER)
    assert accounts.recently_checked("anna", GOOD) is None
    accounts.remove("anna")
    assert accounts.recently_checked("anna", GOOD) is None
