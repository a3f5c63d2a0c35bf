"""The vocabularies by the names that addresses have for them."""

from django.utils.text import slugify

from outcomes.models import Term

VOCABULARIES: dict[str, type[Term]] = {
    slugify(str(model._meta.verbose_name_plural)): model
    for model in sorted(Term.__subclasses__(), key=lambda model: model.__name__)
}
