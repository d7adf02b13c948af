"""The doctor: which step of a TWS set-up works and which does not, and what to click.

One check a file in `checks`, run by `runner`; the outcome is data, with its renderings beside it (`report`).
"""

from ibnb.doctor.report.report import CheckResult, Likely, Report, SetupStep
from ibnb.doctor.runner import diagnose
from ibnb.doctor.watch import watch

__all__ = ["CheckResult", "Likely", "Report", "SetupStep", "diagnose", "watch"]
