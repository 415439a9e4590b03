"""Lists every kind of file this service reads."""

from services.inventory.formats import (
    all_orders,
    business_report_by_child,
    business_report_by_date,
    daily_sales,
    domestic_stock,
    exchange_rates,
    fba_manage_inventory,
    lanes,
    product_master,
    restock,
    sales_and_traffic,
)
from shared.files.kind import FileKinds

KINDS = FileKinds.of(
    tables=(
        fba_manage_inventory.KIND,
        all_orders.KIND,
        business_report_by_child.KIND,
        business_report_by_date.KIND,
        restock.KIND,
        product_master.KIND,
        lanes.KIND,
        domestic_stock.KIND,
        daily_sales.KIND,
        exchange_rates.KIND,
    ),
    documents=(sales_and_traffic.KIND,),
)
