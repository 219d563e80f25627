"""Averages, their intervals and paired differences."""

import pytest

from evals.averages import average, paired, percentile


def test_unscored_values_are_left_out_and_counted():
    found = average([1.0, None, 0.0, None])
    assert (found.mean, found.scored, found.unscored) == (0.5, 2, 2)


def test_nothing_scored_has_no_average_and_is_no_nan():
    assert average([None]).mean is None and average([]).mean is None


def test_an_interval_holds_the_mean_is_repeatable_and_shrinks_with_more_cases():
    few, many = average([0.0, 1.0] * 10), average([0.0, 1.0] * 1000)
    assert few == average([0.0, 1.0] * 10)
    assert few.low < few.mean < few.high
    assert many.high - many.low < (few.high - few.low) / 5
    # the mean of 2,000 coins has a standard error of .5 / sqrt(2000) = .0112
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.0112, rel=0.1)


def test_values_that_are_all_alike_have_no_width():
    assert average([1.0] * 8).low == average([1.0] * 8).high == 1.0


def test_a_paired_gain_is_over_the_cases_that_both_scored():
    gain = paired({"a": 1.0, "b": 0.5, "c": None, "d": 1.0}, {"a": 0.0, "b": 0.5, "c": 1.0, "e": 0.0})
    assert (gain.mean, gain.scored, gain.unscored) == (0.5, 2, 3)


def test_one_case_that_turns_is_chance_and_four_are_not():
    before = {str(n): 1.0 for n in range(100)}
    assert paired(before | {"0": 0.0}, before).high == 0.0
    assert paired(before | {str(n): 0.0 for n in range(4)}, before).high < 0


def test_a_percentile_is_a_value_that_was_measured():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert percentile(values, 0.5) == 3.0
    assert percentile(values, 0.8) == 4.0
    assert percentile(values, 0.95) == 5.0
    assert percentile([7.0], 0.5) == 7.0
