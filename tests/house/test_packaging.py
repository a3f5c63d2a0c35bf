"""The image, the compose file, the example settings and the pinned requirements keep what they promise."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from script import locks

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
LASTING = {name: service for name, service in SERVICES.items() if service.get("restart") != "no"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()

USED_BY_SETTINGS = set(re.findall(r"env\.\w+\(\s*[\"'](\w+)", (ROOT / "hotspot/settings.py").read_text()))
USED_BY_COMPOSE = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
EXPLAINED = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", EXAMPLE, re.MULTILINE))


def last_stage() -> list[str]:
    """The instructions of the stage that becomes the image."""
    return re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[-1].splitlines()


class TestImage:
    def test_runs_as_somebody_without_rights(self):
        users = [line.split()[1] for line in last_stage() if line.startswith("USER ")]
        assert users
        assert users[-1] not in {"root", "0"}

    def test_every_base_names_a_version(self):
        bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
        assert len(bases) >= 2
        assert all(re.search(r":\d", base) for base in bases)

    def test_checks_its_own_health_and_gathers_static_files(self):
        assert any(line.startswith("HEALTHCHECK ") for line in last_stage())
        assert any(line.startswith("RUN ") and "collectstatic" in line for line in last_stage())

    def test_installs_only_what_is_hashed(self):
        for line in DOCKERFILE.splitlines():
            if "pip install" in line:
                assert "--require-hashes" in line

    def test_holds_no_secret(self):
        assert not re.search(r"(SECRET|PASSWORD|TOKEN)\w*\s*=", DOCKERFILE)

    @pytest.mark.parametrize("name", [".env", ".git", ".venv", "var"])
    def test_leaves_out(self, name):
        assert name in (ROOT / ".dockerignore").read_text().splitlines()

    @pytest.mark.parametrize("path", re.findall(r"\bscript/\w+\.py", DOCKERFILE))
    def test_names_a_script_that_is_there(self, path):
        assert (ROOT / path).is_file()


class TestCompose:
    def test_has_each_part_of_the_service(self):
        assert set(SERVICES) == {"migrate", "web", "worker", "beat", "db", "redis"}

    @pytest.mark.parametrize("name", LASTING)
    def test_every_lasting_service_has_a_health_check(self, name):
        assert SERVICES[name]["healthcheck"]["test"]

    @pytest.mark.parametrize("name", [name for name in SERVICES if "/" in SERVICES[name]["image"] or name == "db"])
    def test_foreign_images_name_a_major_version(self, name):
        assert re.search(r":\d+(\.\d+)*$", SERVICES[name]["image"])

    @pytest.mark.parametrize("name", ["web", "worker", "beat"])
    def test_waits_for_the_migrations_and_for_healthy_servers(self, name):
        conditions = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}
        assert conditions == {
            "migrate": "service_completed_successfully",
            "db": "service_healthy",
            "redis": "service_healthy",
        }

    def test_migrates_once_with_no_time_limit(self):
        assert SERVICES["migrate"]["restart"] == "no"
        assert SERVICES["migrate"]["environment"]["STATEMENT_TIMEOUT_MS"] == "0"
        assert "DATABASE_URL" in SERVICES["migrate"]["environment"]

    @pytest.mark.parametrize("name", ["migrate", "web", "worker", "beat"])
    def test_our_services_take_their_settings_from_the_file(self, name):
        assert SERVICES[name]["env_file"] == ".env"

    @pytest.mark.parametrize("name", SERVICES)
    def test_no_secret_is_written_down(self, name):
        for variable, value in SERVICES[name].get("environment", {}).items():
            if re.search("PASSWORD|SECRET|AUTH|TOKEN", variable):
                assert str(value).startswith("${")
            assert not re.search(r"://\w*:[^$@]+@", str(value))

    @pytest.mark.parametrize("name", SERVICES)
    def test_only_this_machine_reaches_a_port(self, name):
        assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))

    def test_data_outlives_its_container(self):
        named = {volume.split(":")[0] for name in ("db", "redis", "beat") for volume in SERVICES[name]["volumes"]}
        assert named == set(COMPOSE["volumes"])


class TestExampleSettings:
    def test_every_setting_is_explained(self):
        assert USED_BY_SETTINGS
        assert USED_BY_SETTINGS <= EXPLAINED

    def test_every_variable_of_compose_is_explained(self):
        assert USED_BY_COMPOSE
        assert USED_BY_COMPOSE <= EXPLAINED

    def test_nothing_is_explained_that_nobody_reads(self):
        assert EXPLAINED <= USED_BY_SETTINGS | USED_BY_COMPOSE

    def test_every_variable_has_a_comment_above(self):
        variable = re.compile(r"(# )?[A-Z][A-Z0-9_]+=")
        bare = [
            line
            for before, line in pairwise(EXAMPLE.splitlines())
            if variable.match(line) and (variable.match(before) or not before.startswith("# "))
        ]
        # The two passwords share one comment.
        assert bare == ["REDIS_PASSWORD="]

    def test_secrets_are_left_empty(self):
        filled = re.findall(r"^\w*(?:SECRET|PASSWORD)\w*=(.+)$", EXAMPLE, re.MULTILINE)
        assert filled == []


class TestRequirements:
    def test_are_in_step(self):
        assert locks.problems() == []

    @pytest.fixture
    def copy(self, tmp_path):
        for name in locks.NAMES:
            for kind in ("in", "txt"):
                (tmp_path / f"{name}.{kind}").write_text((ROOT / f"{name}.{kind}").read_text())
        return tmp_path

    def test_a_wish_without_a_pin_is_found(self, copy):
        with (copy / "requirements.in").open("a") as file:
            file.write("\nleft-pad>=1\n")
        assert locks.problems(root=copy) == ["requirements.txt: left-pad is in requirements.in and not pinned."]

    def test_a_pin_outside_the_wish_is_found(self, copy):
        path = copy / "requirements.in"
        path.write_text(path.read_text().replace("django>=5.2.19,<5.3", "django>=6"))
        assert any("not what requirements.in asks for" in problem for problem in locks.problems(root=copy))

    def test_a_pin_nobody_wishes_for_any_more_is_found(self, copy):
        path = copy / "requirements.in"
        path.write_text(path.read_text().replace("gunicorn\n", ""))
        assert locks.problems(root=copy) == ["requirements.txt: gunicorn is no longer in requirements.in."]

    def test_a_missing_hash_is_found(self, copy):
        path = copy / "requirements.txt"
        path.write_text(re.sub(r"(?m)^(gunicorn==[^\n]*?) \\\n(?:    --hash=[^\n]*\n)+", r"\1\n", path.read_text()))
        assert locks.problems(root=copy) == ["requirements.txt: gunicorn has no hash."]

    def test_two_versions_of_one_package_are_found(self, copy):
        path = copy / "requirements-dev.txt"
        path.write_text(re.sub(r"(?m)^sqlparse==\S+", "sqlparse==0.0.1", path.read_text()))
        assert any("sqlparse is 0.0.1 here" in problem for problem in locks.problems(root=copy))
