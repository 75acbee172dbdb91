import django.db.models.deletion
from django.db import migrations, models


def shorten(apps, editor):
    review = apps.get_model("reviews", "Review")
    for each in review.objects.order_by("id")[:10]:
        each.words = each.words[:4]
        each.save()
    review.objects.filter(id__gt=10).delete()


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [
        migrations.RenameModel("Opinion", "Review"),
        migrations.RenameField("Review", "rank", "stars"),
        migrations.AlterField("Review", "stars", models.IntegerField(default=0)),
        migrations.AlterField("Review", "words", models.CharField(max_length=200)),
        migrations.AddField("Review", "seen", models.BooleanField(default=False)),
        migrations.RunPython(shorten, migrations.RunPython.noop),
        migrations.AddIndex("Review", models.Index(fields=["product", "stars"], name="review_stars")),
        migrations.AddConstraint("Review", models.CheckConstraint(check=models.Q(stars__gte=0), name="review_stars_positive")),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("review", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="reviews.review")),
            ],
        ),
    ]
