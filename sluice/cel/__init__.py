"""CEL: rules across the fields of one record, checked by Google's type checker and compiled to Python source."""
