"""The pages of figures, and the dashboard."""

from reports.views.dashboard import card_file, dashboard
from reports.views.figures import definitions, download, figures

__all__ = ["card_file", "dashboard", "definitions", "download", "figures"]
