"""Run the till once in a process of its own, in both languages, and print what is wrong with it."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pos_app.ui.autopilot import Autopilot, AutopilotPlan
from pos_app.ui.phrase import Language
from pos_app.ui.till import Till, TillOptions, run_till
from tests.fakes.checkout import Script, connect_to
from tests.fakes.till import CATALOGUE, SHOP


def main() -> int:
    findings = []
    for language in Language:
        folder = Path(sys.argv[1]) / language.value

        def drive(till: Till, folder: Path = folder) -> int:
            till.cashier.resize(1280, 720)
            till.customer.resize(1280, 720)
            if till.customer.devicePixelRatio() != 1.5:
                findings.append("the scale is not 150 %")
            plan = AutopilotPlan(("tea",), "138013", "147258", folder, retries=1)
            result = Autopilot(till, plan).pay_by_face()
            findings.extend(f"{stage}: {what}" for stage, what in result.findings.items())
            return 0

        run_till(
            TillOptions(SHOP, CATALOGUE, language),
            connect_to(Script(digits=6, retries=1), []),
            drive=drive,
        )
    sys.stdout.write(f"{findings}\n")
    QApplication.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
