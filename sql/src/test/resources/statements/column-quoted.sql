SELECT "Odd.Column", "Id" FROM "Odd.Table"
