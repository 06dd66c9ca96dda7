"""`caddy price`: answers from the NDIA's own file, without a database, and from stored items."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from caddy import cli
from caddy.cli import caddy

ROOT = Path(__file__).resolve().parents[2]
KEYS = (
    "item_number name date region group claim_type limit_cents band minutes cost_cents reason "
    "proposal single"
).split()


def words(item, day, start, end, *more):
    return ["price", item, "--date", day, "--start", start, "--end", end, *more]


@pytest.fixture
def price(catalogue_file):
    """Price from the real catalogue and return what machines are told."""

    def go(*given):
        done = CliRunner().invoke(
            caddy, words(*given, "--catalogue", str(catalogue_file), "--json")
        )
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return go


def test_a_weekday_morning(price):
    found = price("01_011_0107_1_1", "2025-11-20", "9:00", "11:10", "--region", "nsw")
    assert list(found) == KEYS
    assert found | {"reason": ""} == {
        "item_number": "01_011_0107_1_1",
        "name": "Assistance With Self-Care Activities - Standard - Weekday Daytime",
        "date": "2025-11-20",
        "region": "NSW",
        "group": 1,
        "claim_type": "direct",
        "limit_cents": 70_23,
        "band": "weekday_daytime",
        "minutes": 130,
        "cost_cents": 152_17,
        "reason": "",
        "proposal": None,
        "single": None,
    }


@pytest.mark.parametrize(
    ("item", "times", "more", "limit", "band", "minutes", "cost"),
    [
        ("01_011_0107_1_1", ("9:00", "10:00"), (), 70_23, "weekday_daytime", 60, 70_23),
        ("01_011_0107_1_1", ("9:00", "10:00"), ("--region", "REMOTE"), 98_32, ..., 60, 98_32),
        ("01_011_0107_1_1", ("9:00", "10:00"), ("--group", "3"), 23_41, ..., 60, 23_41),
        ("01_015_0107_1_1", ("20:00", "0:00"), (), 77_38, "weekday_evening", 240, 309_52),
        ("01_002_0107_1_1", ("22:00", "6:00"), (), 78_81, "weekday_night", 480, 630_48),
        ("01_010_0107_1_1", ("22:00", "6:00"), (), 297_60, "sleepover", 480, 297_60),
        ("01_003_0107_1_1", ("9:00", "10:00"), (), None, "weekday_daytime", 60, None),
        ("15_056_0128_1_3", ("9:00", "9:50"), (), 193_99, "weekday_daytime", 50, 161_66),
        ("15_056_0128_1_3", ("9:00", "9:30"), ("--claim-type", "travel"), 97_00, None, 30, 48_50),
        (
            "01_011_0107_1_1",
            ("9:00", "10:00"),
            ("--claim-type", "travel_costs"),
            1_00,
            None,
            60,
            None,
        ),
    ],
)
def test_prices_of_the_catalogue_2025_26(price, item, times, more, limit, band, minutes, cost):
    found = price(item, "2025-11-20", *times, *more)
    assert (found["limit_cents"], found["minutes"], found["cost_cents"]) == (limit, minutes, cost)
    assert band in {..., found["band"]}
    assert found["reason"]


@pytest.mark.parametrize(
    ("item", "end", "claim_type", "more", "limit", "band", "cost"),
    [
        ("01_011_0107_1_1", "11:00", "cancellation", (), 70_23, "weekday_daytime", 140_46),
        ("15_056_0128_1_3", "9:20", "non_face_to_face", (), 193_99, None, 64_66),
        ("15_056_0128_1_3", "9:40", "telehealth", (), 193_99, "weekday_daytime", 129_33),
        ("01_801_0115_1_1", "11:00", "irregular_sil", (), 70_23, "weekday_daytime", 140_46),
        (
            *("01_801_0115_1_1", "11:00", "irregular_sil", ("--region", "REMOTE")),
            *(98_32, "weekday_daytime", 196_64),
        ),
        ("15_056_0128_1_3", "9:30", "ndia_report", (), 193_99, None, 97_00),
        ("01_023_0120_1_1", "10:00", "direct", (), 1_00, ..., None),
    ],
)
def test_each_way_of_claiming_by_the_catalogue_2025_26(
    price, item, end, claim_type, more, limit, band, cost
):
    found = price(item, "2025-11-20", "9:00", end, "--claim-type", claim_type, *more)
    assert (found["claim_type"], found["limit_cents"], found["cost_cents"]) == (
        *(claim_type, limit, cost),
    )
    assert band in {..., found["band"]}
    assert ("one unit of $1.00" in found["reason"]) == (limit == 1_00)


@pytest.mark.parametrize(
    ("end", "mmm", "cost", "reason"),
    [
        ("9:30", "3", 35_12, "In MMM 3 at most 30 minutes of travel each way can be claimed."),
        ("9:50", "4", 58_53, "In MMM 4 at most 60 minutes of travel each way can be claimed."),
        ("11:00", "6", 140_46, "In MMM 6 travel time has no cap."),
        ("11:00", None, 140_46, "No cap on travel time was applied:"),
        (
            "9:31",
            "3",
            None,
            "at most 30 minutes of travel each way can be claimed, not 31.",
        ),
        (
            "10:01",
            "5",
            None,
            "at most 60 minutes of travel each way can be claimed, not 61.",
        ),
    ],
)
def test_travel_time_has_the_cap_of_its_area_papl_2025_26(catalogue_file, end, mmm, cost, reason):
    given = words("01_011_0107_1_1", "2025-11-20", "9:00", end, "--claim-type", "travel", "--json")
    area = ("--mmm", mmm) if mmm else ()
    done = CliRunner().invoke(caddy, [*given, *area, "--catalogue", str(catalogue_file)])
    if cost is None:
        assert str(done.exception).endswith(reason)
    else:
        found = json.loads(done.stdout)
        assert found["cost_cents"] == cost
        assert reason in found["reason"]


def test_across_a_boundary_a_split_and_a_single_are_proposed(price):
    found = price("01_015_0107_1_1", "2025-11-20", "19:00", "21:00")
    assert found["band"] is None
    assert found["reason"].endswith(
        "7:00 pm to 9:00 pm crosses 8:00 pm, from when the evening price applies."
    )
    assert [(one["item_number"], one["cost_cents"]) for one in found["proposal"]] == [
        ("01_011_0107_1_1", 70_23),
        ("01_015_0107_1_1", 77_38),
    ]
    assert found["proposal"][0]["end"] == found["proposal"][1]["start"] == "2025-11-20T20:00"
    assert found["single"]["cost_cents"] == 154_76


@pytest.mark.parametrize(
    ("more", "band"),
    [
        (("--region", "VIC"), "public_holiday"),
        (("--region", "NSW"), "weekday_daytime"),
        (("--region", "REMOTE", "--state", "vic"), "public_holiday"),
        ((), "weekday_daytime"),
    ],
)
def test_cup_day_is_a_holiday_in_victoria_only(price, more, band):
    assert price("01_011_0107_1_1", "2025-11-04", "9:00", "10:00", *more)["band"] == band


def test_a_night_has_the_minutes_that_passed_where_the_state_is_known(price):
    given = ("01_013_0107_1_1", "2026-10-03", "23:00", "7:00")
    assert price(*given, "--region", "NSW")["minutes"] == 420
    assert price(*given, "--region", "QLD")["minutes"] == 480
    assert price(*given)["minutes"] == 480


def test_the_price_is_that_of_the_day_catalogue_2025_26(price):
    assert price("15_610_0128_1_3", "2025-11-21", "9:00", "10:00")["cost_cents"] == 193_99
    assert price("15_610_0128_1_3", "2025-11-24", "9:00", "10:00")["cost_cents"] == 156_16


def test_people_read_it_as_lines(catalogue_file):
    given = words("01_015_0107_1_1", "2025-11-20", "19:00", "21:00")
    done = CliRunner().invoke(caddy, [*given, "--catalogue", str(catalogue_file)])
    assert done.stdout.splitlines() == [
        "01_015_0107_1_1  Assistance With Self-Care Activities - Standard - Weekday Evening",
        "Limit    $77.38",
        "Band     none",
        "Minutes  120",
        "Cost     $154.76",
        (
            "The limit (national) is $77.38 an hour. 120 minutes at $77.38 an hour are $154.76. "
            "7:00 pm to 9:00 pm crosses 8:00 pm, from when the evening price applies."
        ),
        "Claim instead:",
        "  01_011_0107_1_1  7:00 pm to 8:00 pm  60 min  $70.23",
        "  01_015_0107_1_1  8:00 pm to 9:00 pm  60 min  $77.38",
        "Or, where one worker delivered it all:",
        "  01_015_0107_1_1  7:00 pm to 9:00 pm  120 min  $154.76",
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("99_999_9999_9_9", "2025-11-20", "9:00", "10:00"), "is not an item of the Support"),
        (("01_011_0107_1_1", "2020-01-01", "9:00", "10:00"), "Catalogue on 1 Jan 2020."),
        (("01_011_0107_1_1", "2025-11-20", "9:00", "9:00"), "ends at the minute it starts."),
        (("01_011_0107_1_1", "2025-11-20", "9:00", "10:00", "--group", "0"), "at least one"),
        (
            ("01_019_0120_1_1", "2025-11-20", "9:00", "10:00", "--claim-type", "ndia_report"),
            "NDIA requested report cannot be claimed for House or Yard Maintenance",
        ),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_1(catalogue_file, monkeypatch, capsys, given, sentence):
    monkeypatch.setattr(sys, "argv", ["caddy", *words(*given), "--catalogue", str(catalogue_file)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr()
    assert left.value.code == 1
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not said.out


def test_a_file_that_is_no_catalogue_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    given = words("01_011_0107_1_1", "2025-11-20", "9:00", "10:00")
    file = str(tmp_path / "list.csv")
    monkeypatch.setattr(sys, "argv", ["caddy", *given, "--catalogue", file])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    assert "This is not a Support Catalogue" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [
        ("--region", "MARS"),
        ("--claim-type", "lunch"),
        ("--group", "two"),
        ("--start", "9 o'clock"),
        ("--date", "20/11/2025"),
        ("--catalogue", "no-such-file.csv"),
        ("--claim-type", "travel", "--mmm", "8"),
        ("--mmm", "3"),
    ],
)
def test_a_wrong_word_is_a_wrong_use(more):
    done = CliRunner().invoke(caddy, words("01_011_0107_1_1", "2025-11-20", "9:00", "10:00", *more))
    assert done.exit_code == 2


def test_a_file_and_an_organization_together_are_a_wrong_use(catalogue_file):
    given = words("01_011_0107_1_1", "2025-11-20", "9:00", "10:00")
    both = ("--catalogue", str(catalogue_file), "--organization", "acacia")
    assert CliRunner().invoke(caddy, [*given, *both]).exit_code == 2
    assert CliRunner().invoke(caddy, ["price", "01_011_0107_1_1"]).exit_code == 2


def test_a_file_is_priced_where_no_database_is(catalogue_file, tmp_path):
    """The command runs as a program of its own, with a database that cannot be reached."""
    given = words("01_011_0107_1_1", "2025-11-20", "9:00", "10:00")
    done = subprocess.run(
        [sys.executable, "-m", "caddy.cli", *given, "--catalogue", str(catalogue_file), "--json"],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "CADDY_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["cost_cents"] == 70_23


@pytest.fixture
def run(app, monkeypatch):
    """Run a command inside the test's app."""
    from contextlib import contextmanager

    @contextmanager
    def here():
        yield app

    monkeypatch.setattr("caddy.cli.app_context", here)
    return lambda *given: CliRunner().invoke(caddy, [*given, "--json"])


def test_an_organization_is_priced_by_its_own_items_state_and_clock(run, people, catalogue_file):
    run("import", "catalogue", str(catalogue_file), "--organization", "acacia")
    given = words("01_015_0107_1_1", "2025-11-20", "19:00", "21:00", "--organization", "acacia")
    found = json.loads(run(*given).stdout)
    assert (found["region"], found["limit_cents"], found["cost_cents"]) == ("NSW", 77_38, 154_76)
    assert [one["cost_cents"] for one in found["proposal"]] == [70_23, 77_38]
    night = words("01_013_0107_1_1", "2026-10-03", "23:00", "7:00", "--organization", "acacia")
    assert json.loads(run(*night).stdout)["minutes"] == 420
    assert run(*words("x", "2025-11-20", "9:00", "10:00")).exit_code == 2  # two organizations
    early = words("01_011_0107_1_1", "2020-01-01", "9:00", "10:00", "--organization", "acacia")
    assert "is not in the Support Catalogue on 1 Jan 2020." in str(run(*early).exception)
