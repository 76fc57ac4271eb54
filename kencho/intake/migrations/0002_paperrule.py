import django.db.models.deletion
from django.db import migrations, models


def move_to_procedures(apps, schema_editor):
    """What was decided for a printed form held for that version alone; it is the procedure's from now on."""
    template = apps.get_model("intake", "FormTemplate")
    rule = apps.get_model("intake", "PaperRule")
    printed = template.objects.filter(origin="generated").exclude(double_entry=[]).order_by("version__number", "id")
    for row in printed.select_related("version"):
        rule.objects.update_or_create(
            procedure_id=row.version.procedure_id,
            defaults={"double_entry": row.double_entry, "set_by": row.made_by, "set_at": row.made_at},
        )
        row.double_entry = []
        row.save(update_fields=["double_entry"])


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_initial'),
        ('procedures', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('double_entry', models.JSONField(default=list, verbose_name='二人で入力する項目')),
                ('set_by', models.CharField(max_length=80, verbose_name='決めた人')),
                ('set_at', models.DateTimeField(verbose_name='決めた日時')),
                ('procedure', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.procedure', verbose_name='手続')),
            ],
            options={
                'verbose_name': '紙の申請の定め',
                'verbose_name_plural': '紙の申請の定め',
            },
        ),
        migrations.RunPython(move_to_procedures, migrations.RunPython.noop),
    ]
