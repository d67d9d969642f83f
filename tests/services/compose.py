"""docker-compose.yml as Docker would read it: anchors merged, variables of a filled-in .env put in."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILLED_IN = {
    "SECRET_KEY": "k" * 48,
    "SECURITY_PASSWORD_SALT": "s" * 48,
    "POSTGRES_PASSWORD": "postgrespassword",
    "VALKEY_PASSWORD": "valkeypassword",
    "S3_ACCESS_KEY": "accesskey",
    "S3_SECRET_KEY": "secretkey",
}
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


def raw_compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def example_settings() -> dict[str, str]:
    """The variables of .env.example, as they stand there."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def services() -> dict[str, dict[str, Any]]:
    """Every service with all variables filled in, as an operator who followed .env.example would have it."""
    filled: dict[str, dict[str, Any]] = _fill(raw_compose()["services"], example_settings() | FILLED_IN)
    return filled


def portal_services() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in services().items() if "build" in service}


def queues_of(service: dict[str, Any]) -> list[str]:
    command = service.get("command", [])
    return command[command.index("-Q") + 1].split(",") if "-Q" in command else []


def _fill(value: Any, env: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _fill(item, env) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, env) for item in value]
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: _value(found, env), value).replace("$$", "$")
    return value


def _value(found: re.Match[str], env: dict[str, str]) -> str:
    given = env.get(found["name"], "")
    if given or found["kind"] is None:
        return given
    if found["kind"] == "-":
        return found["rest"]
    raise KeyError(f"{found['name']} is demanded by docker-compose.yml and not in .env.example")
