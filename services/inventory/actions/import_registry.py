"""Lists the kinds of file that inventory imports."""

from services.inventory.actions import (
    import_all_orders,
    import_business_report_by_child,
    import_business_report_by_date,
    import_daily_sales,
    import_domestic_stock,
    import_exchange_rates,
    import_fba_manage_inventory,
    import_lanes,
    import_product_master,
    import_restock,
    import_sales_and_traffic,
)
from services.inventory.actions.import_reading import recognise_content
from shared.jobs.imports import ImportRegistry

IMPORTS = ImportRegistry.of(
    "inventory",
    [
        import_fba_manage_inventory.KIND,
        import_all_orders.KIND,
        import_business_report_by_child.KIND,
        import_business_report_by_date.KIND,
        import_sales_and_traffic.KIND,
        import_restock.KIND,
        import_product_master.KIND,
        import_lanes.KIND,
        import_domestic_stock.KIND,
        import_daily_sales.KIND,
        import_exchange_rates.KIND,
    ],
    recognise_content,
)
