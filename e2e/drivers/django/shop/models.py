"""The tables of shop.sql, which are somebody else's."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Customer(models.Model):
    handle = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    email = models.CharField(max_length=120)
    phone = models.CharField(max_length=30, null=True)
    birth_date = models.DateField(null=True)
    note = models.TextField(null=True)
    points = models.IntegerField(default=0)
    active = models.BooleanField(default=True)
    joined = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "customer"


class Address(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    country = models.CharField(max_length=2)

    class Meta:
        managed = False
        db_table = "address"


class Category(models.Model):
    parent = models.ForeignKey("self", models.PROTECT, null=True)
    name = models.CharField(max_length=60, unique=True)

    class Meta:
        managed = False
        db_table = "category"


class Product(models.Model):
    sku = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    weight = models.FloatField(null=True)
    attributes = models.JSONField(default=dict)
    tags = ArrayField(models.TextField(), default=list)
    picture = models.BinaryField(null=True)
    code = models.UUIDField(null=True)
    categories = models.ManyToManyField(Category, through="ProductCategory", related_name="products")

    class Meta:
        managed = False
        db_table = "product"


class ProductCategory(models.Model):
    product = models.ForeignKey(Product, models.CASCADE)
    category = models.ForeignKey(Category, models.CASCADE)

    class Meta:
        managed = False
        db_table = "product_category"
        unique_together = [("product", "category")]


class Purchase(models.Model):
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="purchases")
    status = models.CharField(max_length=10)
    placed = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "purchase"


class PurchaseLine(models.Model):
    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="purchaselines")
    quantity = models.IntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        managed = False
        db_table = "purchase_line"


class Payment(models.Model):
    purchase = models.OneToOneField(Purchase, models.CASCADE, primary_key=True)
    card = models.CharField(max_length=19)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "payment"
