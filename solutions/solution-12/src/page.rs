//! The report: one HTML file, whole in itself, with a table beside each picture.
//!
//! It asks the same functions as `judge`, so what is cold, and up to which time a share lies, is said by the same code.

mod picture;

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::capacity::Capacity;
use crate::group::{self, Group, Groups, Kind};
use crate::hypothesis::Hypothesis;
use crate::page::picture::{Axis, Bar, Drawn, Form, Tone, svg};
use crate::percentile::percentile;
use crate::report::Reports;
use crate::sample::Sample;
use crate::verdict::{self, Verdict};

/// Into how many parts of equal length the measurement is cut.
const PARTS: usize = 12;
/// How many bars a decade of times has.
const BARS: f64 = 8.0;
/// So near to each other points cannot be told apart: a picture of a million samples has no more of them than one of a thousand.
const DISTINCT: f64 = 256.0;

/// The period of CloudWatch's sums where there is one sum and nothing to tell it by, in seconds.
const PERIOD: f64 = 60.0;
/// What stands for bars and curves in a legend.
const BAR: &str = "■";

const STYLE: &str = include_str!("page/style.css");

/// A sample and its place in the pictures.
#[derive(Debug)]
struct Seen<'samples> {
    /// Seconds from the first one, or its number.
    at: f64,
    /// Warm, cold or unknown.
    start: Tone,
    sample: &'samples Sample,
}

/// What the page is about.
#[derive(Debug)]
struct Study<'samples> {
    seen: Vec<Seen<'samples>>,
    groups: Groups,
    /// When the first request was due, in milliseconds since 1970; none where a sample does not say when it was.
    began: Option<u64>,
    /// From 0 to the last one's place.
    length: f64,
}

/// The page.
pub(crate) fn html(
    mut samples: Vec<Sample>,
    reports: &Reports,
    hypotheses: &[Hypothesis],
    capacity: &[Capacity],
) -> String {
    samples.sort_by_key(|sample| sample.due);
    let study = Study::of(&samples, reports);
    let sections = [
        study.verdicts(hypotheses),
        study.over_time(),
        study.distribution(),
        study.who_still_waits(hypotheses),
        study.failures(),
        study.capacity(capacity),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>What was measured</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>What was measured</h1>\n<p>{}</p>\n<p>By Lambda's REPORT lines: {}.</p>\n{}</main>\n</body>\n</html>\n",
        study.summary(),
        escaped(&study.groups.to_string()),
        sections.concat()
    )
}

