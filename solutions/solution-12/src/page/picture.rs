//! Pictures of the report, as SVG. Their colours are those of a light page; `style.css` has others for a dark one.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::{
    ChartBuilder, Circle, Color, Cross, EmptyElement, IntoDrawingArea, IntoFont, LineSeries, RGBColor, Rectangle,
    SVGBackend, TRANSPARENT, Text, TriangleMarker,
};
use plotters::style::TextStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// How large a picture is in its own units, of which its letters have 15. On a phone it has half of them.
const SIZE: (u32, u32) = (560, 340);
/// The letters, in plotters' measure.
const LETTERS: f64 = 18.6;
/// No axis has more lines than these.
const LINES: usize = 9;

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Ink,
    Line,
    Warm,
    Cold,
    Unknown,
    Failed,
}

impl Tone {
    /// Its class in `style.css`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Tone::Ink => "ink",
            Tone::Line => "line",
            Tone::Warm => "warm",
            Tone::Cold => "cold",
            Tone::Unknown => "unknown",
            Tone::Failed => "failed",
        }
    }

    const fn colour(self) -> RGBColor {
        match self {
            Tone::Ink => RGBColor(0x1B, 0x1F, 0x24),
            Tone::Line => RGBColor(0xD8, 0xDE, 0xE4),
            Tone::Warm => RGBColor(0x0B, 0x62, 0xB8),
            Tone::Cold => RGBColor(0xB8, 0x50, 0x0C),
            Tone::Unknown => RGBColor(0x6E, 0x77, 0x81),
            Tone::Failed => RGBColor(0xC0, 0x14, 0x3C),
        }
    }
}

/// An axis with its lines.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    from: f64,
    to: f64,
    lines: Vec<f64>,
    is_logarithmic: bool,
    shown: fn(f64) -> String,
    name: String,
}

impl Axis {
    /// From 0 on, all steps equally long.
    pub(super) fn even(name: impl Into<String>, to: f64, shown: fn(f64) -> String) -> Axis {
        let least = to / (LINES - 2) as f64;
        let decade = 10f64.powf(least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * decade).into_iter().find(|step| *step >= least);
        let step = step.unwrap_or(least);
        let lines = (0..LINES).map(|line| line as f64 * step).filter(|line| *line <= to * 1.000_1).collect();
        Axis { from: 0.0, to, lines, is_logarithmic: false, shown, name: name.into() }
    }

    /// Each step as many times as the one before it.
    pub(super) fn logarithmic(name: impl Into<String>, (from, to): (f64, f64), shown: fn(f64) -> String) -> Axis {
        let decades = from.log10().floor() as i32..=to.log10().ceil() as i32;
        let lines = |of: &[f64]| -> Vec<f64> {
            let all = decades.clone().flat_map(|decade| of.iter().map(move |times| times * 10f64.powi(decade)));
            all.filter(|line| (from * 0.999_9..=to * 1.000_1).contains(line)).collect()
        };
        let lines =
            [&[1.0, 2.0, 5.0][..], &[1.0, 3.0], &[1.0]].map(lines).into_iter().find(|lines| lines.len() <= LINES);
        Axis { from, to, lines: lines.unwrap_or_default(), is_logarithmic: true, shown, name: name.into() }
    }

    /// How far a value is along the axis, from 0 to 1.
    pub(super) fn place(&self, value: f64) -> f64 {
        let place = |value: f64| if self.is_logarithmic { value.max(f64::MIN_POSITIVE).ln() } else { value };
        ((place(value) - place(self.from)) / (place(self.to) - place(self.from))).clamp(0.0, 1.0)
    }

    /// The value that is so far along the axis.
    pub(super) fn at(&self, place: f64) -> f64 {
        match self.is_logarithmic {
            true => self.from * (self.to / self.from).powf(place),
            false => self.from + (self.to - self.from) * place,
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (self.place(*value) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.lines.clone()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        (self.shown)(*value)
    }
}

/// A form that a point has, so that nobody needs to see colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Dot,
    Ring,
    Triangle,
    Cross,
}

/// A rectangle, from one corner to the opposite one.
pub(super) type Bar = [(f64, f64); 2];

/// What is drawn, in the order of drawing.
#[derive(Debug)]
pub(super) enum Drawn {
    Points(Tone, Form, Vec<(f64, f64)>),
    Curve(Tone, Vec<(f64, f64)>),
    Bars(Tone, Vec<Bar>),
    /// A point with a word.
    Named((f64, f64), String),
}

/// The picture's SVG.
pub(super) fn svg(x: Axis, y: Axis, drawn: &[Drawn]) -> String {
    let mut text = String::new();
    paint(&mut text, x, y, drawn).expect("a text takes everything that is written to it");
    text
}

fn paint(text: &mut String, x: Axis, y: Axis, drawn: &[Drawn]) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(text, SIZE).into_drawing_area();
    let ink = Tone::Ink.colour();
    let letters = TextStyle::from(("inherit", LETTERS).into_font()).color(&ink);
    let (x_name, y_name) = (x.name.clone(), y.name.clone());
    let middle = x.at(0.5);
    let mut builder = ChartBuilder::on(&root);
    builder.margin(10).margin_right(24).x_label_area_size(52).y_label_area_size(76);
    let mut chart = builder.build_cartesian_2d(x, y)?;
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT).bold_line_style(Tone::Line.colour()).axis_style(ink);
    mesh.label_style(letters.clone()).axis_desc_style(letters.clone()).x_desc(x_name).y_desc(y_name).draw()?;
    for one in drawn {
        match one {
            Drawn::Points(tone, form, points) => {
                let (filled, line) = (tone.colour().filled(), tone.colour().stroke_width(2));
                let points = points.iter().copied();
                match form {
                    Form::Dot => chart.draw_series(points.map(|at| Circle::new(at, 3, filled)))?,
                    Form::Ring => chart.draw_series(points.map(|at| Circle::new(at, 3, line)))?,
                    Form::Triangle => chart.draw_series(points.map(|at| TriangleMarker::new(at, 6, filled)))?,
                    Form::Cross => chart.draw_series(points.map(|at| Cross::new(at, 4, line)))?,
                };
            }
            Drawn::Curve(tone, points) => {
                chart.draw_series(LineSeries::new(points.iter().copied(), tone.colour().stroke_width(3)))?;
            }
            Drawn::Bars(tone, bars) => {
                let filled = tone.colour().filled();
                chart.draw_series(bars.iter().map(|corners| Rectangle::new(*corners, filled)))?;
            }
            Drawn::Named(at, word) => {
                let line = ink.stroke_width(2);
                // The word stands on the side that has room for it.
                let (side, away) = if at.0 > middle { (HPos::Right, -9) } else { (HPos::Left, 9) };
                let letters = letters.pos(Pos::new(side, VPos::Bottom));
                let word = Text::new(word.clone(), (away, -2), letters);
                chart.draw_series([EmptyElement::at(*at) + Cross::new((0, 0), 6, line) + word])?;
            }
        }
    }
    drop(chart);
    root.present()?;
    drop(root);
    Ok(())
}
