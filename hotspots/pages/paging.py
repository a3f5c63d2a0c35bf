"""Pages of a list."""

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict


def pagination(page: Page[Any], query: QueryDict) -> dict[str, Any]:
    """The context of the pagination component for a page of a list, keeping the filters of the address."""

    def url(number: int) -> str:
        changed = query.copy()
        changed["page"] = str(number)
        return f"?{changed.urlencode()}"

    paginator = page.paginator
    if paginator.num_pages == 1:
        return {}
    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
        "pages": [
            {"number": number, "url": url(number), "current": number == page.number}
            if isinstance(number, int)
            else {"gap": True}
            for number in numbers
        ],
    }