impl<'samples> Study<'samples> {
    fn of(samples: &'samples [Sample], reports: &Reports) -> Study<'samples> {
        // In the order of time: where the first one says when it was due, all do.
        let began = samples.first().and_then(|sample| sample.due);
        let place = |(index, sample): (usize, &'samples Sample)| {
            let at = match (began, sample.due) {
                (Some(began), Some(due)) => (due - began) as f64 / 1000.0,
                _ => index as f64,
            };
            Seen { at, start: start(sample, reports), sample }
        };
        let seen: Vec<Seen<'_>> = samples.iter().enumerate().map(place).collect();
        // One request takes no time, and an axis must have some.
        let length = seen.last().map_or(0.0, |last| last.at).max(1.0);
        Study { groups: group::sorted(samples, reports), seen, began, length }
    }

    fn summary(&self) -> String {
        let when = |at: u64| {
            let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
            let when = OffsetDateTime::from_unix_timestamp((at / 1000) as i64).ok();
            when.and_then(|when| when.format(format).ok()).unwrap_or_default()
        };
        let requests = count(self.seen.len(), "request");
        let failed = self.seen.iter().filter(|one| !one.sample.succeeded()).count();
        let during = self.began.map_or(String::new(), |began| {
            format!(" The first one was due at {} UTC, the last one {} later.", when(began), seconds(self.length))
        });
        format!("{requests}, of which {} failed.{during}", whole(failed as f64))
    }

    fn verdicts(&self, hypotheses: &[Hypothesis]) -> String {
        if hypotheses.is_empty() {
            return section(
                "Verdicts",
                "<p>No hypotheses were given, so there is no verdict: --hypotheses FILE.</p>\n",
            );
        }
        let mut rows = String::new();
        for hypothesis in hypotheses {
            let verdict = verdict::of(hypothesis, self.groups.of(hypothesis.group));
            let (class, sign) = match verdict {
                Verdict::Holds { .. } => ("holds", "✓"),
                Verdict::DoesNotHold { .. } => ("fails", "✗"),
                Verdict::NotDecided { .. } => ("open", "?"),
            };
            let (name, claim) = (escaped(&hypothesis.name), escaped(&hypothesis.claim));
            let row = format!(
                "<tr><th scope=\"row\">{name}</th><td>{claim}</td>\
                 <td><strong class=\"{class}\"><span aria-hidden=\"true\">{sign}</span> {verdict}</strong></td></tr>\n"
            );
            rows.push_str(&row);
        }
        let head = "<thead><tr><th scope=\"col\">Hypothesis</th><th scope=\"col\">Claim</th><th scope=\"col\">Verdict</th></tr></thead>";
        section("Verdicts", &format!("<table class=\"words\">\n{head}\n<tbody>\n{rows}</tbody>\n</table>\n"))
    }

    fn along(&self) -> Axis {
        match self.began {
            Some(_) => Axis::even("seconds since the first request was due", self.length, whole),
            None => Axis::even("requests, in their order", self.length, whole),
        }
    }

    /// An axis for times, from the shortest to the longest.
    fn times(&self) -> Axis {
        let took = || self.seen.iter().map(|one| one.sample.took.max(0.1));
        let (from, to) = (took().fold(f64::INFINITY, f64::min), took().fold(0.0, f64::max));
        Axis::logarithmic("milliseconds", (from / 1.2, to * 1.2), shown_ms)
    }

    fn over_time(&self) -> String {
        let (x, y) = (self.along(), self.times());
        let points = |tone: Tone| -> Vec<(f64, f64)> {
            let mut drawn = BTreeSet::new();
            let mut is_new =
                |at: &(f64, f64)| drawn.insert([x.place(at.0), y.place(at.1)].map(|place| (place * DISTINCT) as u32));
            let has_tone = |one: &&Seen<'_>| match tone {
                Tone::Failed => !one.sample.succeeded(),
                tone => one.sample.succeeded() && one.start == tone,
            };
            let points = self.seen.iter().filter(has_tone).map(|one| (one.at, one.sample.took));
            points.filter(|at| is_new(at)).collect()
        };
        let kinds = [
            (Tone::Warm, Form::Dot, "●", "warm"),
            (Tone::Cold, Form::Triangle, "▲", "cold"),
            (Tone::Unknown, Form::Ring, "○", "unknown"),
            (Tone::Failed, Form::Cross, "✕", "failed"),
        ];
        let (mut drawn, mut legend) = (Vec::new(), Vec::new());
        for (tone, form, sign, name) in kinds {
            let points = points(tone);
            if !points.is_empty() {
                drawn.push(Drawn::Points(tone, form, points));
                legend.push((tone, sign, name.to_string()));
            }
        }
        let mut rows = Vec::new();
        for part in self.parts() {
            let group = part.group();
            let [half, most] = [0.5, 0.95].map(|share| shown_ms(percentile(&group, share)));
            let slowest = group.took.iter().copied().fold(f64::NAN, f64::max);
            rows.push(vec![self.shown(part.from), half, most, shown_ms(slowest)]);
        }
        let picture = Picture {
            id: "time",
            title: "Time to answer",
            description: "Each request as a point: when it was due, and how long its caller waited.",
            svg: svg(x, y, &drawn),
            legend,
        };
        let caption = "Milliseconds; a failed request was not answered within any time";
        picture.section(&table(caption, &[self.counts_from(), "half", "95 of 100", "slowest"], &rows))
    }

