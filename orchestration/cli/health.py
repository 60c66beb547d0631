"""`cartera doctor`."""

from __future__ import annotations

from orchestration.cli.common import Call

_SIGNS = {"ok": "ok   ", "note": "note ", "failed": "FAIL ", "unreachable": "REACH"}


def doctor(call: Call, *, today: str | None) -> int:
    """Print every finding and return the exit code for monitors. Settings that can't be read are an error (1)."""
    from orchestration.doctor import examine, exit_code
    from orchestration.errors import BadInput
    from orchestration.settings import load_settings

    if not call.home_path.is_dir():
        raise BadInput(
            "there is no home here",
            where=str(call.home_path),
            expected="a folder made by `cartera init`",
            next_step="run `cartera init`, or name the right folder with --home or CARTERA_HOME",
        )
    settings = load_settings(call.home_path)
    with call.console.progress() as progress:
        progress("looking", str(settings.home))
        findings = examine(settings, call.clock(settings, today))
    code = exit_code(findings)
    lines = []
    for finding in findings:
        lines.append(f"{_SIGNS[finding.status]}  {finding.name:<12}  {finding.detail}")
        if finding.next_step and finding.status != "ok":
            lines.append(f"{'':<21}next: {finding.next_step}")
    lines.append("Healthy." if code == 0 else "Not healthy." if code == 1 else "A service is out of reach.")
    data = {"healthy": code == 0, "exit_code": code, "findings": [finding.as_json() for finding in findings]}
    call.console.result(data, lines)
    return code
