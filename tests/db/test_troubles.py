"""When something is wrong with a source, by what it was like before: a year in small, and single cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from db.bands import Band
from db.field_rates import PageRead
from db.troubles import Memory, RunEnd
from scheduler.calendar import WorkCalendar
from tests.benchmarks.health_year import FAULTS, SEEDS, Outcome, simulate

START = datetime(2026, 3, 2, 0, tzinfo=UTC)  # 08:00 in Beijing, a Monday
CALENDAR = WorkCalendar()


def kind_of(day: date) -> str:
    return str(CALENDAR.kind(day))


def page(at: datetime, **fields: bool) -> PageRead:
    there = {"title": True, "published": True, "origin": True, "authors": False} | fields
    return PageRead(at.isoformat(), True, **there, length=800)


def workdays(memory: Memory, days: int, since: datetime = START, new: int = 3) -> datetime:
    """Looks every two hours; on workdays something new at ten in the morning. The moment after the last."""
    for number in range(12 * days):
        at = since + timedelta(hours=2 * number)
        found = new if CALENDAR.workday(at.date()) and at.hour == 2 else 0
        memory.learn_run(RunEnd(at, at, "complete", found), kind_of)
    return since + timedelta(days=days)


@pytest.fixture(scope="module")
def year() -> list[Outcome]:
    return [simulate(seed) for seed in SEEDS[:7]]  # one of each habit


def test_a_simulated_year_raises_at_most_one_false_alarm_a_source_and_quarter(year: list[Outcome]) -> None:
    assert max(count for one in year for count in (*one.false.values(), 0)) <= 1


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_of_a_year_are_found(year: list[Outcome], fault: str) -> None:
    found = [one.delays[fault] for one in year if fault in one.delays]

    assert len(found) >= 6
    assert sorted(found)[len(found) // 2] <= 2
    assert max(found) <= 3


def test_the_spring_festival_is_no_silence_and_two_silent_workdays_soon_are() -> None:
    memory = Memory()
    festival = datetime(2026, 2, 14, 0, tzinfo=UTC)
    end = workdays(memory, 60, festival - timedelta(days=60))
    quiet = festival + timedelta(days=9, hours=20)  # 15 to 23 February are off; the 14th is worked
    after = workdays(memory, 1, end)
    while after < quiet:
        memory.learn_run(RunEnd(after, after, "complete", 0), kind_of)
        after += timedelta(hours=2)
        assert not memory.troubles(), after
    while not memory.troubles():
        memory.learn_run(RunEnd(after, after, "complete", 0), kind_of)
        after += timedelta(hours=2)
    assert after <= datetime(2026, 2, 27, tzinfo=UTC)
    (trouble,) = memory.troubles()
    assert trouble.kind == "silent"
    assert trouble.detail.startswith("沉默 1")


def test_silence_ends_with_the_next_publication() -> None:
    memory = Memory()
    end = workdays(memory, 42)
    silent = end + timedelta(days=7)
    for hours in range(0, 24 * 7, 2):
        memory.learn_run(RunEnd(end, end + timedelta(hours=hours), "complete", 0), kind_of)
    assert [one.kind for one in memory.troubles()] == ["silent"]

    memory.learn_run(RunEnd(silent, silent, "complete", 4), kind_of)

    assert memory.troubles() == ()


def test_a_busy_source_that_brings_a_quarter_of_the_usual_is_few_until_it_is_as_before() -> None:
    memory = Memory()
    at = START
    for day in range(60):
        for hour in range(24):
            at = START + timedelta(days=day, hours=hour)
            usual = CALENDAR.workday(at.date()) and hour < 9
            lost = day >= 45 and hour % 4
            memory.learn_run(RunEnd(at, at, "complete", int(usual and not lost)), kind_of)
        assert day >= 45 or memory.troubles() == (), day
        assert [one.kind for one in memory.troubles()] == ["few"] or day < 56, day

    (trouble,) = memory.troubles()
    assert trouble.detail.startswith("偏少：近一周更新 1")
    for hour in range(24 * 14):
        moment = at + timedelta(hours=1 + hour)
        new = CALENDAR.workday(moment.date()) and moment.hour < 9
        memory.learn_run(RunEnd(moment, moment, "complete", int(new)), kind_of)
    assert memory.troubles() == ()


def test_a_source_that_slows_down_is_judged_by_its_new_habit_after_a_while() -> None:
    band = Band()
    for number in range(400):
        at = START + timedelta(days=number)
        band.learn(at, int(number < 100 or number % 9 == 0), kind_of)

    assert band.rate("workday") < 0.3
    assert not band.silent


def test_a_bad_run_is_an_accident_and_two_refusals_are_trouble() -> None:
    memory = Memory()
    end = workdays(memory, 3)
    memory.learn_run(RunEnd(end, end, "failed", 0, "连不上"), kind_of)
    assert memory.troubles() == ()
    memory.learn_run(RunEnd(end, end, "interrupted", 0), kind_of)  # we were stopped: says nothing of the site
    memory.learn_run(RunEnd(end + timedelta(hours=1), end + timedelta(hours=1), "blocked", 0, "403"), kind_of)

    (trouble,) = memory.troubles()
    assert (trouble.kind, trouble.since, trouble.detail) == ("blocked", end.isoformat(), "连续 2 次：403")
    memory.learn_run(RunEnd(end, end + timedelta(hours=2), "complete", 0), kind_of)
    assert memory.troubles() == ()


def test_a_site_that_answers_at_the_third_look_was_no_trouble() -> None:
    memory = Memory()
    end = workdays(memory, 3)
    for failures in (1, 2):
        memory.learn_run(RunEnd(end, end + timedelta(minutes=5 * failures), "failed", 0, "连不上"), kind_of)
        assert memory.troubles() == ()
    memory.learn_run(RunEnd(end, end + timedelta(minutes=30), "failed", 0, "连不上"), kind_of)
    assert [one.detail for one in memory.troubles()] == ["连续 3 次：连不上"]


def test_a_list_that_never_showed_an_article_is_new_and_not_broken() -> None:
    memory = Memory()
    for hours in range(20):
        at = START + timedelta(hours=hours)
        memory.learn_run(RunEnd(at, at, "incomplete", 0, "empty list"), kind_of)

    assert memory.troubles() == ()


def test_a_field_that_was_always_there_is_missed_within_three_pages() -> None:
    memory = Memory()
    for number in range(60):
        memory.learn_page(page(START + timedelta(hours=number)))
    broken = START + timedelta(hours=100)
    pages = 0
    while not memory.troubles():
        memory.learn_page(page(broken + timedelta(hours=pages), published=False, origin=False))
        pages += 1

    assert pages <= 3
    (trouble,) = memory.troubles()
    assert trouble.kind == "fields"
    assert trouble.since == broken.isoformat()
    assert trouble.detail == "改版疑似：日期、来源变空"


def test_a_field_that_is_missing_at_first_in_some_pages_is_not_missed() -> None:
    memory = Memory()
    for number in range(400):
        memory.learn_page(page(START + timedelta(hours=number), origin=number % 10 < 6))
        assert memory.troubles() == (), number


def test_pages_that_cannot_be_read_any_more_are_missed() -> None:
    memory = Memory()
    for number in range(30):
        memory.learn_page(page(START + timedelta(hours=number)))
    for number in range(4):
        memory.learn_page(PageRead((START + timedelta(hours=40 + number)).isoformat(), False))

    assert [one.detail for one in memory.troubles()] == ["改版疑似：正文变空"]


def test_what_is_kept_is_what_was_learned() -> None:
    memory = Memory()
    workdays(memory, 20)
    for number in range(12):
        memory.learn_page(page(START + timedelta(hours=number)))

    again = Memory.of(memory.as_json())

    assert again.as_json() == memory.as_json()
    assert again == memory
    next_one = again.band.expected_next(START + timedelta(days=20), kind_of)
    assert next_one is not None
    assert START + timedelta(days=20) < next_one < START + timedelta(days=24)


def test_a_paper_that_misses_two_mornings_is_silent_before_the_third() -> None:
    memory, at = Memory(), START
    for day in range(60):
        for hour in range(0, 24, 2):
            at = START + timedelta(days=day, hours=hour)
            memory.learn_run(RunEnd(at, at, "complete", int(hour == 22 and day < 58)), kind_of)  # 06:00 in Beijing
        assert memory.troubles() == () or day >= 59, day

    assert [one.kind for one in memory.troubles()] == ["silent"]


def test_what_an_older_version_learned_is_taken_up_and_silence_judged_anew() -> None:
    memory = Memory()
    workdays(memory, 42)
    kept = memory.as_json()
    for name in ("surprise", "daily"):
        del kept["band"][name]

    again = Memory.of(kept)

    assert again.band.rate("workday") == memory.band.rate("workday")
    assert again.troubles() == ()
