//! Metrics in a log line: CloudWatch's embedded metric format, read as strictly as CloudWatch reads it.

use serde_json::Value;

/// The most dimensions of a set.
const MOST_DIMENSIONS: usize = 30;
/// A time in milliseconds has had more digits than this since 2001; one in seconds has fewer.
const LEAST_MILLIS: u64 = 1_000_000_000_000;
/// The units that CloudWatch knows, those of rates and large sizes aside.
const UNITS: [&str; 8] = ["Count", "Milliseconds", "Seconds", "Microseconds", "Bytes", "Kilobytes", "Percent", "None"];

/// One value of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// `Namespace`.
    pub namespace: String,
    /// `Name`.
    pub name: String,
    /// `Unit`; `None` where the line gives none.
    pub unit: String,
    /// The value.
    pub value: f64,
    /// Name and value of each dimension, of one set: a value has one metric for each set.
    pub dimensions: Vec<(String, String)>,
}

/// The metrics of a line.
pub(super) fn of(line: &Value) -> Result<Vec<Metric>, String> {
    let Some(about) = line.get("_aws") else { return Ok(Vec::new()) };
    match about.get("Timestamp").map(Value::as_u64) {
        None => return Err("_aws has no Timestamp".to_string()),
        Some(Some(at)) if at >= LEAST_MILLIS => {}
        Some(Some(_)) => return Err("_aws.Timestamp is not in milliseconds since 1970".to_string()),
        Some(None) => return Err("_aws.Timestamp is not a whole number".to_string()),
    }
    let directives = about.get("CloudWatchMetrics").and_then(Value::as_array);
    let directives = directives.ok_or("_aws.CloudWatchMetrics is not a list")?;
    let mut metrics = Vec::new();
    for directive in directives {
        let namespace = text(directive, "Namespace").ok_or("CloudWatchMetrics has an entry without a Namespace")?;
        let sets = dimensions(line, directive)?;
        let named = directive.get("Metrics").and_then(Value::as_array).ok_or("an entry's Metrics is not a list")?;
        for metric in named {
            let name = text(metric, "Name").ok_or("an entry of Metrics has no Name")?;
            let value = match line.get(&name) {
                None => return Err(format!("the metric {name} has no value: the line has no field {name}")),
                Some(value) => value.as_f64().ok_or(format!("the metric {name} is not a number"))?,
            };
            let unit = text(metric, "Unit").unwrap_or_else(|| "None".to_string());
            if !UNITS.contains(&unit.as_str()) {
                return Err(format!("the metric {name} has the unit {unit:?}, which CloudWatch does not know"));
            }
            for dimensions in &sets {
                let (namespace, name, unit) = (namespace.clone(), name.clone(), unit.clone());
                metrics.push(Metric { namespace, name, unit, value, dimensions: dimensions.clone() });
            }
        }
    }
    Ok(metrics)
}

/// The sets of dimensions, each dimension with its value in the line. No set at all is one without dimensions.
fn dimensions(line: &Value, directive: &Value) -> Result<Vec<Vec<(String, String)>>, String> {
    let sets = directive.get("Dimensions").and_then(Value::as_array).ok_or("an entry's Dimensions is not a list")?;
    let mut all = Vec::new();
    for set in sets {
        let names = set.as_array().ok_or("Dimensions is a list of lists, and an entry of it is none")?;
        if names.len() > MOST_DIMENSIONS {
            return Err(format!("a set of dimensions has more than {MOST_DIMENSIONS}"));
        }
        let mut read = Vec::new();
        for name in names {
            let name = name.as_str().ok_or("a dimension's name is not text")?;
            let value =
                text(line, name).ok_or(format!("the dimension {name} has no value: the line has no text {name}"))?;
            read.push((name.to_string(), value));
        }
        all.push(read);
    }
    Ok(if all.is_empty() { vec![Vec::new()] } else { all })
}

fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line() -> Value {
        json!({
            "Tries": 2, "FunctionName": "f",
            "_aws": {
                "Timestamp": 1_795_000_000_000_u64,
                "CloudWatchMetrics": [
                    {"Namespace": "N", "Dimensions": [["FunctionName"]], "Metrics": [{"Name": "Tries", "Unit": "Count"}]}
                ],
            },
        })
    }

    #[test]
    fn reads_a_metric_with_its_dimension() {
        let metric = Metric {
            namespace: "N".into(),
            name: "Tries".into(),
            unit: "Count".into(),
            value: 2.0,
            dimensions: vec![("FunctionName".into(), "f".into())],
        };
        assert_eq!(of(&line()), Ok(vec![metric]));
        assert_eq!(of(&json!({"level": "INFO"})), Ok(Vec::new()));
        let mut twice = line();
        twice["_aws"]["CloudWatchMetrics"][0]["Dimensions"] = json!([["FunctionName"], []]);
        assert_eq!(of(&twice).unwrap().len(), 2);
    }

    #[test]
    fn names_the_rule_that_a_line_breaks() {
        let broken = |pointer: &str, value: Value| {
            let mut line = line();
            *line.pointer_mut(pointer).unwrap() = value;
            of(&line).unwrap_err()
        };
        let entry = "/_aws/CloudWatchMetrics/0";
        assert!(broken("/Tries", json!("2")).contains("Tries is not a number"));
        assert!(broken("/FunctionName", json!(7)).contains("the dimension FunctionName has no value"));
        assert!(broken("/_aws/Timestamp", json!(1_795_000_000)).contains("not in milliseconds"));
        assert!(broken("/_aws/Timestamp", json!("1795000000000")).contains("not a whole number"));
        assert!(broken("/_aws/CloudWatchMetrics", json!({})).contains("not a list"));
        assert!(broken(&format!("{entry}/Dimensions"), json!(["FunctionName"])).contains("list of lists"));
        assert!(broken(&format!("{entry}/Metrics/0/Name"), json!("Retries")).contains("no field Retries"));
        assert!(broken(&format!("{entry}/Metrics/0/Unit"), json!("ms")).contains("\"ms\""));
    }
}
