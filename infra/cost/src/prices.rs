//! Prices with their units and sources, as `prices.toml` has them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{CostError, Item};

/// The workbook's own list.
const OWN: &str = include_str!("prices.toml");

/// Prices by region, and what is free everywhere.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day on which the sources were read.
    pub read: String,
    /// Where they come from, by name.
    #[serde(default)]
    pub sources: BTreeMap<String, Source>,
    /// What is free in each month and for good, in units.
    #[serde(default)]
    pub free: BTreeMap<Item, Free>,
    /// By region.
    pub regions: BTreeMap<String, BTreeMap<Item, Price>>,
}

/// What a unit costs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// US dollars.
    pub usd: f64,
    /// For how many units.
    #[serde(default = "one")]
    pub per: f64,
    /// The unit, in words.
    pub unit: String,
    /// The name of its source.
    pub source: String,
}

fn one() -> f64 {
    1.0
}

/// What nobody pays for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// Units a month.
    pub units: f64,
    /// The name of its source.
    pub source: String,
}

/// Where a price comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// AWS's page about it, which has today's.
    pub page: String,
    /// What was read.
    pub copy: String,
    /// Of which day, or of which release, that is.
    pub of: String,
}

impl Prices {
    /// The workbook's list, with what the TOML text `more` adds or replaces: one in the same form.
    ///
    /// # Errors
    ///
    /// `more` is not such a list, or a price has no source.
    pub fn with(more: Option<&str>) -> Result<Prices, CostError> {
        let mut prices = Prices::parse(OWN)?;
        if let Some(more) = more {
            let more = Prices::parse(more)?;
            prices.read = format!("{}, and those given: {}", prices.read, more.read);
            prices.sources.extend(more.sources);
            prices.free.extend(more.free);
            for (region, list) in more.regions {
                prices.regions.entry(region).or_default().extend(list);
            }
        }
        Ok(prices)
    }

    fn parse(text: &str) -> Result<Prices, CostError> {
        let prices: Prices =
            toml::from_str(text).map_err(|why| CostError(format!("The prices cannot be read: {why}")))?;
        let named = prices.regions.values().flatten().map(|(item, price)| (item, &price.source));
        for (item, source) in named.chain(prices.free.iter().map(|(item, free)| (item, &free.source))) {
            if !prices.sources.contains_key(source) {
                return Err(CostError(format!(
                    "The price of {item:?} names the source {source:?}; write [sources.{source}] with page, copy and of."
                )));
            }
        }
        for (item, price) in prices.regions.values().flatten() {
            if !(price.usd.is_finite() && price.usd >= 0.0 && price.per.is_finite() && price.per > 0.0) {
                return Err(CostError(format!(
                    "The price of {item:?} is {} for {}; write usd from 0 and per above 0.",
                    price.usd, price.per
                )));
            }
        }
        Ok(prices)
    }

    /// The prices of `region`.
    ///
    /// # Errors
    ///
    /// There are none.
    pub fn of(&self, region: &str) -> Result<&BTreeMap<Item, Price>, CostError> {
        let known: Vec<&str> = self.regions.keys().map(String::as_str).collect();
        self.regions.get(region).ok_or_else(|| {
            CostError(format!("There are no prices of the region {region:?} here; there are {}.", known.join(", ")))
        })
    }
}
