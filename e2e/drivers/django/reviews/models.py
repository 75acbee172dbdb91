"""Tables of the application's own, which its migrations make."""

from django.db import models
from shop.models import Customer, Product


class Review(models.Model):
    # No constraint: that asks for REFERENCES on a table of somebody else.
    customer = models.ForeignKey(Customer, models.CASCADE, db_constraint=False)
    product = models.ForeignKey(Product, models.CASCADE, db_constraint=False)
    words = models.CharField(max_length=200)
    stars = models.IntegerField(default=0)
    seen = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["product", "stars"], name="review_stars")]
        constraints = [models.CheckConstraint(check=models.Q(stars__gte=0), name="review_stars_positive")]


class Answer(models.Model):
    review = models.ForeignKey(Review, models.CASCADE)
    words = models.TextField()
