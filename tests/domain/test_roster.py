"""Whether a shift can stand: every clash and its sentence, and what is no clash at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.roster import Absence, Availability, Clash, ClashKind, Shift, Window, clashes

ZONE = "Australia/Sydney"
PLACE = ZoneInfo(ZONE)
MONDAY = date(2026, 11, 23)
SAM, JO, ANA = (UUID(int=number) for number in (1, 2, 3))
KIM, PAT = (UUID(int=number) for number in (11, 12))
NAMES = {SAM: "Sam", JO: "Jo", ANA: "Ana", KIM: "Kim Lee", PAT: "Pat Green", None: ""}
NEW = UUID(int=100)


def at(hour: float, day: date = MONDAY) -> datetime:
    whole = datetime.combine(day, time(), PLACE) + timedelta(hours=hour)
    return whole.replace(tzinfo=PLACE)


def shift(number: int, worker: UUID | None, participant: UUID, start, end, **others) -> Shift:
    return Shift(
        UUID(int=100 + number),
        worker,
        NAMES[worker],
        participant,
        NAMES[participant],
        at(start) if not isinstance(start, datetime) else start,
        at(end) if not isinstance(end, datetime) else end,
        **others,
    )


def found(new: Shift, *others: Shift, needs_two=False, windows=(), absences=()) -> list[Clash]:
    return clashes(
        new,
        others,
        availability=Availability(tuple(windows), tuple(absences)),
        needs_two_workers=needs_two,
        zone=ZONE,
    )


def said(*args, **options) -> list[str]:
    return [clash.sentence for clash in found(*args, **options)]


TEN_TO_TWELVE = shift(0, SAM, KIM, 10, 12)


class TestTwoPlacesAtOnce:
    @pytest.mark.parametrize(
        ("start", "end", "does_clash"),
        [
            (9, 10, False),  # ends that touch
            (12, 13, False),
            (9, 10 + 1 / 60, True),
            (12 - 1 / 60, 13, True),
            (10, 12, True),
            (10.5, 11, True),  # within
            (9, 13, True),  # around
            (7, 8, False),
        ],
    )
    def test_a_worker_is_with_one_person_at_a_time(self, start, end, does_clash):
        other = shift(1, SAM, PAT, start, end)
        clash = found(TEN_TO_TWELVE, other)
        assert [(one.kind, one.other_id) for one in clash] == (
            [(ClashKind.WORKER_TWICE, other.id)] if does_clash else []
        )

    def test_each_kind_has_its_sentence(self):
        others = [shift(1, SAM, PAT, 9, 11), shift(2, JO, KIM, 11, 13), shift(3, None, KIM, 10, 11)]
        assert said(TEN_TO_TWELVE, *others) == [
            "Sam is with Pat Green from 9:00 am to 11:00 am.",
            "Kim Lee already has an open shift from 10:00 am to 11:00 am.",
            "Kim Lee is with Jo from 11:00 am to 1:00 pm.",
        ]
        assert [one.kind for one in found(TEN_TO_TWELVE, *others)] == [
            ClashKind.WORKER_TWICE,
            ClashKind.PARTICIPANT_TWICE,
            ClashKind.PARTICIPANT_TWICE,
        ]

    def test_a_night_is_said_with_both_its_dates(self):
        assert said(shift(0, SAM, KIM, 20, 26), shift(1, SAM, PAT, 22, 30)) == [
            "Sam is with Pat Green from 10:00 pm on 23 Nov 2026 to 6:00 am on 24 Nov 2026."
        ]

    def test_the_same_worker_and_participant_are_said_once(self):
        assert said(TEN_TO_TWELVE, shift(1, SAM, KIM, 11, 13)) == [
            "Sam is with Kim Lee from 11:00 am to 1:00 pm."
        ]

    def test_a_shift_does_not_clash_with_itself_as_it_was(self):
        assert found(TEN_TO_TWELVE, replace(TEN_TO_TWELVE, started_at=at(9))) == []

    def test_two_open_shifts_share_no_worker(self):
        assert found(shift(0, None, KIM, 10, 12), shift(1, None, PAT, 10, 12)) == []

    def test_what_clashes_comes_in_the_order_of_the_starts(self):
        others = [shift(number, SAM, PAT, 11 - number / 10, 12) for number in range(1, 9)]
        starts = [one.other_id for one in found(TEN_TO_TWELVE, *others)]
        assert starts == [one.id for one in reversed(others)]

    @pytest.mark.parametrize(
        ("end", "does_clash"),
        [
            (datetime(2026, 4, 4, 16, tzinfo=UTC), False),
            (datetime(2026, 4, 4, 17, tzinfo=UTC), True),
        ],
    )
    def test_the_hour_that_comes_twice_is_two_hours(self, end, does_clash):
        """5 April 2026, 2:00 to 3:00, once in summer time and once after it."""
        night = date(2026, 4, 5)
        second = datetime.combine(night, time(2), PLACE).replace(fold=1)
        new = shift(0, SAM, KIM, second, datetime.combine(night, time(4), PLACE))
        other = shift(1, SAM, PAT, datetime(2026, 4, 4, 14, tzinfo=UTC), end)
        assert bool(found(new, other)) is does_clash


class TestTwoToOne:
    def test_a_second_worker_is_welcome_and_a_third_is_not(self):
        second, third = shift(1, JO, KIM, 10, 12), shift(2, ANA, KIM, 11, 13)
        assert found(TEN_TO_TWELVE, second, needs_two=True) == []
        assert said(TEN_TO_TWELVE, second, third, needs_two=True) == [
            "Kim Lee is with Jo from 10:00 am to 12:00 pm.",
            "Kim Lee is with Ana from 11:00 am to 1:00 pm.",
        ]

    def test_one_after_the_other_makes_two_at_a_time(self):
        assert not found(
            TEN_TO_TWELVE, shift(1, JO, KIM, 9, 11), shift(2, ANA, KIM, 11, 13), needs_two=True
        )

    def test_two_who_meet_before_the_shift_do_not_make_three(self):
        assert not found(
            TEN_TO_TWELVE, shift(1, JO, KIM, 8, 10.5), shift(2, ANA, KIM, 8, 10), needs_two=True
        )

    def test_two_who_meet_only_outside_it_do_not_make_three(self):
        """They overlap each other at nine, and the new shift one at a time."""
        others = [
            shift(1, JO, KIM, 9, 10.5),
            shift(2, ANA, KIM, 11, 13),
            shift(3, None, KIM, 9, 10),
        ]
        assert not found(TEN_TO_TWELVE, *others, needs_two=True)

    def test_one_worker_is_still_in_one_place(self):
        assert said(TEN_TO_TWELVE, shift(1, SAM, PAT, 10, 12), needs_two=True)

    @given(
        st.lists(
            st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda one: (one[0], sum(one))),
            max_size=6,
        )
    )
    def test_never_three_at_any_moment(self, spans):
        """Counted another way: quarter by quarter."""
        others = [
            replace(shift(number, JO, KIM, start / 4, end / 4), worker_id=UUID(int=50 + number))
            for number, (start, end) in enumerate(spans, 1)
        ]
        new = shift(0, SAM, KIM, 2, 6)
        is_crowded = any(
            sum(start <= quarter < end for start, end in spans) > 1 for quarter in range(8, 24)
        )
        assert bool(found(new, *others, needs_two=True)) is is_crowded


class TestGroups:
    def test_a_group_shares_its_worker(self):
        new, other = (shift(n, SAM, who, 10, 12, group_key="g") for n, who in ((0, KIM), (1, PAT)))
        assert found(new, other) == []

    @pytest.mark.parametrize("key", [None, "h"])
    def test_another_group_or_none_does_not(self, key):
        other = shift(1, SAM, PAT, 10, 12, group_key=key)
        assert found(replace(TEN_TO_TWELVE, group_key="g"), other)
        assert found(replace(other, id=NEW), replace(TEN_TO_TWELVE, id=JO, group_key="g"))

    def test_nobody_is_in_a_group_twice(self):
        new = replace(TEN_TO_TWELVE, group_key="g")
        assert [one.kind for one in found(new, shift(1, SAM, KIM, 10, 12, group_key="g"))] == [
            ClashKind.PARTICIPANT_TWICE
        ]


def monday(start: int, end: int) -> Window:
    return Window(0, time(start), time(end))


class TestAvailability:
    @pytest.mark.parametrize(
        ("windows", "is_available"),
        [
            ([], True),  # nothing recorded: always
            ([monday(10, 12)], True),
            ([monday(9, 17)], True),
            ([monday(10, 11), monday(11, 12)], True),  # without a gap
            ([monday(11, 12), monday(10, 11)], True),  # in any order
            ([monday(9, 11), monday(10, 13)], True),
            ([monday(9, 13), monday(9, 10)], True),
            ([Window(0, time(10), time(11)), Window(0, time(11, 1), time(12))], False),
            ([monday(11, 17)], False),
            ([monday(9, 11)], False),
            ([Window(1, time(9), time(17))], False),
            ([monday(0, 0)], True),  # the whole day
            ([Window(6, time(22), time(11))], False),  # from Sunday to Monday, not long enough
            ([Window(6, time(22), time(12))], True),
        ],
    )
    def test_windows_hold_the_whole_shift(self, windows, is_available):
        assert found(TEN_TO_TWELVE, windows=windows) == (
            []
            if is_available
            else [
                Clash(
                    ClashKind.OUTSIDE_AVAILABILITY,
                    "Sam is not available from 10:00 am to 12:00 pm on Monday.",
                )
            ]
        )

    @pytest.mark.parametrize(
        ("windows", "is_available"),
        [
            ([Window(0, time(20), time(6))], True),
            ([Window(0, time(20), time(0)), Window(1, time(0), time(6))], True),
            ([Window(0, time(20), time(0))], False),
            ([Window(1, time(0), time(6))], False),
        ],
    )
    def test_a_night_goes_over_midnight(self, windows, is_available):
        night = shift(0, SAM, KIM, 22, 29)
        assert said(night, windows=windows) == (
            []
            if is_available
            else [
                "Sam is not available from 10:00 pm on 23 Nov 2026 to 5:00 am on 24 Nov 2026.",
            ]
        )

    def test_a_shift_up_to_midnight_fits_hours_up_to_midnight(self):
        assert found(shift(0, SAM, KIM, 20, 24), windows=[Window(0, time(18), time(0))]) == []

    @pytest.mark.parametrize("night", [date(2026, 10, 4), date(2026, 4, 5)])
    def test_hours_hold_on_the_nights_when_the_clocks_change(self, night):
        new = shift(0, SAM, KIM, at(1, night), at(5, night))
        assert found(new, windows=[Window(6, time(1), time(5))]) == []
        assert found(new, windows=[Window(6, time(1), time(4))])

    def test_an_open_shift_asks_for_nobodys_hours(self):
        away = Absence(MONDAY, MONDAY)
        new = shift(0, None, KIM, 10, 12)
        assert found(new, windows=[monday(1, 2)], absences=[away]) == []

    @given(
        st.lists(st.tuples(st.integers(0, 23), st.integers(1, 24)), max_size=5),
        st.integers(0, 40),
        st.integers(1, 12),
    )
    def test_hours_are_covered_as_if_counted_one_by_one(self, spans, start, length):
        """A shift from Monday on, windows of Monday and Tuesday; an hour is open or it is not."""
        windows = [
            Window(number % 2, time(opens), time((opens + hours) % 24))
            for number, (opens, hours) in enumerate(spans)
        ]
        is_open = {
            24 * (number % 2) + opens + hour
            for number, (opens, hours) in enumerate(spans)
            for hour in range(hours)
        }
        new = shift(0, SAM, KIM, start, start + length)
        is_available = not windows or set(range(start, start + length)) <= is_open
        assert (found(new, windows=windows) == []) is is_available


class TestAbsence:
    @pytest.mark.parametrize(
        ("first", "last", "sentence"),
        [
            (0, 0, "Sam is away on 23 Nov 2026."),
            (-3, 0, "Sam is away from 20 Nov 2026 to 23 Nov 2026."),
            (0, 5, "Sam is away from 23 Nov 2026 to 28 Nov 2026."),
            (-1, -1, None),
            (1, 9, None),
        ],
    )
    def test_leave_counts_both_its_days(self, first, last, sentence):
        away = Absence(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))
        assert said(TEN_TO_TWELVE, absences=[away]) == ([sentence] if sentence else [])

    @pytest.mark.parametrize(("end", "is_away"), [(24, False), (25, True)])
    def test_a_shift_up_to_midnight_leaves_the_next_day_free(self, end, is_away):
        tuesday = MONDAY + timedelta(days=1)
        new = shift(0, SAM, KIM, 20, end)
        assert bool(found(new, absences=[Absence(tuesday, tuesday)])) is is_away

    def test_leave_is_the_days_of_where_the_worker_is(self):
        """Monday 23:00 UTC is Tuesday in Sydney."""
        new = shift(
            0,
            SAM,
            KIM,
            datetime(2026, 11, 23, 23, tzinfo=UTC),
            datetime(2026, 11, 24, 1, tzinfo=UTC),
        )
        assert found(new, absences=[Absence(MONDAY, MONDAY)]) == []

    def test_everything_that_stands_against_a_shift_is_said(self):
        kinds = [
            one.kind
            for one in found(
                TEN_TO_TWELVE,
                shift(1, JO, KIM, 10, 11),
                shift(2, SAM, PAT, 11, 12),
                windows=[monday(1, 2)],
                absences=[Absence(MONDAY, MONDAY)],
            )
        ]
        assert kinds == [
            ClashKind.WORKER_TWICE,
            ClashKind.PARTICIPANT_TWICE,
            ClashKind.OUTSIDE_AVAILABILITY,
            ClashKind.OUTSIDE_AVAILABILITY,
        ]


@pytest.mark.parametrize("end", [10, 9])
def test_a_shift_ends_after_it_starts(end):
    with pytest.raises(ValueError, match="ends after it starts"):
        shift(0, SAM, KIM, 10, end)


def test_a_time_without_a_zone_is_no_instant():
    with pytest.raises(ValueError, match="name their zone"):
        replace(TEN_TO_TWELVE, ended_at=datetime(2026, 11, 23, 12))


@given(
    st.integers(0, 40), st.integers(1, 30), st.integers(0, 40), st.integers(1, 30), st.booleans()
)
def test_clashing_is_mutual(start, length, other_start, other_length, same_worker):
    one = shift(1, SAM, KIM, start / 4, (start + length) / 4)
    other = shift(
        2,
        SAM if same_worker else JO,
        PAT if same_worker else KIM,
        other_start / 4,
        (other_start + other_length) / 4,
    )
    assert bool(found(one, other)) is bool(found(other, one))
