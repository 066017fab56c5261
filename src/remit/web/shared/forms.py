"""How forms are shown: one template for every field, with its help and its errors tied to it for screen readers."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Fields by `shared/field.html`."""

    field_template_name = "shared/field.html"
