"""Settings: which place wins, and what is said of a value that can't be used."""

import os
from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ingest.settings import Settings, load_settings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty current folder, for a settings file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "send-assistant.toml").write_text(text, encoding="utf-8")


def refused(flags=None, environ=None) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(flags, environ or {})
    return str(caught.value)


def test_nothing_said_gives_the_defaults(folder):
    assert load_settings({}, {}) == Settings()


def test_a_flag_goes_before_the_environment_and_the_environment_before_the_file(folder):
    write(folder, "port = 7001\n")
    assert load_settings({}, {}).port == 7001
    assert load_settings({}, {"SEND_ASSISTANT_PORT": "7002"}).port == 7002
    assert load_settings({"port": "7003"}, {"SEND_ASSISTANT_PORT": "7002"}).port == 7003


def test_a_flag_that_was_not_given_hides_nothing(folder):
    assert load_settings({"port": None, "index": None}, {"SEND_ASSISTANT_PORT": "7002"}).port == 7002


def test_each_place_sets_its_own_and_leaves_the_rest(folder):
    write(folder, 'host = "0.0.0.0"\nrerank = false\n')
    chosen = load_settings({"index": "held"}, {"SEND_ASSISTANT_CANDIDATES": "12"})
    assert (chosen.index, chosen.host, chosen.rerank, chosen.candidates) == (Path("held"), "0.0.0.0", False, 12)
    assert chosen.fusion_k == Settings().fusion_k


def test_the_environment_of_the_process_is_read_where_none_is_given(folder, monkeypatch):
    monkeypatch.setenv("SEND_ASSISTANT_CANDIDATES", "17")
    assert load_settings().candidates == 17


def test_a_settings_file_can_be_named_in_the_environment(folder):
    (folder / "other.toml").write_text("port = 7009\n")
    write(folder, "port = 7001\n")
    assert load_settings({}, {"SEND_ASSISTANT_SETTINGS": "other.toml"}).port == 7009


def test_a_named_settings_file_that_is_not_there_is_an_error(folder):
    said = refused(environ={"SEND_ASSISTANT_SETTINGS": "nowhere.toml"})
    assert "SEND_ASSISTANT_SETTINGS" in said and "nowhere.toml" in said


def test_an_unknown_key_in_the_file_is_named_with_the_known_ones(folder):
    write(folder, "prot = 7001\n")
    said = refused()
    assert "send-assistant.toml" in said and "prot" in said and "port" in said


def test_a_misspelt_variable_is_not_passed_over(folder):
    said = refused(environ={"SEND_ASSISTANT_PROT": "7001"})
    assert "SEND_ASSISTANT_PROT" in said and "SEND_ASSISTANT_PORT" in said


def test_variables_of_other_programs_are_left_alone(folder):
    assert load_settings({}, {"PORT": "1", "SEND_OTHER_PORT": "x"}) == Settings()


def test_an_empty_folder_name_is_not_the_current_folder(folder):
    assert "SEND_ASSISTANT_INDEX" in refused(environ={"SEND_ASSISTANT_INDEX": ""})


def test_a_flag_that_is_no_setting_is_an_error(folder):
    assert "--colour" in refused({"colour": "red"})


def test_a_file_that_is_not_toml_is_named_with_the_place(folder):
    write(folder, "port = \n")
    said = refused()
    assert "send-assistant.toml" in said and "line 1" in said


def test_a_file_in_another_encoding_is_an_error_that_names_it(folder):
    (folder / "send-assistant.toml").write_bytes('host = "café"\n'.encode("latin-1"))
    assert "send-assistant.toml" in refused()


@pytest.mark.parametrize("value", ["seven", "", "78.5", "0", "-3"])
def test_a_bad_number_in_the_environment_names_the_variable(folder, value):
    said = refused(environ={"SEND_ASSISTANT_PORT": value})
    assert "SEND_ASSISTANT_PORT" in said and repr(value) in said


@pytest.mark.parametrize("value", ['"seven"', "78.5", "0", "-3", "true", "[1]", "inf"])
def test_a_bad_number_in_the_file_names_file_and_key(folder, value):
    write(folder, f"port = {value}\n")
    assert "send-assistant.toml: port" in refused()


@pytest.mark.parametrize("value", ["nan", "inf", "-1.5"])
def test_a_time_limit_must_be_a_number_that_can_be_waited_for(folder, value):
    assert "SEND_ASSISTANT_FILE_SECONDS" in refused(environ={"SEND_ASSISTANT_FILE_SECONDS": value})


def test_a_bad_flag_is_named_as_it_is_typed(folder):
    assert "--file-seconds" in refused({"file_seconds": "soon"})


def test_a_whole_number_does_for_a_time_limit_and_stays_a_float(folder):
    write(folder, "file_seconds = 5\n")
    assert load_settings({}, {}).file_seconds == 5.0


@pytest.mark.parametrize(("written", "meant"), [("1", True), ("Yes", True), ("on", True), ("FALSE", False), ("no", False), ("", False)])
def test_yes_and_no_may_be_written_in_several_ways(folder, written, meant):
    assert load_settings({}, {"SEND_ASSISTANT_RERANK": written}).rerank is meant


def test_neither_yes_nor_no_is_an_error(folder):
    assert "SEND_ASSISTANT_OCR" in refused(environ={"SEND_ASSISTANT_OCR": "perhaps"})


def test_hosts_come_comma_separated_from_the_environment_and_as_a_list_from_the_file(folder):
    write(folder, 'fetch_hosts = ["a.example", "b.example"]\n')
    assert load_settings({}, {}).fetch_hosts == ("a.example", "b.example")
    assert load_settings({}, {"SEND_ASSISTANT_FETCH_HOSTS": " c.example , d.example,"}).fetch_hosts == ("c.example", "d.example")


def test_hosts_that_are_not_a_list_are_an_error(folder):
    write(folder, "fetch_hosts = 5\n")
    assert "fetch_hosts" in refused()


def test_a_path_may_begin_at_the_home_folder(folder):
    home = Path(os.path.expanduser("~"))
    assert load_settings({}, {"SEND_ASSISTANT_INDEX": "~/held"}).index == home / "held"


def test_settings_cannot_be_changed_after_they_are_made():
    with pytest.raises(AttributeError):
        Settings().port = 1
