"""How static files are kept for the web server: compressed, and under names that change with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """The names that our ES modules import are changed with the files, so that they can be cached for ever too."""

    support_js_module_import_aggregation = True
