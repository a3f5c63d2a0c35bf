"""What the scheduler runs for this app."""

import logging

from celery import shared_task

from reports import presenters, queries

logger = logging.getLogger(__name__)


@shared_task
def verify_summaries() -> None:
    """Compare the summaries with a recount, and log an error for each difference."""
    differences = queries.summary_differences()
    for difference in differences:
        logger.error("Summary differs from recount: %s", presenters.difference_text(difference))
    logger.info("Summaries compared with a recount: %d differences", len(differences))
