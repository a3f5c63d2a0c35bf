"""What the scheduler runs for the figures."""

import logging

from celery import shared_task

from reports.figures import summary_check, tables

logger = logging.getLogger(__name__)


@shared_task
def verify_summaries() -> None:
    """Compare the summaries with a recount, and log an error for each difference."""
    differences = summary_check.summary_differences()
    for difference in differences:
        logger.error("Summary differs from recount: %s", tables.difference_text(difference))
    logger.info("Summaries compared with a recount: %d differences", len(differences))
