"""The author's problems, told before anything is asked of the world."""

from rich.markup import escape

from sluice.problem import Problem, Severity
from sluice.terminal import emit_json, err


def tell_problems(problems: tuple[Problem, ...], *, as_json: bool) -> bool:
    """Print the problems on stderr (as JSON on stdout if they refuse); whether one of them refuses the contracts."""
    refused = any(problem.severity is Severity.ERROR for problem in problems)
    if as_json and refused:
        emit_json({"problems": [problem.as_json() for problem in problems]})
        return refused
    for problem in problems:
        colour = "red" if problem.severity is Severity.ERROR else "yellow"
        err.print(f"[{colour}]{problem.severity}[/] {escape(str(problem))}")
    return refused