    fn distribution(&self) -> String {
        let x = self.times();
        let bar = |took: f64| (took.max(0.1).log10() * BARS).floor() as i32;
        let Groups { warm, cold, .. } = &self.groups;
        // Of each kind in its own hundred, or the few cold ones would not be seen. They stand side by side.
        let drawn = |tone: Tone, group: &Group, half: f64| {
            let mut counted: BTreeMap<i32, usize> = BTreeMap::new();
            group.took.iter().for_each(|took| *counted.entry(bar(*took)).or_default() += 1);
            let corners = |(bar, count): (i32, usize)| {
                let sides = [half + 0.04, half + 0.5].map(|part| 10f64.powf((f64::from(bar) + part) / BARS));
                [(sides[0], 0.0), (sides[1], count as f64 * 100.0 / group.count() as f64)]
            };
            (tone, counted.into_iter().map(corners).collect::<Vec<_>>())
        };
        let drawn = [drawn(Tone::Warm, warm, 0.0), drawn(Tone::Cold, cold, 0.46)];
        let most = drawn.iter().flat_map(|(_, bars)| bars).map(|[_, (_, top)]| *top).fold(1.0, f64::max);
        let picture = Picture {
            id: "distribution",
            title: "Warm and cold",
            description: "Of 100 requests of a kind, how many were answered in about this time.",
            svg: svg(
                x,
                Axis::even("of 100 of a kind", most * 1.05, whole),
                &drawn.map(|(tone, bars)| Drawn::Bars(tone, bars)),
            ),
            legend: vec![(Tone::Warm, BAR, "warm".into()), (Tone::Cold, BAR, "cold".into())],
        };
        let row = |name: &str, value: &dyn Fn(&Group) -> String| vec![name.to_string(), value(warm), value(cold)];
        let share = |share: f64| move |group: &Group| shown_ms(percentile(group, share));
        let rows = [
            row("samples", &|group| whole(group.count() as f64)),
            row("failed", &|group| whole(group.failed as f64)),
            row("half", &share(0.5)),
            row("90 of 100", &share(0.9)),
            row("99 of 100", &share(0.99)),
            row("slowest", &|group| shown_ms(group.took.iter().copied().fold(f64::NAN, f64::max))),
        ];
        picture.section(&table(
            "Samples, and milliseconds within which a share of them was answered",
            &["", "warm", "cold"],
            &rows,
        ))
    }

    fn who_still_waits(&self, hypotheses: &[Hypothesis]) -> String {
        let waits = |group: &Group, took: f64| {
            let answered = group.took.iter().filter(|one| **one <= took).count();
            1.0 - answered as f64 / group.count().max(1) as f64
        };
        let Groups { warm, cold, .. } = &self.groups;
        let within = || hypotheses.iter().map(|one| one.within);
        let least = hypotheses.iter().map(|one| 1.0 - one.share).fold(0.1, f64::min);
        let rarest = (0.5 / warm.count().max(cold.count()).max(10) as f64).min(least / 2.0);
        let times = self.times();
        let (from, to) = (times.at(0.0), times.at(1.0));
        let (from, to) = (within().fold(from, f64::min), within().fold(to, |one, other| one.max(other * 1.2)));
        let x = Axis::logarithmic("milliseconds", (from, to), shown_ms);
        let y = Axis::logarithmic("", (rarest, 1.0), many_in);
        let curve = |tone: Tone, group: &Group| {
            let places = (0..=DISTINCT as u32).map(|place| x.at(f64::from(place) / DISTINCT));
            // Where nobody waits any more, the curve ends at the bottom.
            let points = places.map(|took| (took, waits(group, took).max(rarest)));
            Drawn::Curve(tone, if group.count() == 0 { Vec::new() } else { points.collect() })
        };
        let mut drawn = vec![curve(Tone::Warm, warm), curve(Tone::Cold, cold)];
        let mark = |one: &Hypothesis| Drawn::Named((one.within, 1.0 - one.share), one.name.clone());
        drawn.extend(hypotheses.iter().map(mark));
        let mut rows = Vec::new();
        for hypothesis in hypotheses {
            let group = self.groups.of(hypothesis.group);
            let waiting = match group.count() {
                0 => "–".to_string(),
                _ => percent(waits(group, hypothesis.within)),
            };
            let kind = match hypothesis.group {
                Kind::Warm => "warm",
                Kind::Cold => "cold",
            };
            let may = percent(1.0 - hypothesis.share);
            rows.push(vec![hypothesis.name.clone(), kind.into(), shown_ms(hypothesis.within), may, waiting]);
        }
        let picture = Picture {
            id: "waits",
            title: "Who still waits",
            description: "Which share of the callers still waits after this time. A failed request waits for ever. A claim \
                          holds where its curve runs below its cross, if there are enough samples.",
            svg: svg(x, y, &drawn),
            legend: vec![(Tone::Warm, BAR, "warm".into()), (Tone::Cold, BAR, "cold".into())],
        };
        let table = match rows.is_empty() {
            true => String::new(),
            false => table("Who still waits after the claim's time", &["claim", "of", "ms", "may wait", "wait"], &rows),
        };
        picture.section(&table)
    }

