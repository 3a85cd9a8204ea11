//! What the shop sells, and for how much. Read by the cart, which prices an order, and by the page, which shows it.
//!
//! The only place where prices are written: the browser sends ids and quantities.

use serde::{Deserialize, Serialize};

/// What prices are in. Each currency has a shelf of its own, and an order is of one shelf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Currency {
    /// The Brazilian real.
    #[default]
    Brl,
    /// The Australian dollar.
    Aud,
}

/// What is for sale in one currency.
#[derive(Serialize)]
pub(crate) struct Shelf {
    /// The currency of its prices.
    pub(crate) currency: Currency,
    products: &'static [Product],
}

/// Something to sell.
#[derive(Serialize)]
pub(crate) struct Product {
    /// What the browser sends back.
    pub(crate) id: &'static str,
    name_pt: &'static str,
    name_en: &'static str,
    /// The price of one, in minor units: BRL 38.90 is 3890.
    pub(crate) unit_amount_minor: u64,
    /// How many are in a cart that nobody has touched.
    suggested_quantity: u32,
}

/// Every shelf.
pub(crate) const SHELVES: [Shelf; 2] = [
    Shelf {
        currency: Currency::Brl,
        products: &[
            Product {
                id: "coffee",
                name_pt: "Café torrado, 250 g",
                name_en: "Roasted coffee, 250 g",
                unit_amount_minor: 3_890,
                suggested_quantity: 1,
            },
            Product {
                id: "mug",
                name_pt: "Caneca esmaltada",
                name_en: "Enamel mug",
                unit_amount_minor: 5_990,
                suggested_quantity: 1,
            },
            Product {
                id: "filter",
                name_pt: "Coador de pano",
                name_en: "Cloth filter",
                unit_amount_minor: 2_465,
                suggested_quantity: 1,
            },
            Product {
                id: "flask",
                name_pt: "Garrafa térmica",
                name_en: "Thermos flask",
                unit_amount_minor: 6_000,
                suggested_quantity: 0,
            },
        ],
    },
    Shelf {
        currency: Currency::Aud,
        products: &[
            Product {
                id: "chair",
                name_pt: "Cadeira de carvalho",
                name_en: "Oak chair",
                unit_amount_minor: 30_000,
                suggested_quantity: 2,
            },
            Product {
                id: "lamp",
                name_pt: "Luminária de mesa",
                name_en: "Desk lamp",
                unit_amount_minor: 8_950,
                suggested_quantity: 0,
            },
        ],
    },
];

/// The product with this id, and the currency of its price.
pub(crate) fn product(id: &str) -> Option<(Currency, &'static Product)> {
    SHELVES.iter().find_map(|shelf| {
        let product = shelf.products.iter().find(|product| product.id == id)?;
        Some((shelf.currency, product))
    })
}

impl Product {
    /// The name on the order, which the provider sees too: in the language of the country where this currency is money.
    pub(crate) fn name(&self, currency: Currency) -> &'static str {
        match currency {
            Currency::Brl => self.name_pt,
            Currency::Aud => self.name_en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_on_one_shelf_only() {
        let all = || SHELVES.iter().flat_map(|shelf| shelf.products);
        for product in all() {
            assert_eq!(all().filter(|other| other.id == product.id).count(), 1, "{}", product.id);
        }
    }
}
