import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=100)),
                ("rank", models.SmallIntegerField(default=0)),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to="shop.customer")),
                ("product", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to="shop.product")),
            ],
        ),
        migrations.RunSQL("INSERT INTO reviews_opinion (words, rank, customer_id, product_id) SELECT name, points % 5, id, 1 FROM customer WHERE id <= 30",
                          "DELETE FROM reviews_opinion"),
    ]
