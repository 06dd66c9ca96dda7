"""A claim report of 1,000 and of 10,000 lines, all of its files, beside a plain WeasyPrint table.

Each runs in a process of its own; its seconds are of the processor, its memory the peak.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta

from bench.result import Result
from bench.stage import Stage, stage
from caddy.domain.reports import ClaimReport, Letterhead, Line

# Lines, and the most seconds; memory is asked of the shorter one.
TARGETS = {1_000: 2.0, 10_000: 25.0}
MOST_MEGABYTES = 300
DAY = date(2026, 11, 1)
LETTERHEAD = Letterhead("Acacia Community Care", "51824753556", "4050012345")

_RUN = "import bench.report as report, sys; report.child(sys.argv[1], int(sys.argv[2]))"


def run() -> list[Result]:
    with stage() as here:
        table = _measured(here, "table", 1_000)
        results = []
        for count, target in TARGETS.items():
            made = _measured(here, "report", count)
            seconds, reference = made["seconds"], table["seconds"] * count / 1_000
            results.append(
                Result(
                    f"report, {count:,} lines",
                    seconds,
                    "s",
                    reference,
                    seconds / reference,
                    f"<= {target:g} s",
                    seconds <= target,
                )
            )
            peak = made["megabytes"]
            results.append(
                Result(
                    f"report, {count:,} lines, memory",
                    peak,
                    "MB",
                    table["megabytes"],
                    None,
                    f"<= {MOST_MEGABYTES} MB",
                    peak <= MOST_MEGABYTES,
                )
            )
        return results


def _measured(here: Stage, what: str, count: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _RUN, what, str(count)],
        env=here.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def child(what: str, count: int) -> None:
    """Make one document in this process, and print what it took."""
    import resource
    import time

    from flask import Flask

    from caddy.domain import reports
    from caddy.domain.reports import Paper
    from caddy.jobs.paper import claim_pdf
    from caddy.jobs.reports import files_of
    from caddy.web import filters

    made = claim(count)
    app = Flask("caddy")
    filters.install(app)
    with app.app_context():
        import weasyprint

        from caddy import pdf

        pdf.warm_up()  # as a worker does before its first report
        begun = time.process_time()
        if what == "report":
            content = claim_pdf(made, LETTERHEAD)
            files_of(Paper("Claim", content, [reports.lines_table("Claim", made.lines)]))
        else:
            rows = "".join(
                f"<tr><td>{line.service_on}</td><td>{line.item_number}</td><td>{line.reference}"
                f"</td><td>{line.quantity_milli}</td><td>{line.unit_price_cents}</td>"
                f"<td>{line.total_cents}</td></tr>"
                for line in made.lines
            )
            style = "<style>table{border-collapse:collapse}td{border:1px solid #ccc}</style>"
            page = f"<html lang=en>{style}<table>{rows}</table>"
            weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
        seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak}))


def claim(count: int) -> ClaimReport:
    """Return a claim of so many made-up lines, of forty participants a thousand."""
    people = max(1, count // 25)
    lines = tuple(
        Line(
            participant=f"Participant {number % people:04}",
            ndis_number=f"{430_000_000 + number % people}",
            service_on=DAY + timedelta(days=number // people % 14),
            item_number=("01_011_0107_1_1", "15_037_0117_1_3", "04_104_0125_6_1")[number % 3],
            support_category=(1, 15, 4)[number % 3],
            quantity_milli=1_000 + number % 4 * 250,
            unit="h",
            unit_price_cents=65_47,
            total_cents=6_547 + number * 37 % 300_000,
            reference=f"CLM-000012-{number:05}",
        )
        for number in range(count)
    )
    return ClaimReport("12", DAY, DAY + timedelta(days=13), "the NDIA", lines)
