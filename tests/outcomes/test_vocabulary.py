"""The words of law and data standards, as the migration loads them."""

import importlib
import shutil
from datetime import date

import pytest
from django.apps import apps
from django.db import InternalError, connection

from outcomes.models import (
    ActivityKind,
    AgeBand,
    AsbPowerKind,
    Ethnicity,
    JusticeOutcome,
    OffenceGroup,
    OfficerEthnicity,
    SearchObject,
    SearchOutcome,
    SearchPower,
    Term,
    WeaponKind,
    WeaponSource,
)
from patrols.models import CrewRole

migration = importlib.import_module("outcomes.migrations.0004_vocabulary")

pytestmark = pytest.mark.django_db

SIZES = {
    OffenceGroup: 11,
    JusticeOutcome: 11,
    SearchPower: 23,
    SearchObject: 17,
    SearchOutcome: 16,
    Ethnicity: 19,
    OfficerEthnicity: 5,
    AgeBand: 5,
    WeaponKind: 18,
    WeaponSource: 6,
    AsbPowerKind: 10,
    ActivityKind: 5,
}
NOT_IN_HEADLINE = {"dispersal_authorisation", "informal_warning"}
QUICK = ["dispersal_direction", "cpw", "cpn", "pspo_enforcement"]
CONSTABLES = {CrewRole.POLICE_OFFICER, CrewRole.SPECIAL_CONSTABLE}


def test_every_vocabulary_has_its_words():
    terms = {model for model in apps.get_app_config("outcomes").get_models() if issubclass(model, Term)}

    assert {model: model.objects.count() for model in terms} == SIZES


def test_the_first_vocabulary_is_the_twelve_kinds_of_its_migration_whatever_files_are_added():
    frozen = {f"{name}.csv" for name in migration.MODELS}
    assert frozen == {f"{model._meta.model_name}.csv" for model in SIZES}
    assert {path.name for path in migration.VOCABULARY.iterdir()} == frozen


def test_a_later_kind_of_term_does_not_break_a_new_database(tmp_path, monkeypatch):
    shutil.copytree(migration.VOCABULARY, tmp_path, dirs_exist_ok=True)
    (tmp_path / "vehiclekind.csv").write_text("code,label,in_force_from,in_force_to\ncar,Car,,\n")
    monkeypatch.setattr(migration, "VOCABULARY", tmp_path)
    AgeBand.objects.all().delete()
    migration.load(apps, None)
    assert AgeBand.objects.count() == SIZES[AgeBand]


def test_every_term_is_one_the_model_accepts():
    for model in SIZES:
        for term in model.objects.all():
            term.full_clean(validate_unique=False, validate_constraints=False)


def test_headline_definition_leaves_out_authorisations_and_informal_warnings():
    assert set(AsbPowerKind.objects.filter(in_headline=False).values_list("code", flat=True)) == NOT_IN_HEADLINE


def test_the_quick_form_offers_the_four_usual_powers_in_order():
    assert list(AsbPowerKind.objects.filter(on_quick_form=True).values_list("code", flat=True)) == QUICK


@pytest.mark.parametrize(
    ("code", "roles"),
    [
        ("dispersal_direction", CONSTABLES | {CrewRole.PCSO}),
        ("dispersal_authorisation", {CrewRole.POLICE_OFFICER}),
        ("cpw", set(CrewRole)),
        ("cpn", set(CrewRole)),
        ("pspo_enforcement", set(CrewRole)),
        ("informal_warning", set(CrewRole)),
        ("other", set(CrewRole)),
    ],
)
def test_who_may_use_a_power(code, roles):
    assert set(AsbPowerKind.objects.get(code=code).roles) == roles


def test_a_conviction_is_the_code_that_custody_needs():
    assert JusticeOutcome.objects.get(code="convicted").label == "Convicted"


def test_words_come_into_force_on_their_day():
    ninja, eve = WeaponKind.objects.filter(code="ninja_sword"), date(2025, 7, 31)

    assert not ninja.in_force_on(eve).exists()
    assert ninja.in_force_on(date(2025, 8, 1)).exists()


def test_older_words_of_police_uk_are_known_but_not_offered_now():
    older = SearchOutcome.objects.filter(code__startswith="legacy_")

    assert older.count() == 9
    assert not older.in_force_on(date(2024, 5, 1)).exists()
    assert SearchOutcome.objects.in_force_on(date(2024, 5, 1)).count() == 7


def test_the_migration_goes_back_and_forth():
    # Nothing refers to a term in an empty database, so all of them may go.
    migration.unload(apps, None)
    assert not any(model.objects.exists() for model in SIZES)

    migration.load(apps, None)
    assert {model: model.objects.count() for model in SIZES} == SIZES


def test_loading_again_changes_nothing():
    AsbPowerKind.objects.filter(code="cpw").update(label="Warning, as our force calls it")
    migration.load(apps, None)

    assert AsbPowerKind.objects.get(code="cpw").label == "Warning, as our force calls it"
    assert {model: model.objects.count() for model in SIZES} == SIZES


def test_the_database_keeps_what_the_headline_counts():
    with connection.cursor() as cursor, pytest.raises(InternalError, match="Cannot update rows"):
        cursor.execute("UPDATE outcomes_asbpowerkind SET in_headline = true WHERE code = 'informal_warning'")
