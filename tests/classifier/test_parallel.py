"""Holds the pool to the order of its jobs, to a bounded look ahead, to its workers' deaths, and to errors that come through."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from classifier.errors import InputError, WorkerDied
from classifier.parallel import cores, ordered


def double(number: int) -> int:
    return 2 * number


def refuse(number: int) -> int:
    raise InputError("no_column", column=number)


def die_once(number: int, mark: str) -> int:
    if number == 5 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_the_order_of_the_jobs() -> None:
    assert list(ordered(double, ((number,) for number in range(200)), workers=2)) == [2 * number for number in range(200)]


def test_no_jobs_have_no_results() -> None:
    assert list(ordered(double, [], workers=2)) == []


def test_only_a_few_jobs_are_taken_ahead() -> None:
    taken: list[int] = []

    def endless() -> Iterator[tuple[int]]:
        for number in count():
            taken.append(number)
            yield (number,)

    assert list(islice(ordered(double, endless(), workers=2), 10)) == [2 * number for number in range(10)]
    assert len(taken) <= 10 + 4


def test_a_worker_that_dies_is_replaced_and_its_job_done_again(tmp_path: Path) -> None:
    jobs = ((number, str(tmp_path / "died")) for number in range(20))
    assert list(ordered(die_once, jobs, workers=2)) == list(range(20))


def test_a_job_that_kills_every_worker_is_one_error() -> None:
    with pytest.raises(WorkerDied, match="--workers"):
        list(ordered(die, [(1,)], workers=2))


def test_an_error_of_a_job_comes_through_as_it_is() -> None:
    with pytest.raises(InputError) as caught:
        list(ordered(refuse, [(7,)], workers=2))
    assert caught.value.values == {"column": 7}


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1
