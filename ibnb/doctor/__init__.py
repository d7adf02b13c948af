"""The doctor: which step of a TWS set-up works and which does not, and what to click.

One check a file in `checks`, run in order by `runner`; the outcome is data (`report`), its renderings are apart.
"""

from ibnb.doctor.report import CheckResult, Report
from ibnb.doctor.runner import diagnose

__all__ = ["CheckResult", "Report", "diagnose"]
