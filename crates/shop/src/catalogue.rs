//! What the shop sells, and for how much. Read by the cart, which prices an order, and by the page, which shows it.
//!
//! The only place where prices are written: the browser sends ids and quantities.

use serde::Serialize;

/// The currency of every price.
pub(crate) const CURRENCY: &str = "BRL";

/// Something to sell.
#[derive(Serialize)]
pub(crate) struct Product {
    /// What the browser sends back.
    pub(crate) id: &'static str,
    /// The name in Portuguese, which also goes to the payment provider.
    #[serde(rename = "name_pt")]
    pub(crate) name: &'static str,
    /// The name in English.
    pub(crate) name_en: &'static str,
    /// The price of one, in minor units: BRL 38.90 is 3890.
    pub(crate) unit_amount_minor: u64,
}

/// Everything on the shelf.
pub(crate) const PRODUCTS: [Product; 3] = [
    Product { id: "coffee", name: "Café torrado, 250 g", name_en: "Roasted coffee, 250 g", unit_amount_minor: 3_890 },
    Product { id: "mug", name: "Caneca esmaltada", name_en: "Enamel mug", unit_amount_minor: 5_990 },
    Product { id: "filter", name: "Coador de pano", name_en: "Cloth filter", unit_amount_minor: 2_465 },
];

/// The product with this id.
pub(crate) fn product(id: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.id == id)
}
