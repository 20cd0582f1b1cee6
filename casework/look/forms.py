"""The one renderer behind all forms."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms and fields in our own templates, allauth's forms included."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