    fn failures(&self) -> String {
        let parts = self.parts();
        let most = parts.iter().map(|part| part.seen.len()).max().unwrap_or(1);
        let width = self.length / PARTS as f64;
        let bar = |part: &Part<'_, '_>, count: usize| {
            [(part.from + width * 0.1, 0.0), (part.from + width * 0.9, count as f64)]
        };
        let drawn = [
            Drawn::Bars(Tone::Unknown, parts.iter().map(|part| bar(part, part.seen.len())).collect()),
            Drawn::Bars(Tone::Failed, parts.iter().map(|part| bar(part, part.group().failed)).collect()),
        ];
        let picture = Picture {
            id: "failures",
            title: "Sent and failed",
            description: "How many requests were due in each part of the measurement, and how many of them failed.",
            svg: svg(self.along(), Axis::even("requests", most as f64 * 1.05, whole), &drawn),
            legend: vec![(Tone::Unknown, BAR, "sent".into()), (Tone::Failed, BAR, "failed".into())],
        };
        let rows: Vec<_> = parts
            .iter()
            .map(|part| {
                let cold = part.seen.iter().filter(|one| one.start == Tone::Cold).count();
                let [sent, cold, failed] =
                    [part.seen.len(), cold, part.group().failed].map(|count| whole(count as f64));
                vec![self.shown(part.from), sent, cold, failed]
            })
            .collect();
        let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
        self.seen.iter().for_each(|one| *statuses.entry(one.sample.status).or_default() += 1);
        let status = |(status, count): (&u16, &usize)| {
            let name = if *status == 0 { "no answer".to_string() } else { status.to_string() };
            vec![name, whole(*count as f64)]
        };
        let statuses: Vec<_> = statuses.iter().map(status).collect();
        let tables = table("Requests", &[self.counts_from(), "sent", "cold", "failed"], &rows)
            + &table("Answers by their status", &["status", "requests"], &statuses);
        picture.section(&tables)
    }

