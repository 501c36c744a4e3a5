"""Holds the pool to the order of its jobs, to a bounded look ahead, to its workers' deaths, and to errors that come through."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest
from joblib import Parallel, delayed

from classifier.errors import InputError, WorkerDied
from classifier.parallel import cores, ordered


def double(number: int) -> int:
    return 2 * number


def worker(number: int) -> int:
    return os.getpid()


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


def test_the_pool_and_joblibs_own_leave_each_other_alone() -> None:
    # joblib keeps one pool for a whole process, and so does whoever asks scikit-learn for several jobs.
    for start in range(2):
        assert list(ordered(double, ((number,) for number in range(start, 5)), workers=2)) == [2 * number for number in range(start, 5)]
        assert Parallel(n_jobs=2)(delayed(double)(number) for number in range(start, 5)) == [2 * number for number in range(start, 5)]


def test_a_pool_that_another_replaces_gives_the_rest_of_its_results() -> None:
    first = ordered(double, ((number,) for number in range(20)), workers=2)
    assert next(first) == 0
    assert list(ordered(double, [(7,)], workers=1)) == [14]
    assert list(first) == [2 * number for number in range(1, 20)]


def test_idle_workers_are_the_same_for_the_next_jobs() -> None:
    before = set(ordered(worker, ((number,) for number in range(8)), workers=2))
    after = set(ordered(worker, ((number,) for number in range(8)), workers=2))
    assert before & after


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1
