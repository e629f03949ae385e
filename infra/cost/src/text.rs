//! The estimate as it is printed.

use std::fmt::Write;

use crate::{Assumptions, Billed, Estimate, Item, Prices, VpcVariant};

/// Columns of what is counted.
const LABEL: usize = 34;

impl Estimate {
    /// The table, and below it what it rests on. `template` is how the reader names the file.
    pub fn text(
        &self,
        template: &str,
        region: &str,
        billed: &Billed,
        assumptions: &Assumptions,
        prices: &Prices,
    ) -> String {
        let mut text = format!("{template} in {region}: US dollars a month, by requests of the API a month\n\n");
        let heads: Vec<String> =
            self.loads.iter().map(|load| if *load == 0 { "at rest".to_string() } else { grouped(*load) }).collect();
        let widths: Vec<usize> = heads.iter().map(|head| head.len().max(9)).collect();
        let row = |label: &str, cells: Vec<String>| {
            let cells: Vec<String> =
                cells.iter().zip(&widths).map(|(cell, width)| format!("  {cell:>width$}")).collect();
            format!("{}\n", format!("{label:LABEL$}{}", cells.concat()).trim_end())
        };
        let amounts = |line: &Option<Vec<f64>>| match line {
            Some(line) => line.iter().map(|usd| format!("{usd:.2}")).collect(),
            None => vec!["no price".to_string()],
        };
        text.push_str(&row("", heads.clone()));
        for (item, line) in &self.lines {
            text.push_str(&row(&format!("{:12}{}", item.service(), item.label()), amounts(line)));
        }
        let together = if self.unpriced().is_empty() { "together" } else { "together, without what has no price" };
        text.push_str(&row(together, amounts(&Some(self.totals()))));
        text.push_str("\nA function in a VPC that reaches DynamoDB adds to this\n");
        for (variant, line) in &self.variants {
            let zones = format!("in {} zones", plain(assumptions.zones));
            let label = match variant {
                VpcVariant::GatewayEndpoint => "by a gateway endpoint".to_string(),
                VpcVariant::InterfaceEndpoint => format!("by interface endpoints {zones}"),
                VpcVariant::NatGateway => format!("by NAT gateways {zones}"),
            };
            text.push_str(&row(&label, amounts(line)));
        }
        text.push_str("\nAssumed (change one with --assume NAME=VALUE)\n");
        for (name, value, about) in assumptions.list() {
            let _ = writeln!(text, "  {:<28}{about}", format!("{name} = {}", plain(value)));
        }
        text.push_str(&self.below(region, billed, prices));
        text
    }

    /// What is free, what is left out, and where the prices come from.
    fn below(&self, region: &str, billed: &Billed, prices: &Prices) -> String {
        let mut text = String::new();
        let free: Vec<String> = self.lines.keys().filter_map(|item| free_of(*item, prices)).collect();
        if !free.is_empty() {
            text.push_str(match self.free_tier {
                true => "\nFree in every month for the whole account, and taken off\n",
                false => "\nFree in every month for the whole account, and not taken off (--free-tier does)\n",
            });
            let _ = writeln!(text, "  {}", free.join("\n  "));
        }
        text.push_str("\nNot counted\n");
        for item in self.unpriced() {
            let _ = writeln!(
                text,
                "  {} {}: no price for {region} here; give one with --prices FILE",
                item.service(),
                item.label()
            );
        }
        for why in &billed.not_counted {
            let _ = writeln!(text, "  {why}");
        }
        text.push_str("  taxes, credits, traffic between zones, and what a build or a deployment leaves in buckets\n");
        text.push_str("  Lambda reading a table's stream: AWS charges nothing for it\n");
        let _ = writeln!(text, "\nPrices, read on {}", prices.read);
        let list = prices.regions.get(region);
        for item in self.lines.keys().chain(&self.of_variants()) {
            let Some(price) = list.and_then(|list| list.get(item)) else { continue };
            let per = if price.per > 1.0 { format!("{} ", grouped(price.per as u64)) } else { String::new() };
            let _ = writeln!(
                text,
                "  {:32}{} for {per}{} [{}]",
                format!("{} {}", item.service(), item.label()),
                plain(price.usd),
                price.unit,
                price.source
            );
        }
        text.push_str(
            "Their sources, each with AWS's own page and the copy that was read: infra/cost/src/prices.toml\n",
        );
        text
    }

    /// What the comparison adds and the template does not have.
    fn of_variants(&self) -> Vec<Item> {
        [Item::NatHours, Item::NatData, Item::AddressHours, Item::EndpointHours, Item::EndpointData]
            .into_iter()
            .filter(|item| !self.lines.contains_key(item))
            .collect()
    }
}

fn free_of(item: Item, prices: &Prices) -> Option<String> {
    let free = prices.free.get(&item)?;
    Some(format!("{} {}: {}", item.service(), item.label(), grouped(free.units as u64)))
}

/// A number without noughts that say nothing.
fn plain(number: f64) -> String {
    if number >= 1_000.0 && number.fract() == 0.0 { grouped(number as u64) } else { number.to_string() }
}

/// `1,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
