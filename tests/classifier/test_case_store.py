"""Holds the case store to keeping what it was given, once, privately, and whole after a crash."""

from __future__ import annotations

import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from classifier.case_store import VERSION, WAITING, CaseStore, NewCase, default_path
from classifier.errors import InputError

LOAN = NewCase(text="网上贷款要先交保证金，交了又说卡号填错要解冻费", category="fake_loan", source="案件.csv", row=2, batch="一")
TASK = NewCase(text="群里派单让我垫付，做完三单提不了现", category="task_rebate", source="案件.csv", row=3, batch="一")
WRONG = NewCase(
    text="说我的白条要注销，不然影响征信", category="fake_credit", status=WAITING, source="page", predicted="fake_customer_service", model="default 1"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cases.sqlite"


@pytest.fixture
def store(path: Path) -> CaseStore:
    return CaseStore(path)


def test_cases_come_back_as_they_were_given_after_the_store_was_closed(path: Path) -> None:
    with CaseStore(path) as store:
        assert store.add([LOAN, TASK, WRONG]).new == 3
    with CaseStore(path) as store:
        found = store.cases()
    assert [(case.text, case.category, case.status, case.source, case.row, case.batch) for case in found] == [
        (case.text, case.category, case.status, case.source, case.row, case.batch) for case in (LOAN, TASK, WRONG)
    ]
    assert [case.number for case in found] == [1, 2, 3]
    assert all(case.added.endswith("Z") for case in found)


def test_only_its_owner_can_read_it(store: CaseStore, path: Path) -> None:
    store.add([LOAN])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_users_own_store_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with CaseStore() as store:
        assert store.path == default_path() == tmp_path / "scamtype" / "cases.sqlite"


def test_a_text_is_there_once_whatever_its_script_and_punctuation(store: CaseStore) -> None:
    store.add([LOAN])
    again = NewCase(text="網上貸款，要先交保證金！交了又說卡號填錯，要解凍費。", category="fake_loan")
    added = store.add([again])
    assert (added.new, added.known, added.contradicting) == (0, 1, [])
    assert len(store.cases()) == 1


def test_another_label_for_the_same_text_is_told_and_changes_nothing(store: CaseStore) -> None:
    store.add([LOAN])
    other = NewCase(text=LOAN.text, category="task_rebate", source="另一.csv", row=9)
    added = store.add([other])
    assert [(new.row, old.row, old.category) for new, old in added.contradicting] == [(9, 2, "fake_loan")]
    assert [case.category for case in store.cases()] == ["fake_loan"]


def test_an_approved_case_takes_the_place_of_one_that_waits(store: CaseStore) -> None:
    store.add([WRONG])
    assert store.add([NewCase(text=WRONG.text, category="fake_loan")]).new == 1
    assert [(case.category, case.status) for case in store.cases()] == [("fake_loan", "approved")]


def test_what_waits_is_approved_by_its_number(store: CaseStore) -> None:
    store.add([LOAN, WRONG])
    assert [case.number for case in store.cases(status=WAITING)] == [2]
    assert store.approve([1, 2, 2, 77]) == 1
    assert store.cases(status=WAITING) == []


def test_a_number_is_never_given_twice(store: CaseStore) -> None:
    store.add([LOAN, TASK])
    assert store.remove([2, 2, 5]) == 1
    store.add([WRONG])
    assert [case.number for case in store.cases()] == [1, 3]


def test_what_is_removed_is_not_in_the_file_either(store: CaseStore, path: Path) -> None:
    store.add([LOAN, TASK])
    assert LOAN.text.encode() in path.read_bytes()
    store.remove([1])
    assert LOAN.text.encode() not in path.read_bytes()


def test_cases_are_found_by_category_and_source(store: CaseStore) -> None:
    store.add([LOAN, TASK, WRONG])
    assert [case.number for case in store.cases(category="task_rebate")] == [2]
    assert [case.number for case in store.cases(source="page", status=WAITING)] == [3]
    assert store.counts() == {("fake_credit", WAITING): 1, ("fake_loan", "approved"): 1, ("task_rebate", "approved"): 1}
    assert store.corrections() == [("fake_customer_service", "fake_credit", 1)]


def test_declared_types_are_kept_and_replaced(store: CaseStore) -> None:
    store.declare([{"code": "pig", "name": "养猪"}, {"code": "cat", "name": "猫"}])
    store.declare([{"code": "pig", "name": "代养猪"}])
    assert store.declared() == [{"code": "cat", "name": "猫"}, {"code": "pig", "name": "代养猪"}]


def test_half_a_surrogate_pair_is_no_obstacle(store: CaseStore) -> None:
    assert store.add([NewCase(text="被骗\ud83d三万元", category="fake_loan")]).new == 1
    assert store.cases()[0].text == "被骗?三万元"


def test_if_one_case_fails_none_is_added(store: CaseStore) -> None:
    def cases() -> object:
        yield LOAN
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.add(cases())  # type: ignore[arg-type]
    assert store.cases() == []
    assert store.add([LOAN]).new == 1


def test_several_threads_lose_nothing(store: CaseStore) -> None:
    def add(start: int) -> None:
        for i in range(start, start + 20):
            store.add([NewCase(text=f"第{chr(0x4E00 + i)}个人说的话", category="fake_loan")])

    threads = [Thread(target=add, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.cases()) == 60


def test_what_is_no_store_is_one_line_and_stays(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a store at all, but something of the user's" * 50)
    before = path.read_bytes()
    with pytest.raises(InputError, match="--store"):
        CaseStore(path)
    assert path.read_bytes() == before


def test_a_store_of_a_newer_version_is_refused(store: CaseStore, path: Path) -> None:
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    with pytest.raises(InputError, match="升级"):
        CaseStore(path)


def test_a_folder_in_its_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="案例库"):
        CaseStore(tmp_path)


ADDING = """
import sys
from classifier.case_store import CaseStore, NewCase
print("ready", flush=True)
for batch in range(1000):
    with CaseStore(sys.argv[1]) as store:
        store.add(NewCase(text=f"{batch}号批次的{i}号案情" + "长" * 200, category="fake_loan", batch=str(batch)) for i in range(50))
"""


def test_a_process_that_is_killed_leaves_whole_imports_only(path: Path) -> None:
    chance = random.Random(1)
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", ADDING, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.01, 0.15))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with CaseStore(path) as store:
            batches = [case.batch for case in store.cases()]
        assert {batches.count(batch) for batch in set(batches)} <= {50}
    assert batches


def test_a_correction_of_an_approved_case_waits_beside_it_and_takes_its_place_when_approved(store: CaseStore) -> None:
    store.add([LOAN])
    correction = NewCase(text=LOAN.text, category="task_rebate", status=WAITING, predicted="fake_loan", model="m")
    assert store.add([correction]).new == 1
    assert store.add([correction]).known == 1
    assert store.add([replace(correction, category="romance")]).new == 1  # somebody thought again
    assert [(case.category, case.status) for case in store.cases()] == [("fake_loan", "approved"), ("romance", WAITING)]
    assert store.corrections() == [("fake_loan", "romance", 1)]
    assert store.approve([store.cases(status=WAITING)[0].number]) == 1
    assert [(case.category, case.status) for case in store.cases()] == [("romance", "approved")]
    assert store.add([replace(correction, category="romance")]).known == 1


def test_a_label_gives_way_when_asked_and_a_correction_that_waits_with_it(store: CaseStore) -> None:
    store.add([LOAN, replace(WRONG, text=LOAN.text)])
    added = store.add([replace(LOAN, category="task_rebate")], relabel=True)
    assert (added.new, added.relabelled, added.contradicting) == (0, 1, [])
    assert [case.category for case in store.cases()] == ["task_rebate"]


def test_a_store_of_the_first_version_is_taken_over(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "create table cases (number integer primary key autoincrement, letters text not null unique, text text not null, category text not null,"
            " status text not null, source text not null, row integer, added text not null, batch text not null, predicted text, model text,"
            " note text not null); create table types (code text primary key, entry text not null); pragma user_version = 1;"
            "insert into cases values (7, 'x', '旧', 'romance', 'waiting', 'a', 3, '2026-01-01T00:00:00Z', 'b', 'p', 'm', 'n');"
            "insert into cases values (9, 'y', '新', 'romance', 'approved', 'a', 4, '2026-01-01T00:00:00Z', 'b', null, null, '');"
            "delete from cases where number = 9;"
        )
    connection.close()
    with CaseStore(path) as store:
        [case] = store.cases()
        assert (case.number, case.text, case.status, case.row, case.predicted, case.note) == (7, "旧", WAITING, 3, "p", "n")
        store.add([LOAN])
        assert [case.number for case in store.cases()] == [7, 10]
    with CaseStore(path) as store:
        assert len(store.cases()) == 2


def test_another_programs_database_is_refused_and_not_touched(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("create table theirs (a)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="别的程序"):
        CaseStore(path)
    assert path.read_bytes() == before


def test_one_that_others_could_read_is_closed_to_them(store: CaseStore, path: Path) -> None:
    store.close()
    path.chmod(0o644)
    CaseStore(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_changes_are_one_when_they_are_made_as_one(store: CaseStore) -> None:
    def both() -> None:
        with store.transaction():
            store.declare([{"code": "pig", "name": "养猪"}])
            store.add([LOAN])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        both()
    assert (store.declared(), store.cases()) == ([], [])
