"""Run till and enrolment station once, in a process of their own and in both languages.

Prints what is wrong with their screens.
"""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pos_app.ui.autopilot import Autopilot, AutopilotPlan
from pos_app.ui.enrolment_station import Station, StationOptions
from pos_app.ui.phrase import Language
from pos_app.ui.screen_check import check_window
from pos_app.ui.till import Till, TillOptions, run_till
from tests.fakes.checkout import Script, connect_to
from tests.fakes.refund_views import CHOSEN
from tests.fakes.station import (
    ISSUERS,
    ONE_OF_EACH,
    STATION_ID,
    StationScript,
    connect_station_to,
)
from tests.fakes.till import CATALOGUE, SHOP


def station_findings(language: Language) -> list[str]:
    """Show every page of the enrolment station."""
    station = Station(
        StationOptions(STATION_ID, ISSUERS, language), connect_station_to(StationScript(), [])
    )
    window = station.window
    window.resize(1280, 720)
    window.show()
    findings: list[str] = []
    for name, view in ONE_OF_EACH.items():
        window.render_view(view)
        for _ in range(5):
            QApplication.processEvents()
        findings += [f"station, {name}: {what}" for what in check_window(window)]
    station.close()
    return findings


def main() -> int:
    findings: list[str] = []
    for language in Language:
        folder = Path(sys.argv[1]) / language.value

        def drive(till: Till, folder: Path = folder, found: list[str] = findings) -> int:
            till.cashier.resize(1280, 720)
            till.customer.resize(1280, 720)
            if till.customer.devicePixelRatio() != 1.5:
                found.append("the scale is not 150 %")
            plan = AutopilotPlan(("tea",), "138013", "147258", folder, retries=1)
            autopilot = Autopilot(till, plan)
            autopilot.pay_by_face()
            till.presenter.new_sale()
            if autopilot.void(CHOSEN.rrn).receipt is None:
                found.append("the void gave no slip")
            found.extend(f"{stage}: {what}" for stage, what in autopilot.findings.items())
            return 0

        run_till(
            TillOptions(SHOP, CATALOGUE, language),
            connect_to(Script(digits=6, retries=1), []),
            drive=drive,
        )
        findings += station_findings(language)
    sys.stdout.write(f"{findings}\n")
    QApplication.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
