"""What docker-compose.yml promises holds against the code: queues, settings, hardening, secrets."""

import re
from itertools import chain

import pytest

from portal.core.queue import Queue
from portal.core.settings import Settings, SettingsError
from portal.stack.services import CHECKING, EVERYTHING_ELSE
from tests.services.compose import (
    ROOT,
    VARIABLE,
    example_settings,
    portal_services,
    queues_of,
    raw_compose,
    services,
)

SECRET_NAME = re.compile(r"PASSWORD|SECRET|SALT|ACCESS_KEY")
RUNS_ONCE = "migrate"


def test_every_queue_is_consumed_by_exactly_one_service() -> None:
    consumed = list(chain.from_iterable(queues_of(service) for service in services().values()))
    assert sorted(consumed) == sorted(queue.value for queue in Queue)


def test_the_demo_consumes_every_queue_too() -> None:
    assert sorted(CHECKING + EVERYTHING_ELSE) == sorted(queue.value for queue in Queue)


def test_there_is_exactly_one_clock() -> None:
    clocks = [name for name, service in services().items() if "beat" in service.get("command", [])]
    assert clocks == ["beat"]
    assert services()["beat"]["deploy"] == {"replicas": 1}
    assert not [name for name, service in services().items() if {"-B", "--beat"} & set(service.get("command", []))]


@pytest.mark.parametrize("name", sorted(portal_services()))
def test_the_settings_accept_what_each_service_is_given(name: str) -> None:
    settings = Settings.from_env(portal_services()[name]["environment"])
    assert settings.database_url == "postgresql+psycopg://soundcheck:postgrespassword@postgres:5432/soundcheck"
    assert settings.redis_url == "redis://:valkeypassword@valkey:6379/0"
    assert settings.secure_cookies
    assert settings.smtp_security == "starttls"
    assert settings.s3
    assert (settings.s3.endpoint, settings.s3.bucket) == ("http://seaweedfs:8333", "soundcheck")
    assert not settings.demo_mode


def test_what_the_settings_demand_is_demanded_of_the_operator_too() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({})
    demanded = {problem.split()[0] for problem in refused.value.problems}
    assert demanded == {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECURITY_PASSWORD_SALT", "STORAGE_DIR"}
    environment = raw_compose()["services"]["web"]["environment"]
    assert demanded <= set(environment)
    may_be_forgotten = [name for name in demanded - {"STORAGE_DIR"} if ":?" not in environment[name]]
    assert may_be_forgotten == []


def test_the_example_names_every_variable_and_no_other() -> None:
    used = {found["name"] for found in VARIABLE.finditer((ROOT / "docker-compose.yml").read_text())}
    assert used == set(example_settings())


def test_no_secret_stands_in_a_file() -> None:
    assert [name for name, value in example_settings().items() if SECRET_NAME.search(name) and value] == []
    for service in raw_compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not SECRET_NAME.search(name) or value.startswith("${"), name


@pytest.mark.parametrize("name", sorted(services()))
def test_each_container_can_do_as_little_as_possible(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)
    assert (name == RUNS_ONCE) == ("healthcheck" not in service)


def test_only_nginx_is_reached_and_only_from_this_host() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert published == {"nginx": ["127.0.0.1:8080:8080"]}


def test_who_opens_strangers_files_has_no_way_out() -> None:
    assert raw_compose()["networks"]["inside"] == {"internal": True}
    reaches_out = {name for name, service in services().items() if "outside" in service["networks"]}
    assert reaches_out == {"nginx", "worker-mail"}


def test_images_are_pinned() -> None:
    named = {service["image"] for service in services().values()}
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert len(bases) == 3
    for image in [*named, *bases]:
        assert re.fullmatch(r"[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.]+)*", image), image


def test_the_image_does_not_run_as_root() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().rsplit("FROM ", 1)[1]
    assert "\nUSER soundcheck\n" in last_stage
    assert last_stage.index("USER soundcheck") > last_stage.rindex("RUN ")


def test_what_the_image_copies_is_let_into_its_build() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for source in chain.from_iterable(line.split() for line in copied):
        assert (ROOT / source).exists(), source
        assert any(source == path or source.startswith(f"{path}/") for path in let_in), source