    fn capacity(&self, capacity: &[Capacity]) -> String {
        let (Some(began), false) = (self.began, capacity.is_empty()) else { return String::new() };
        let bars = |one: &Capacity| -> Vec<Bar> {
            let at = |when: i64| (when - began as i64) as f64 / 1000.0;
            let ends = one.sums.iter().map(|(when, _)| at(*when)).skip(1);
            let periods = one.sums.iter().zip(ends).map(|((when, _), end)| end - at(*when));
            let period = periods.fold(f64::INFINITY, f64::min);
            let period = if period.is_finite() { period } else { PERIOD };
            let during = one.sums.iter().map(|(when, sum)| (at(*when), *sum));
            let during = during.filter(|(from, _)| from + period > 0.0 && *from <= self.length);
            during.map(|(from, sum)| [(from.max(0.0), 0.0), ((from + period).min(self.length), sum)]).collect()
        };
        let tones = [Tone::Warm, Tone::Cold, Tone::Unknown, Tone::Failed].into_iter().cycle();
        let metrics: Vec<_> = capacity.iter().zip(tones).map(|(one, tone)| (one, tone, bars(one))).collect();
        let most = metrics.iter().flat_map(|(.., bars)| bars).map(|[_, (_, top)]| *top).fold(1.0, f64::max);
        let row = |(one, _, bars): &(&Capacity, Tone, Vec<Bar>)| {
            let together: f64 = bars.iter().map(|[_, (_, top)]| top).sum();
            vec![one.label.clone(), decimal(together), decimal(together / self.seen.len() as f64)]
        };
        let rows: Vec<_> = metrics.iter().map(row).collect();
        let legend = metrics.iter().map(|(one, tone, _)| (*tone, BAR, one.label.clone())).collect();
        // Each has its part of the width, so that none hides another.
        let among = metrics.len() as f64;
        let beside = |(index, (_, tone, bars)): (usize, (_, Tone, Vec<Bar>))| {
            let part = |from: f64, to: f64, part: f64| from + (to - from) * (index as f64 + part) / among;
            let bars = bars
                .into_iter()
                .map(|[(from, base), (to, top)]| [(part(from, to, 0.04), base), (part(from, to, 0.96), top)]);
            Drawn::Bars(tone, bars.collect())
        };
        let drawn: Vec<_> = metrics.into_iter().enumerate().map(beside).collect();
        let picture = Picture {
            id: "capacity",
            title: "Consumed capacity",
            description: "What the table consumed in each period that CloudWatch counted, whoever asked.",
            svg: svg(self.along(), Axis::even("units", most * 1.05, decimal), &drawn),
            legend,
        };
        picture.section(&table("Units", &["metric", "together", "a request"], &rows))
    }

    /// The measurement in parts of equal length.
    fn parts(&self) -> Vec<Part<'_, 'samples>> {
        let width = self.length / PARTS as f64;
        let mut parts: Vec<_> = (0..PARTS).map(|part| Part { from: part as f64 * width, seen: Vec::new() }).collect();
        for seen in &self.seen {
            parts[((seen.at / width) as usize).min(PARTS - 1)].seen.push(seen);
        }
        parts
    }

    fn shown(&self, at: f64) -> String {
        if self.began.is_some() && self.length < 60.0 { format!("{at:.1}") } else { whole(at) }
    }

    fn counts_from(&self) -> &'static str {
        if self.began.is_some() { "from second" } else { "from request" }
    }
}

/// A part of the measurement.
#[derive(Debug)]
struct Part<'study, 'samples> {
    from: f64,
    seen: Vec<&'study Seen<'samples>>,
}

impl Part<'_, '_> {
    /// All its samples, however they started.
    fn group(&self) -> Group {
        let took = self.seen.iter().filter(|one| one.sample.succeeded()).map(|one| one.sample.took).collect();
        Group { took, failed: self.seen.iter().filter(|one| !one.sample.succeeded()).count() }
    }
}

/// How the request was started, as the groups say of it alone.
fn start(sample: &Sample, reports: &Reports) -> Tone {
    let groups = group::sorted(slice::from_ref(sample), reports);
    match (groups.unknown, groups.cold.count()) {
        (1.., _) => Tone::Unknown,
        (_, 1..) => Tone::Cold,
        _ => Tone::Warm,
    }
}

