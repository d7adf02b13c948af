"""Executions: does TWS send the fills of the day, with their end (reqExecutions)."""

from ibnb.doctor.answers import answer_check

CHECK = answer_check("executions", "Executions", "executions", "executions")
