"""What the returns of the demonstration have in rows of money: against the ledger, stream by stream."""

from datetime import date

from reports.demo.returns import entry_of
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateRow
from reports.returns.sources import MONEY
from tests import factories
from tests.hotspots import ledger


def test_each_row_of_money_has_the_spend_of_its_own_stream(force):
    partner = factories.FundingStreamFactory(programme=force.programme, name="District council")
    unspent = factories.FundingStreamFactory(programme=force.programme, name="Reserve")
    ledger.approved(force)
    ledger.approved(force, stream=partner, net_pence=75_00, reference="INV-2")
    ledger.approved(force, day=date(2024, 10, 1), reference="INV-3")
    made = ProgrammeReturn(
        template=ReturnTemplate(programme=force.programme), first_day=date(2024, 9, 1), last_day=date(2024, 9, 30)
    )
    rows = [TemplateRow(source=MONEY, stream=stream) for stream in (force.grant, partner, unspent)]
    assert [entry_of(row, 0, made) for row in rows] == [120_00, 75_00, 0]