/// A picture with its words.
#[derive(Debug)]
struct Picture {
    id: &'static str,
    title: &'static str,
    description: &'static str,
    svg: String,
    /// A colour, a sign in it, and what it stands for.
    legend: Vec<(Tone, &'static str, String)>,
}

impl Picture {
    /// The picture, and a table beside it.
    fn section(&self, table: &str) -> String {
        let Picture { id, title, description, svg, legend } = self;
        let mut signs = String::new();
        for (tone, sign, name) in legend {
            let (class, name) = (tone.name(), escaped(name));
            signs.push_str(&format!("<li><span class=\"{class}\" aria-hidden=\"true\">{sign}</span> {name}</li>"));
        }
        let figure = format!(
            "<figure>\n<svg role=\"img\" viewBox=\"0 0 560 340\" aria-labelledby=\"{id}-title {id}-text\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-text\">{description}</desc>\n{svg}</svg>\n\
             <ul class=\"legend\">{signs}</ul>\n<figcaption>{description}</figcaption>\n</figure>\n"
        );
        section(title, &format!("<div class=\"pair\">\n{figure}<div>\n{table}</div>\n</div>\n"))
    }
}

fn section(title: &str, body: &str) -> String {
    format!("<section>\n<h2>{title}</h2>\n{body}</section>\n")
}

/// A table whose first column names its rows.
fn table(caption: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("<table>\n<caption>{caption}</caption>\n<thead><tr>");
    for cell in head {
        let cell = if cell.is_empty() { "<td></td>".to_string() } else { format!("<th scope=\"col\">{cell}</th>") };
        text.push_str(&cell);
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        text.push_str("<tr>");
        for (index, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            let cell = if index == 0 { format!("<th scope=\"row\">{cell}</th>") } else { format!("<td>{cell}</td>") };
            text.push_str(&cell);
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A time, as precise as somebody looks at it.
fn shown_ms(took: f64) -> String {
    match took {
        _ if took.is_nan() => "–".into(),
        _ if took.is_infinite() => "never".into(),
        _ if took < 10.0 => decimal(took),
        _ => whole(took),
    }
}

/// A number with what stands after its point, if anything does, and a comma after the thousands.
fn decimal(number: f64) -> String {
    let text = format!("{number:.1}");
    let (digits, part) = text.strip_suffix(".0").unwrap_or(&text).split_at(text.len() - 2);
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + part
}

fn whole(number: f64) -> String {
    decimal(number.round())
}

fn percent(share: f64) -> String {
    format!("{} %", decimal(share * 100.0))
}

/// 0.03 is three in a hundred.
fn many_in(share: f64) -> String {
    let mut among = 1.0;
    while share * among < 0.95 {
        among *= 10.0;
    }
    if among > 1.0 { format!("{} in {}", whole(share * among), whole(among)) } else { "all".into() }
}

fn seconds(length: f64) -> String {
    format!("{} s", decimal(length))
}

fn count(number: usize, what: &str) -> String {
    format!("{} {what}{}", whole(number as f64), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    /// 1,000 requests, 20 a second: every 50th is cold, every 100th of the others fails, and the last has no REPORT line.
    fn page() -> String {
        let (mut samples, mut reports) = (Vec::new(), Reports::new());
        for index in 0..1_000_u64 {
            let is_cold = index % 50 == 0;
            let status = if index % 100 == 7 { 503 } else { 200 };
            let took = if is_cold { 300.0 } else { 10.0 + (index % 7) as f64 };
            let due = Some(1_796_029_200_000 + index * 50);
            samples.push(Sample { due, took, status, request_id: index.to_string() });
            if index != 999 {
                let report = Report { duration: 1.0, billed: 1.0, memory: 128.0, is_cold };
                reports.insert(index.to_string(), report);
            }
        }
        let claim = |name: &str, group, share, within| {
            let claim = format!("{name} is <fast> & \"good\"");
            Hypothesis { name: name.into(), claim, group, share, within }
        };
        let hypotheses = [
            claim("warm list", Kind::Warm, 0.9, 150.0),
            claim("warm strict", Kind::Warm, 0.95, 12.0),
            claim("cold list", Kind::Cold, 0.9, 800.0),
        ];
        let sums = vec![(1_796_029_140_000, 100.0), (1_796_029_200_000, 500.0), (1_796_029_260_000, 3.0)];
        let capacity = [Capacity { label: "ConsumedReadCapacityUnits".into(), sums }];
        html(samples, &reports, &hypotheses, &capacity)
    }

    #[test]
    fn every_hypothesis_has_its_verdict_beside_it() {
        let page = page();
        for verdict in
            ["✓</span> holds, 16.0 ms", "✗</span> does not hold, 16.0 ms", "?</span> not decided, 20 samples of 100"]
        {
            assert!(page.contains(verdict), "{verdict} is missing: {page}");
        }
        assert!(page.contains("warm list is &lt;fast&gt; &amp; &quot;good&quot;"), "a claim is a text and no markup");
    }

    #[test]
    fn every_picture_has_a_title_a_description_and_a_table() {
        let page = page();
        let pictures: Vec<&str> = page.split("<figure>").skip(1).collect();
        assert_eq!(pictures.len(), 5);
        for picture in pictures {
            let (figure, rest) = picture.split_once("</figure>").unwrap();
            for part in ["role=\"img\"", "<title id=", "<desc id=", "<figcaption>"] {
                assert!(figure.contains(part), "{part} is missing: {figure}");
            }
            assert!(rest.trim_start().starts_with("<div>\n<table>\n<caption>"), "{rest}");
        }
        // 500 units in the minute of the measurement; the one before it ended as it began, and the one after it is another's.
        assert!(page.contains("<th scope=\"row\">ConsumedReadCapacityUnits</th><td>500</td><td>0.5</td>"), "{page}");
        assert!(page.contains("<th scope=\"row\">503</th><td>10</td>"), "{page}");
    }

    #[test]
    fn nothing_is_fetched() {
        let page = page().replace("http://www.w3.org/2000/svg", "");
        for word in ["://", "url(", "@import", " src=", " href="] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn every_colour_has_another_one_on_a_dark_page() {
        let page = page();
        let (head, body) = page.split_once("</head>").unwrap();
        let colours: BTreeSet<&str> = body.match_indices("=\"#").map(|(at, _)| &body[at + 2..at + 9]).collect();
        assert!(colours.len() >= 5, "{colours:?}");
        for colour in colours {
            assert!(head.contains(&format!("\"{colour}\"")), "style.css says nothing of {colour}");
        }
    }

    #[test]
    fn samples_without_a_time_or_a_log_are_shown_in_their_order() {
        let sample = |took| Sample { due: None, took, status: 200, request_id: String::new() };
        let page = html(vec![sample(0.0), sample(5.0)], &Reports::new(), &[], &[]);
        for said in ["requests, in their order", "from request", "No hypotheses were given", "2 without a REPORT line"]
        {
            assert!(page.contains(said), "{said} is missing: {page}");
        }
    }

    #[test]
    fn many_points_make_no_large_page() {
        let sample = |index: u64| Sample {
            due: Some(index),
            took: 5.0 + (index * 7919 % 1000) as f64,
            status: 200,
            request_id: String::new(),
        };
        let page = html((0..100_000).map(sample).collect(), &Reports::new(), &[], &[]);
        assert!(page.len() < 8_000_000, "{} bytes", page.len());
    }

    #[test]
    fn numbers_are_as_precise_as_somebody_reads_them() {
        let shown = [0.25, 9.96, 1234.6, f64::INFINITY, f64::NAN].map(shown_ms);
        assert_eq!(shown, ["0.2", "10", "1,235", "never", "–"]);
        assert_eq!([1.0, 0.5, 0.01, 0.003].map(many_in), ["all", "5 in 10", "1 in 100", "3 in 1,000"]);
        assert_eq!([0.0, 12.25, 1626.5, 1e6].map(decimal), ["0", "12.2", "1,626.5", "1,000,000"]);
        assert_eq!(percent(0.015), "1.5 %");
    }
}
