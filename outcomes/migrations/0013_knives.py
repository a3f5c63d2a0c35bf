"""Says which kinds of weapon are counted as knives: those that claims about knives were read by until now."""

from django.db import migrations, models

_KNIVES = (
    "bladed_article",
    "butterfly_knife",
    "disguised_knife",
    "flick_or_gravity_knife",
    "push_dagger",
    "zombie_knife",
    "zombie_style_knife",
)


def mark(apps, schema_editor):
    """A kind that was added here since is one when support staff says so."""
    apps.get_model("outcomes", "WeaponKind").objects.filter(code__in=_KNIVES).update(is_knife=True)


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0012_keep_stages")]

    operations = [
        migrations.AddField(
            model_name="weaponkind",
            name="is_knife",
            field=models.BooleanField(default=False, verbose_name="counted as a knife"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
