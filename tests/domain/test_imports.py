"""Imported rows as entries: columns by any name, cells as Australians write them, errors said."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caddy.domain.agreements import AgreedLine
from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.imports import cells
from caddy.domain.imports.entries import BudgetEntry, RowError, Whom, group, parse
from caddy.domain.imports.failed_rows import failed_rows_csv
from caddy.domain.imports.kinds import ImportKind, fields_of
from caddy.domain.imports.mapping import guess, header_key, misfits, missing
from caddy.domain.imports.participant_fields import support_category
from caddy.domain.imports.tables import SourceRow, open_table
from caddy.domain.money import dollars
from caddy.domain.participants import ParticipantStatus, PlanManagement, PriceZone
from caddy.domain.permissions import Role
from caddy.domain.phones import parse_phone
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import QualificationEntry

PEOPLE, PLANS = ImportKind.PARTICIPANTS, ImportKind.PLANS
SEED = (
    "NDIS Number,First Name,Last Name,Date of Birth,Email,Phone,Plan Start,Plan End,Total Budget"
).split(",")
WHO = {
    "NDIS Number": "430 123 456", "First Name": "Ann", "Last Name": "Lee",
    "Date of Birth": "1/02/1990",
}  # fmt: skip
PLAN = {"Plan Start": "1/7/2026", "Plan End": "30/6/2027"}


def parsed(kind, *rows):
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    mapping = guess(kind, header)
    assert set(mapping.values()) == set(header), set(header) - set(mapping.values())
    return [
        parse(kind, mapping, header, SourceRow(at, tuple(row.get(name, "") for name in header)))
        for at, row in enumerate(rows, 2)
    ]


def entry(kind, **row):
    (one,) = parsed(kind, row)
    assert one.errors == ()
    return one.entry


def person(**more):
    return entry(PEOPLE, **{**WHO, **more})


def said(kind, *rows):
    return [(error.row, error.field, error.reason) for row in group(parsed(kind, *rows))
            for error in row.errors]  # fmt: skip


def test_the_old_systems_header_maps_without_a_question():
    mapping = guess(PEOPLE, SEED)
    assert list(mapping.values()) == SEED
    assert missing(PEOPLE, mapping) == []


@pytest.mark.parametrize(
    ("kind", "header", "fields"),
    [
        (PEOPLE, "ndis_number,firstName,lastName,dateOfBirth,planStartDate,planEndDate",
         "ndis_number first_name last_name date_of_birth plan_starts_on plan_ends_on"),
        (PEOPLE, "NDIS No.;Given Name;SURNAME;D.O.B.;Suburb/Town;Post Code",
         "ndis_number first_name last_name date_of_birth suburb postcode"),
        (PEOPLE, "NDIS #|Frist Name|Last Nmae|Date of Brith",
         "ndis_number first_name last_name date_of_birth"),
        (PEOPLE, "Core Budget,Capacity Building Budget,Capital Budget,Total Budget",
         "core_budget capacity_building_budget capital_budget total_budget"),
        (PEOPLE, "01 Assistance with Daily Life,Category 15,Support Coordination,Transport ($)",
         "budget_1 budget_15 budget_7 budget_2"),
        (PEOPLE, "NDIS Number,Support Category,Allocated Amount",
         "ndis_number budget_category budget_amount"),
        (PLANS, "NDIS Number,Start Date,End Date,Plan Manager,Managed By",
         "ndis_number plan_starts_on plan_ends_on plan_manager management"),
        (ImportKind.STAFF, "Email Address,First Name,Surname,Mobile,Position,WWCC Expiry",
         "email first_name last_name phone role working_with_children_expires_on"),
        (ImportKind.AGREEMENTS, "Client ID,Start Date,End Date,Support Item Number,Agreed Rate",
         "participant_legacy_id starts_on ends_on item_number unit_price"),
        (ImportKind.SERVICES, "NDISNumber,SupportsDeliveredFrom,Start Time,SupportNumber,Quantity",
         "ndis_number service_on start_time item_number quantity"),
        (ImportKind.CATALOGUE, "Support Item Number,Support Item Name,Unit, ACT ,National",
         "support_item_number support_item_name unit act national"),
    ],
)  # fmt: skip
def test_columns_are_guessed_from_the_names_other_systems_give_them(kind, header, fields):
    mark = next(mark for mark in ",;|" if mark in header)
    names = header.split(mark)
    assert guess(kind, names) == dict(zip(fields.split(), names, strict=True)) | {}


def test_every_name_of_a_field_is_of_one_field_only():
    for kind in ImportKind:
        own = [cells.plain(one.label) for one in fields_of(kind)]
        assert len(set(own)) == len(own)
        for one in fields_of(kind):
            assert guess(kind, [one.label]) == {one.name: one.label}


def test_numbers_in_names_are_no_slips_of_each_other():
    assert guess(PEOPLE, ["Category 99", "Favourite colour"]) == {}


@pytest.mark.parametrize(
    ("kind", "header", "lacking"),
    [
        (PEOPLE, "NDIS Number,Last Name", ["first_name", "date_of_birth"]),
        (PLANS, "Plan Start,Plan End", ["ndis_number"]),
        (PLANS, "Client ID,Plan Start,Plan End", []),
        (ImportKind.SERVICES, "Client ID,Date,Start,Item", []),
        (ImportKind.SERVICES, "Service ID,Date,Start,Item", ["ndis_number"]),
    ],
)
def test_what_a_file_lacks_is_named(kind, header, lacking):
    assert [one.name for one in missing(kind, guess(kind, header.split(",")))] == lacking


def test_a_mapping_that_does_not_fit_is_said():
    wrong = misfits(PEOPLE, {"first_name": "A", "last_name": "A", "gone": "B"}, ["A"])
    assert wrong == [
        "There is no field 'gone'.", "This file has no column 'B'.",
        "The column 'A' is chosen twice.",
    ]  # fmt: skip


def test_a_header_is_remembered_whatever_its_case_and_never_for_another():
    assert header_key(["NDIS Number", "DOB"]) == header_key(["ndis_number ", "dob"])
    assert header_key(["NDIS Number", "DOB"]) != header_key(["DOB", "NDIS Number"])


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/12/2025", "2025-12-31"), ("1/2/25", "2025-02-01"), ("31-Dec-25", "2025-12-31"),
        ("31 December 2025", "2025-12-31"), ("2025-12-31", "2025-12-31"),
        ("2025-12-31 00:00:00", "2025-12-31"), ("20251231", "2025-12-31"),
        ("46022", "2025-12-31"), ("46022.5", "2025-12-31"), ("31.12.2025", "2025-12-31"),
        ("Wed, 31st Dec 2025", "2025-12-31"), ("Dec 31, 2025", "2025-12-31"),
        ("29/2/2024", "2024-02-29"), ("2025-12-31T09:30:00Z", "2025-12-31"),
    ],
)  # fmt: skip
def test_days_are_read_day_before_month(cell, day):
    assert str(cells.day(cell)) == day


@pytest.mark.parametrize(
    "cell", "13/13/2025|29/2/2025|12/31/2025|soon|0|99999999|1/2|x/y/z".split("|")
)
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(ValueError, match="not a date"):
        cells.day(cell)


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.birthday, "1/2/48", date(1948, 2, 1)),
        (cells.birthday, "1/2/12", date(2012, 2, 1)),
        (cells.clock_time, "3:30 PM", time(15, 30)),
        (cells.clock_time, "12am", time(0)),
        (cells.clock_time, "12:05 p.m.", time(12, 5)),
        (cells.clock_time, "2025-01-02 15:45:00", time(15, 45)),
        (cells.cents, "$12,345.60", 12_345_60),
        (cells.cents, "12345.6", 12_345_60),
        (cells.cents, "$ 80.00 AUD", 80_00),
        (cells.hours, "1:50", 110),
        (cells.hours, "36:00", 2160),
        (cells.hours, "0.75", 45),
        (cells.milli, "21.5", 21_500),
        (parse_phone, "(02) 9876 5432", "(02) 9876 5432"),
        (parse_phone, "0298765432", "(02) 9876 5432"),
        (parse_phone, "412345678", "0412 345 678"),
        (parse_phone, "61 412 345 678", "0412 345 678"),
        (cells.email, "Ann.Lee@Example.COM", "ann.lee@example.com"),
        (cells.postcode, "800", "0800"),
        (cells.yes, "Yes", True),
        (cells.yes, "FALSE", False),
        (cells.item_number, "01_011_0107_1_1 Assistance", "01_011_0107_1_1"),
        (lambda cell: support_category(cell)[0], "04 - Social and Community Participation", 4),
        (lambda cell: support_category(cell)[0], "Category 3 - Consumables", 3),
        (lambda cell: support_category(cell)[0], "Core Supports", 0),
        (lambda cell: support_category(cell)[0], "CB Daily Activity", 15),
    ],
)  # fmt: skip
def test_cells_are_read_as_people_write_them(read, cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell", "says"),
    [
        (cells.cents, "lots", "not an amount"),
        (cells.cents, "-5", "below zero"),
        (cells.cents, "9999999999999", "decimal point"),
        (parse_phone, "12", "too many or too few"),
        (parse_phone, "call mum", "not a phone number"),
        (cells.email, "ann at example", "not an email"),
        (cells.postcode, "20000", "4 digits"),
        (cells.clock_time, "noonish", "not a time"),
        (cells.clock_time, "25:00", "not a time"),
        (cells.clock_time, "9", "not a time"),
        (cells.milli, "0", "above zero"),
        (cells.milli, "NaN", "above zero"),
        (cells.whole(1, 7), "8", "from 1 to 7"),
        (cells.yes, "maybe", "yes or no"),
        (cells.item_number, "haircut", "looks like 01_011_0107_1_1"),
        (support_category, "22", "no such support category"),
        (cells.text(5), "too long", "longer than 5"),
    ],
)
def test_what_a_cell_cannot_be_is_said(read, cell, says):
    with pytest.raises(ValueError, match=says):
        read(cell)


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_a_day_is_the_same_in_every_way_of_writing_it(day):
    ways = "%d/%m/%Y %Y-%m-%d %d-%b-%Y %d-%b-%y %d.%m.%Y %Y%m%d".split()
    serial = str((day - date(1899, 12, 30)).days)
    assert {cells.day(one) for one in (*map(day.strftime, ways), serial)} == {day}


@given(st.integers(0, cells.MOST_CENTS))
def test_an_amount_is_the_same_in_every_way_of_writing_it(cents):
    shown = dollars(cents)
    ways = shown, shown[1:], shown.replace(",", ""), f" {shown} AUD", repr(cents / 100)
    assert {cells.cents(one) for one in ways} == {cents}


def test_a_row_of_the_old_system_is_a_participant_with_a_plan():
    row = dict(zip(SEED, ["430123456", "Ann", "Lee", "1990-02-01", "ann@example.org", "",
                          "2026-07-01", "2027-06-30", "50000"], strict=True))  # fmt: skip
    one = entry(PEOPLE, **row)
    assert one.values == {
        "first_name": "Ann", "last_name": "Lee", "date_of_birth": date(1990, 2, 1),
        "email": "ann@example.org",
    }  # fmt: skip
    assert (one.plan.starts_on, one.plan.ends_on, one.plan.total_cents) == (
        date(2026, 7, 1), date(2027, 6, 30), 50_000_00)  # fmt: skip
    assert one.budgets == (BudgetEntry(0, 50_000_00),)
    assert one.notes == ("The file names no categories: the total is flexible core money.",)
    assert one.new_plan().lines()[0].allocated_cents == 50_000_00


def test_the_area_decides_the_price_zone_and_must_not_contradict_one_that_is_told():
    assert person(MMM="7").values["price_zone"] is PriceZone.VERY_REMOTE
    assert person(Remoteness="Remote").profile().columns["mmm"] == 6
    wrong = {**WHO, "MMM": "6", "Remoteness": "National"}
    ((row, field, reason),) = said(PEOPLE, wrong)
    assert (row, field) == (2, "mmm")
    assert reason.startswith("MMM 6 has the remote price limits, not the national ones.")


def test_the_whole_profile_is_read():
    one = person(
        **{"Preferred Name": "Annie", "Sex": "female", "Mobile": "0412345678", "State": "Victoria",
           "Postcode": "3000", "Remoteness": "Remote", "MMM": "6", "House": "Banksia Street",
           "2:1": "Y", "Interests": "dogs; trains", "Disability": "autism, epilepsy",
           "Medications": "Epilim, 200 mg, twice a day\nPanadol", "Tags": "north; weekly",
           "Next of Kin": "Bo Lee", "Next of Kin Phone": "0298765432", "Status": "Exited",
           "Client ID": "C-17"}
    )  # fmt: skip
    assert one.values["state"] == "VIC"
    assert one.values["price_zone"] is PriceZone.REMOTE
    assert one.values["status"] is ParticipantStatus.INACTIVE
    assert (one.values["mmm"], one.values["needs_two_workers"]) == (6, True)
    assert (one.site, one.tags, one.legacy_id) == ("Banksia Street", ("north", "weekly"), "C-17")
    assert one.medical["disabilities"] == ["autism", "epilepsy"]
    assert one.medical["medications"] == [
        {"name": "Epilim", "dosage": "200 mg", "frequency": "twice a day"},
        {"name": "Panadol", "dosage": "", "frequency": ""},
    ]
    (contact,) = one.contacts
    assert contact == {"name": "Bo Lee", "relationship": "", "phone": "(02) 9876 5432"}
    profile = one.profile()
    assert (profile.ndis_number, profile.date_of_birth) == ("430123456", date(1990, 2, 1))
    assert (profile.columns["country"], profile.columns["routines"]) == ("Australia", None)


def test_an_empty_cell_says_nothing():
    one = person(Email=" ", Tags="", State="\u00a0")
    assert one.values.keys() == {"first_name", "last_name", "date_of_birth"}
    assert one.tags is None


@pytest.mark.parametrize(
    ("columns", "budgets"),
    [
        ({"Core Budget": "100", "Capital Budget": "50"}, [(0, 100_00), (5, 50_00)]),
        ({"Capacity Building": "70", "Total Budget": "100"}, [(15, 70_00)]),
        ({"Category 1": "10", "Transport": "5", "Core Budget": "15"}, [(1, 10_00), (2, 5_00)]),
        ({"Improved Daily Living Skills": "9", "Capacity Building": "9"}, [(15, 9_00)]),
        ({"Category": "7", "Amount": "12.50"}, [(7, 12_50)]),
        ({"Amount": "5", "Stated Item": "03_220300911_0113_1_1"}, [(3, 5_00)]),
        ({"Core Budget": "0", "Capital Budget": ""}, []),
    ],
)
def test_budgets_stand_in_columns_by_kind_or_category(columns, budgets):
    one = person(**PLAN, **columns)
    assert [(b.support_category, b.allocated_cents) for b in one.budgets] == budgets
    assert one.plan.is_core_pooled is any(number == 0 for number, _ in budgets)


def test_money_without_a_category_is_told():
    one = person(**PLAN, **{"Capacity Building Budget": "70"})
    assert one.notes == (
        "Capacity building money without a category goes to Improved Daily Living Skills.",
    )


def test_budgets_in_rows_of_their_own_are_one_participant():
    rows = [
        {**WHO, **PLAN, "Category": "Core", "Amount": "100"},
        {**WHO, "Category": "15", "Amount": "50"},
        {**WHO, "NDIS Number": "430123457", **PLAN, "Category": "3", "Amount": "9"},
    ]
    one, other = group(parsed(PEOPLE, *rows))
    assert one.places == (2, 3)
    assert one.entry.budgets == (BudgetEntry(0, 100_00), BudgetEntry(15, 50_00))
    assert one.entry.plan.is_core_pooled
    assert (other.places, other.entry.ndis_number) == ((4,), "430123457")


def test_two_plans_of_one_participant_stay_two():
    later = {"Plan Start": "1/7/2027", "Plan End": "30/6/2028"}
    rows = [{"NDIS Number": "430123456", **plan, "Category": "1", "Amount": "5"}
            for plan in (PLAN, later)]  # fmt: skip
    assert [row.entry.plan.starts_on.year for row in group(parsed(PLANS, *rows))] == [2026, 2027]


def test_the_same_row_twice_is_one_entry():
    row = {**WHO, **PLAN, "Core Budget": "5"}
    (one,) = group(parsed(PEOPLE, row, row))
    assert (one.places, one.entry.budgets) == ((2, 3), (BudgetEntry(0, 5_00),))


def test_rows_of_one_participant_fall_together():
    rows = [
        {**WHO, **PLAN, "Category": "1", "Amount": "100"},
        {**WHO, **PLAN, "Category": "15", "Amount": "lots"},
    ]
    (row,) = group(parsed(PEOPLE, *rows))
    assert (row.entry, row.places) == (None, (2, 3))
    assert row.errors == (
        RowError(3, "budget_amount", "lots",
                 "This is not an amount of money: write it as 12,345.60."),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{**WHO, "First Name": ""}], (2, "first_name", "This is empty, and must not be.")),
        ([{**WHO, "NDIS Number": "12"}],
         (2, "ndis_number", "An NDIS number has 9 digits, such as 430 123 456.")),
        ([{**WHO, "NDIS Number": '=CONCAT("43",A1)'}],
         (2, "ndis_number", "This is a formula: put the value itself into the cell.")),
        ([{**WHO, "Plan Start": "1/7/2026"}],
         (2, "plan_ends_on", "A plan needs both its first and its last day.")),
        ([{**WHO, "Plan Start": "1/7/2026", "Plan End": "1/7/2025"}],
         (2, "plan_ends_on", "The plan ends before it starts.")),
        ([{**WHO, **PLAN, "Core Budget": "9", "Total Budget": "8"}],
         (2, "total_budget", "The budgets come to $9.00, more than the total.")),
        ([{**WHO, **PLAN, "Core Budget": "9", "Transport": "10"}],
         (2, "core_budget", "Its categories come to $10.00, more than that.")),
        ([{**WHO, **PLAN, "Amount": "9"}],
         (2, "budget_category", "This amount has no category.")),
        ([{**WHO, "Core Budget": "9"}],
         (2, "plan_starts_on", "A budget needs the plan's first and last day.")),
        ([{**WHO, **PLAN, "Category": "2", "Amount": "1"},
          {**WHO, **PLAN, "Category": "2", "Amount": "2"}],
         (3, "budget_amount", "Transport has an amount in an earlier row already.")),
        ([{**WHO, "Suburb": "#REF!"}],
         (2, "suburb", "A formula failed here: put the value itself into the cell.")),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_loaded_says_why(rows, error):
    assert said(PEOPLE, *rows) == [error]


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    wrong = said(PEOPLE, {**WHO, "Date of Birth": "x", "Email": "x", "State": "Texas"})
    assert [field for _, field, _ in wrong] == ["date_of_birth", "email", "state"]


def test_a_row_with_too_many_cells_is_refused():
    header = tuple(WHO)
    row = SourceRow(2, (*WHO.values(), "surplus"))
    (error,) = parse(PEOPLE, guess(PEOPLE, header), header, row).errors
    assert "This row has 5 cells, the header has 4" in error.reason


def test_an_identity_that_a_workbook_worked_out_is_refused():
    header = tuple(WHO)
    row = SourceRow(2, tuple(WHO.values()), frozenset({0, 1}))
    errors = parse(PEOPLE, guess(PEOPLE, header), header, row).errors
    assert [error.field for error in errors] == ["ndis_number"]


def test_a_formula_that_was_disarmed_is_read_as_it_was():
    assert person(Phone="'+61 412 345 678").values["phone"] == "0412 345 678"


def test_staff_bring_their_qualifications():
    one = entry(ImportKind.STAFF, **{
        "Email": "BO@example.org", "First Name": "Bo", "Surname": "Ng", "Role": "Support Worker",
        "NDIS Worker Screening Number": "S1", "NDIS Worker Screening Expiry": "1/5/2029",
        "First Aid Expiry Date": "3/4/2027", "Employee ID": "17",
    })  # fmt: skip
    assert (one.email, one.role, one.legacy_id) == ("bo@example.org", Role.SUPPORT_WORKER, "17")
    assert one.qualifications == (
        QualificationEntry(QualificationKind.WORKER_SCREENING, "S1", None, date(2029, 5, 1)),
        QualificationEntry(QualificationKind.FIRST_AID, None, None, date(2027, 4, 3)),
    )


def test_the_rows_of_an_agreement_are_its_items():
    base = {"NDIS Number": "430123456", "Start Date": "1/7/2026", "End Date": "30/6/2027",
            "Travel": "yes", "Signed Date": "20/6/2026", "Signed By": "Ann Lee"}  # fmt: skip
    rows = [
        {**base, "Item": "01_011_0107_1_1", "Rate": "65.50"},
        {**base, "Item": "01_013_0107_1_1"},
    ]
    (one,) = group(parsed(ImportKind.AGREEMENTS, *rows))
    agreement = one.entry.new_agreement()
    assert agreement.items == (AgreedLine("01_011_0107_1_1", 65_50), AgreedLine("01_013_0107_1_1"))
    assert (agreement.allows_travel, one.entry.signed_on) == (True, date(2026, 6, 20))
    assert one.entry.participant == Whom("430123456")


def test_a_service_names_its_participant_by_the_old_id():
    one = entry(ImportKind.SERVICES, **{
        "Client ID": "C-17", "Staff Email": "bo@example.org", "Service Date": "3/8/2026",
        "Start Time": "10:00 pm", "Finish Time": "06:00", "Support Item": "01_011_0107_1_1",
        "Unit Price": "$65.50", "Total": "524", "ClaimType": "", "Cancel Reason": "NSDH",
        "Booking ID": "B-1",
    })  # fmt: skip
    assert one.participant == Whom(None, "C-17")
    assert (one.start_time, one.end_time, one.ends_next_day) == (time(22), time(6), True)
    assert (one.claim_type, one.cancellation_reason) == (
        ClaimType.CANCELLATION, CancellationReason.NSDH)  # fmt: skip
    assert (one.unit_price_cents, one.total_cents, one.legacy_id) == (65_50, 524_00, "B-1")


def test_a_service_without_its_end_needs_its_hours():
    row = {"NDIS Number": "430123456", "Date": "3/8/2026", "Start": "9:00",
           "Item": "01_011_0107_1_1"}  # fmt: skip
    assert entry(ImportKind.SERVICES, **row, Hours="1:30").end_time == time(10, 30)
    assert said(ImportKind.SERVICES, row, {**row, "Hours": "25"}) == [
        (2, "end_time", "Say when it ended, or how many hours it took."),
        (3, "hours", "One service lasts 24 hours at the most."),
    ]


def test_an_item_of_the_catalogue_is_read_as_its_file_is():
    row = {"Support Item Number": "01_011_0107_1_1", "Support Item Name": "Assistance",
           "Unit": "H", "National": "$70.23"}  # fmt: skip
    assert entry(ImportKind.CATALOGUE, **row).limits_cents == {"NATIONAL": 70_23}
    assert said(ImportKind.CATALOGUE, {**row, "Unit": "week end"}) == [
        (2, "", "The column “Unit” holds 'week end', which is no unit.")
    ]


def test_management_is_what_the_file_says_or_follows_from_a_plan_manager():
    by = {
        "Agency Managed": PlanManagement.NDIA_MANAGED,
        "Plan-managed": PlanManagement.PLAN_MANAGED,
        "Self": PlanManagement.SELF_MANAGED,
    }
    for word, management in by.items():
        assert person(**PLAN, Management=word).plan.management is management
    assert person(**PLAN, **{"Plan Manager": "Moneywise"}).plan.management is (
        PlanManagement.PLAN_MANAGED
    )


def test_failed_rows_come_back_as_a_file_that_maps_again(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "NDIS Number,First Name,Last Name,DOB,Phone\n"
        "430123456,Ann,Lee,1/2/1990,\n430123457,Bo,Ng,=soon,+61412345678\n"
    )
    reason = "Date of birth: This is not a date: write it as 31/12/2025."
    for _ in range(2):  # the file of the failed rows can fail again
        table = open_table(path, "x.csv")
        mapping = guess(PEOPLE, table.header)
        rows = [parse(PEOPLE, mapping, table.header, row) for row in table.rows()]
        errors = {row.place: row.errors for row in rows if row.errors}
        path.write_bytes(b"".join(failed_rows_csv(PEOPLE, table.header, table.rows(), errors)))
        assert path.read_text("utf-8-sig").splitlines() == [
            "NDIS Number,First Name,Last Name,DOB,Phone,Why it was not loaded",
            f"430123457,Bo,Ng,'=soon,'+61412345678,{reason}",
        ]
    path.write_text(path.read_text().replace("'=soon", "3/4/1991"))
    table = open_table(path, "x.csv")
    (row,) = table.rows()
    mended = parse(PEOPLE, guess(PEOPLE, table.header), table.header, row)
    assert (mended.errors, mended.entry.values["phone"]) == ((), "0412 345 678")


ODD = st.one_of(
    st.text(max_size=30),
    st.text("0123456789/:.-+ $,%ape", max_size=20),
    st.sampled_from(["9" * 40, "1e999999999", "-0", "٣", "²", "\x00", "1/1/0000", "NaN", "=1+1"]),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(ImportKind)), st.data())
def test_no_cell_whatever_is_in_it_breaks_the_reading(kind, data):
    header = tuple(one.label for one in fields_of(kind))
    row = SourceRow(2, tuple(data.draw(st.lists(ODD, min_size=len(header), max_size=len(header)))))
    (one, *_) = group([parse(kind, guess(kind, header), header, row)])
    assert (one.entry is None) is bool(one.errors)
    assert all(error.reason.endswith((".", ":", '"')) for error in one.errors)
