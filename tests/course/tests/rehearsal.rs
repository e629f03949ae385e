//! The rules of the rehearsal page that need no page: geometry, recognition, splits, tables, which questions an exam asks. They are
//! JavaScript (`book/src/whiteboard/`), run here as the browser runs them, on the real storyboard. The page itself is tested in
//! `tests/browser/tests/whiteboard.rs`.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read or run something has found its fault")]

use std::fs;
use std::path::Path;

use rquickjs::{CatchResultExt, Context, Runtime};
use serde_json::{Value, json};

/// The files in the order in which the page loads them, up to the words; the rest needs a document.
const FILES: [&str; 17] = [
    "storyboard",
    "geometry",
    "labels",
    "sketch",
    "drawing",
    "recognition",
    "room",
    "clock",
    "splits",
    "exam",
    "csv",
    "archive",
    "words",
    "words-en",
    "words-ko",
    "trace",
    "main",
];

/// What the cases use besides the page's own functions.
const SHORTHANDS: &str = r#"
    const { storyboard, geometry, labels, sketch, drawing, recognition, room, clock, splits, exam, csv, archive, words, tracing } = workbookWhiteboard;
    const story = storyboard.read(window.workbookStoryboard);
    const five = storyboard.stepsOf(story, 5);
    const ids = storyboard.drawnBy(five);
    const box = (x, y, width, height) => [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y + 2]];
    const stroke = (points) => ({ kind: "stroke", id: 0, colour: "black", width: 5, points });
    const name = (node, [x, y]) => ({ kind: "node", id: 0, node, x, y, boxed: true });
    const own = (id) => name(id, geometry.centre(story.node.get(id)));
    const line = (id) => sketch.ofId(story, id, "en").strokes[0];
    const ends = (id) => [line(id)[0], line(id)[line(id).length - 1]];
    const headed = ([from, to]) => {
        const back = Math.atan2(from[1] - to[1], from[0] - to[0]) + 0.5;
        return stroke([from, to, [to[0] + 30 * Math.cos(back), to[1] + 30 * Math.sin(back)]]);
    };
    const found = (items, wanted) => {
        const { nodes, arrows } = recognition.recognised(story, items, wanted);
        return [...nodes, ...arrows].map(({ id, state }) => `${id}: ${state}`).join(", ");
    };
    const run = (id, at, minutes, complete, seconds) =>
        ({ id, at, minutes, complete, splits: seconds.map((one, step) => ({ step: `s${step}`, budget: 30, seconds: one })) });
    const why = (call) => { try { call(); return "nothing"; } catch (error) { return error.why || String(error); } };
    const answered = (at, ...answers) => ({ id: at, at, answers: answers.map(([question, met, followUp]) => ({ question, met, followUp })) });
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
"#;

/// Runs each expression in the page's rules and holds it against what it should be.
fn check(cases: &[(&str, Value)]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
    let board: toml::Value =
        toml::from_str(&fs::read_to_string(root.join("book/whiteboard/storyboard.toml")).unwrap()).unwrap();
    let mut script = format!("globalThis.window = globalThis; window.workbookStoryboard = {};\n", json!(board));
    // The modes' files make elements when they are called, not when they are loaded.
    script.push_str("globalThis.workbookWhiteboard = { dom: {}, cues: {} };\n");
    for file in FILES {
        script.push_str(&fs::read_to_string(root.join(format!("book/src/whiteboard/{file}.js"))).unwrap());
    }
    script.push_str(SHORTHANDS);
    let runtime = Runtime::new().unwrap();
    let wrong: Vec<String> = Context::full(&runtime).unwrap().with(|context| {
        context.eval::<(), _>(script).catch(&context).unwrap_or_else(|error| panic!("{error}"));
        let differs = |(expression, expected): &(&str, Value)| {
            let got = context.eval::<Option<String>, _>(format!("JSON.stringify({expression})")).catch(&context);
            let got = match got {
                Ok(text) => text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()),
                Err(error) => Value::from(error.to_string()),
            };
            (got != *expected).then(|| format!("{expression}\n  is {got}\n  and should be {expected}"))
        };
        cases.iter().filter_map(differs).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn geometry_measures_paths() {
    check(&[
        ("geometry.length([[0, 0], [3, 4], [3, 10]])", json!(11)),
        ("geometry.bounds([[5, 9], [1, 2], [3, 4]])", json!({ "x": 1, "y": 2, "width": 4, "height": 7 })),
        ("geometry.centre({ x: 10, y: 20, width: 30, height: 40 })", json!([25, 40])),
        ("geometry.distanceToRect({ x: 0, y: 0, width: 10, height: 10 }, [13, 14])", json!(5)),
        ("geometry.distanceToRect({ x: 0, y: 0, width: 10, height: 10 }, [4, 4])", json!(0)),
        ("geometry.distanceToPath([[0, 0], [10, 0]], [5, 3])", json!(3)),
        ("geometry.distanceToPath([[7, 7]], [7, 9])", json!(2)),
        ("geometry.resampled([[0, 0], [10, 0]], 5)", json!([[0, 0], [5, 0], [10, 0]])),
        ("geometry.simplified([[0, 0], [5, 0.1], [10, 0], [10, 10]], 1)", json!([[0, 0], [10, 0], [10, 10]])),
        ("geometry.borderPoint({ x: 0, y: 0, width: 20, height: 10 }, [100, 5], 0)", json!([20, 5])),
        ("geometry.piece([[0, 0], [10, 0], [10, 10]], 5, 15)", json!([[5, 0], [10, 0], [10, 5]])),
        ("geometry.coverage([[[0, 0], [100, 0]]], [[[0, 2], [100, 2]]], 5)", json!(1)),
        ("geometry.coverage([[[0, 0], [100, 0]]], [[[0, 2], [50, 2]]], 5) < 0.7", json!(true)),
        ("geometry.coverage([[[0, 0], [100, 0]]], [], 5)", json!(0)),
    ]);
}

#[test]
fn a_stroke_is_read_as_what_it_is() {
    check(&[
        ("recognition.isClosed(box(0, 0, 100, 60))", json!(true)),
        ("recognition.isClosed([[0, 0], [100, 0]])", json!(false)),
        // A dot, a letter: too small for a box.
        ("recognition.isClosed(box(0, 0, 12, 12))", json!(false)),
        ("recognition.tipOf([[0, 0], [200, 0], [180, 15]])", json!([200, 0])),
        ("recognition.tipOf([[0, 0], [100, 4], [200, 0]])", Value::Null),
        (
            "recognition.arrowOf([[0, 0], [200, 0], [180, 15]], [])",
            json!({ "start": [0, 0], "end": [200, 0], "headed": true }),
        ),
        ("recognition.arrowOf([[0, 0], [200, 0]], []).headed", json!(false)),
        // A head drawn apart, at the beginning of the line: the arrow goes the other way.
        (
            "recognition.arrowOf([[0, 0], [200, 0]], [[[15, 10], [0, 0], [15, -10]]])",
            json!({ "start": [200, 0], "end": [0, 0], "headed": true }),
        ),
        ("recognition.arrowOf([[0, 0], [30, 0]], [])", Value::Null),
    ]);
}

#[test]
fn a_drawing_is_recognised() {
    let arrow = "browser-to-cloudfront";
    let between = |items: &str| format!("found([own('browser'), own('cloudfront'), {items}], ['{arrow}'])");
    let cases = [
        (between(&format!("headed(ends('{arrow}'))")), format!("{arrow}: drawn")),
        (between(&format!("headed(ends('{arrow}').reverse())")), format!("{arrow}: reversed")),
        (between(&format!("stroke(ends('{arrow}'))")), format!("{arrow}: uncertain")),
        (
            between(&format!("stroke(ends('{arrow}')), stroke([[340, 180], ends('{arrow}')[1], [350, 230]])")),
            format!("{arrow}: drawn"),
        ),
        (between("{ kind: 'arrow', id: 9, from: 'browser', to: 'cloudfront' }"), format!("{arrow}: drawn")),
        (between("{ kind: 'arrow', id: 9, from: 'cloudfront', to: 'browser' }"), format!("{arrow}: reversed")),
        (between("stroke([[900, 700], [1100, 700]])"), format!("{arrow}: missing")),
        ("found([], ['api', 'cloudfront-to-api'])".to_string(), "api: missing, cloudfront-to-api: missing".to_string()),
        // A frame around several boxes is the box of none of them.
        (between(&format!("stroke(box(20, 30, 1140, 400)), headed(ends('{arrow}'))")), format!("{arrow}: drawn")),
        // A box without a name, where the node belongs, may be it.
        ("found([stroke(box(375, 385, 220, 100))], ['api'])".to_string(), "api: uncertain".to_string()),
        // Names that the storyboard does not have are not a fault.
        ("found([name('lost', [5, 5]), own('api')], ['api'])".to_string(), "api: drawn".to_string()),
    ];
    let cases: Vec<(&str, Value)> = cases.iter().map(|(expression, says)| (expression.as_str(), json!(says))).collect();
    check(&cases);
    check(&[
        // All of the reference, drawn as it is, is recognised as drawn: in each version.
        (
            "story.versions.map(({ minutes }) => { const all = storyboard.drawnBy(storyboard.stepsOf(story, minutes)); \
          const items = all.map((id) => story.node.has(id) ? own(id) : headed(ends(id))); \
          return recognition.outcome(recognition.recognised(story, items, all), new Set()); }) \
          .map(({ missing, reversed, swapped }) => [missing, reversed, swapped])",
            json!([[[], [], []], [[], [], []], [[], [], []]]),
        ),
        (
            "recognition.recognised(story, [name('api', geometry.centre(story.node.get('table'))), \
          name('table', geometry.centre(story.node.get('api'))), own('browser'), own('cloudfront')], ids).swapped",
            json!([["api", "table"]]),
        ),
        // Two boxes that have changed places are one fault, in each version: the arrows between the right places are not blamed as well.
        (
            "story.versions.flatMap(({ minutes }) => { const all = storyboard.drawnBy(storyboard.stepsOf(story, minutes)); \
          const nodes = all.filter((id) => story.node.has(id) && story.node.get(id).glyph !== 'frame'); \
          const word = (id) => story.node.get(id).prompt.en; \
          return nodes.flatMap((a, at) => nodes.slice(at + 1).filter((b) => word(a) !== word(b)).map((b) => { \
            const place = (id) => geometry.centre(story.node.get(id === a ? b : id === b ? a : id)); \
            const items = all.map((id) => story.node.has(id) ? name(id, place(id)) : headed(ends(id))); \
            const found = recognition.recognised(story, items, all); \
            const { missing, reversed, swapped } = recognition.outcome(found, new Set()); \
            return [missing.length, reversed.length, found.extra.length, swapped.length === 1 && same([...swapped[0]].sort(), [a, b].sort())]; })); }) \
          .filter((one) => !same(one, [0, 0, 0, true])).length",
            json!(0),
        ),
        // Arrows that follow the names are right wherever the boxes stand.
        (
            "(() => { const [api, table] = ['api', 'table'].map((id) => geometry.centre(story.node.get(id))); \
           const items = [name('api', table), name('table', api), own('browser'), own('cloudfront'), { kind: 'arrow', id: 9, from: 'cloudfront', to: 'api' }]; \
           return recognition.recognised(story, items, ['cloudfront-to-api']).arrows; })()",
            json!([{ "id": "cloudfront-to-api", "state": "drawn" }]),
        ),
        (
            "recognition.recognised(story, [own('api'), own('table'), { kind: 'arrow', id: 1, from: 'table', to: 'api' }], ids).extra",
            json!([{ "from": "table", "to": "api" }]),
        ),
        // What was ticked counts, what is reversed cannot be ticked away.
        (
            "recognition.outcome({ nodes: [{ id: 'a', state: 'uncertain' }, { id: 'b', state: 'missing' }], \
          arrows: [{ id: 'c', state: 'reversed' }], swapped: [] }, new Set(['a', 'c']))",
            json!({ "drawn": ["a"], "missing": ["b"], "reversed": ["c"], "swapped": [] }),
        ),
        (
            "tracing.traced(story, [{ ...name('data', sketch.anchorOf(story.node.get('data'), 'Data')), boxed: false }], ['data', 'logic'])",
            json!(["data"]),
        ),
        // A frame is the outermost stroke around its title, a box the innermost one that is no frame.
        (
            "['api', 'logic'].map((id) => recognition.boxAround(story.node.get(id), [box(330, 310, 690, 420), box(370, 380, 230, 110)].map(geometry.bounds), [400, 400])) \
           .map((rect) => rect.width)",
            json!([230, 690]),
        ),
        (
            "recognition.boxAround(story.node.get('api'), [geometry.bounds(box(330, 310, 690, 420))], [400, 400]) === undefined",
            json!(true),
        ),
        (
            "tracing.traced(story, sketch.ofId(story, 'api', 'en').strokes.map(stroke), ['api', 'table'])",
            json!(["api"]),
        ),
    ]);
}

#[test]
fn what_is_drawn_too_much_is_named() {
    let drawn = "[own('browser'), own('cloudfront'), own('api'), own('site-bucket-policy')]";
    let link = |from: &str, to: &str| format!("{{ kind: 'arrow', id: 9, from: '{from}', to: '{to}' }}");
    let word = |text: &str| format!("{{ kind: 'word', id: 9, text: '{text}', x: 900, y: 500 }}");
    let extra = |items: &str| format!("recognition.recognised(story, [...{drawn}, {items}], ids).extra");
    let one = |from: &str, to: &str| json!([{ "from": from, "to": to }]);
    let cases = [
        (extra(&link("browser", "api")), one("browser", "api")),
        (extra(&format!("{0}, {0}", link("browser", "api"))), one("browser", "api")),
        (extra(&link("browser", "cloudfront")), json!([])),
        // The wrong way round it is reversed, and both ways it is one too many.
        (extra(&link("cloudfront", "browser")), json!([])),
        (
            extra(&format!("{}, {}", link("browser", "cloudfront"), link("cloudfront", "browser"))),
            one("cloudfront", "browser"),
        ),
        // A stroke without a head is a line; one that is wanted is only not certain.
        (extra("stroke([[215, 350], [365, 420]])"), json!([{ "from": "browser", "to": "api", "line": true }])),
        (extra("stroke(ends('browser-to-cloudfront'))"), json!([])),
        // A box, and an arrow, of a longer talk.
        (format!("recognition.recognised(story, {drawn}, ids).others"), json!(["site-bucket-policy"])),
        (
            format!(
                "recognition.recognised(story, [own('table'), own('stream'), {}], ids).extra",
                link("table", "stream")
            ),
            one("table", "stream"),
        ),
        // A name that is nearly right, and one that is not; each once.
        (
            format!("recognition.recognised(story, [{}, {}, {0}], ids).words", word("DynmoDB"), word("Kafka")),
            json!([{ "text": "DynmoDB", "near": "table" }, { "text": "Kafka" }]),
        ),
        (
            format!("found([{}, {}], ['table', 'browser'])", word("DynmoDB"), word("Kafka")),
            json!("table: uncertain, browser: missing"),
        ),
    ];
    let cases: Vec<(&str, Value)> = cases.iter().map(|(expression, is)| (expression.as_str(), is.clone())).collect();
    check(&cases);
    check(&[
        (
            "['Lamda', 'CloudFornt', 'Api Gatway', 'Browsr', '클라우드프론드', 'Kafka', 'RDS', 'S4', 'VPC', 'Cognito', 'Route 53', 'Step Functions', 'server'] \
             .map((one) => (storyboard.nodeNear(story, one, ids) || {}).id || null)",
            json!([
                "board-api",
                "cloudfront",
                "api",
                "browser",
                "cloudfront",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null
            ]),
        ),
        // Two names whose places nobody chose have not been exchanged.
        (
            "[true, undefined].map((auto) => recognition.recognised(story, [{ ...name('api', geometry.centre(story.node.get('table'))), auto }, \
              { ...name('table', geometry.centre(story.node.get('api'))), auto }, own('browser'), own('cloudfront')], ids).swapped)",
            json!([[], [["api", "table"]]]),
        ),
    ]);
}

#[test]
fn there_is_room_beside_what_stands_on_the_board() {
    let touching = "(() => { \
        const items = []; \
        const rect = (item) => story.node.has(item.node) && story.node.get(item.node).glyph === 'frame' \
            ? { ...drawing.rectOf(story, item), width: 300, height: 44 } : drawing.rectOf(story, item); \
        const all = [...ids, 'RDS', 'a word of some length that is broken into lines', 'x'.repeat(60), '한글로 쓴 아주 긴 이름 하나'].filter((id) => !story.arrow.has(id)); \
        for (const id of all) { \
            const node = story.node.get(id); \
            const word = drawing.wordAt(story, id, [800, 450]); \
            const [x, y] = room.find(story, items, node || drawing.rectOf(story, word), { isFrame: Boolean(node) && node.glyph === 'frame' }); \
            items.push(node ? name(id, [x, y]) : drawing.wordAt(story, id, [x, y + word.y - geometry.centre(drawing.rectOf(story, word))[1]])); \
        } \
        return items.flatMap((a, at) => items.slice(at + 1).filter((b) => labels.shared(rect(a), rect(b)) > 0)).length; \
    })()";
    check(&[
        (touching, json!(0)),
        // The nearest place to a point that is taken, and the point itself where it is free.
        ("room.find(story, [], { width: 200, height: 100 }, { near: [800, 450] })", json!([800, 450])),
        (
            "geometry.distance(room.find(story, [name('api', [800, 450])], story.node.get('table'), { near: [800, 450] }), [800, 450]) < 200",
            json!(true),
        ),
        // A frame is put around what is there.
        (
            "room.find(story, [name('api', [800, 450])], story.node.get('logic'), { near: [800, 500], isFrame: true })",
            json!([800, 500]),
        ),
        // A box that was drawn takes room, and so does the line of an arrow.
        (
            "[stroke(box(10, 10, 300, 200)), stroke([[10, 60], [1590, 60]])].map((one) => { \
              const [x, y] = room.find(story, [one], { width: 200, height: 100 }); \
              const rect = { x: x - 100, y: y - 50, width: 200, height: 100 }; \
              return one.points.filter((point) => geometry.distanceToRect(rect, point) === 0).length + labels.within(rect, labels.dotted([one.points])); })",
            json!([0, 0]),
        ),
        // Before a comparison, what had no place of its own goes to that of the talk, and words beside it; with a pen's lines, nothing moves.
        (
            "(() => { const items = [{ ...name('api', [100, 100]), auto: true }, name('table', [200, 700]), \
              { kind: 'word', id: 3, text: 'Kafka', x: 485, y: 435, auto: true }]; \
              const pen = stroke([[1, 1], [9, 9]]); \
              const [api, table, word] = room.arranged(story, items, ids, 'en'); \
              const all = ids.map((id) => story.node.get(id)).filter((node) => node && node.glyph !== 'frame'); \
              return [same([api.x, api.y], geometry.centre(story.node.get('api'))), same(table, items[1]), \
                all.every((rect) => labels.shared(rect, drawing.rectOf(story, word)) === 0), \
                same(room.arranged(story, [...items, pen], ids, 'en'), [...items, pen])]; })()",
            json!([true, true, true, true]),
        ),
    ]);
}

#[test]
fn the_clock_counts_steps_and_not_questions() {
    check(&[
        ("clock.shown(75)", json!("1:15")),
        ("clock.shown(-5)", json!("-0:05")),
        ("clock.shown(-0.2)", json!("0:00")),
        (
            "(() => { let c = clock.started([{ id: 'a', seconds: 30 }, { id: 'b', seconds: 20 }], 5, 'watch', 0); \
           c = clock.paused(c, 10000); c = clock.resumed(c, 70000); c = clock.moved(c, 1, 95000); \
           return { shown: clock.reading(c, 100000), kept: clock.run(c, 105000) }; })()",
            json!({
               "shown": { "total": 40, "budget": 50, "step": 5, "stepBudget": 20, "behind": 5, "paused": false },
               "kept": { "id": "run-0", "at": "1970-01-01T00:00:00.000Z", "mode": "watch", "minutes": 5, "complete": true, "paused": 60,
                   "splits": [{ "step": "a", "budget": 30, "seconds": 35 }, { "step": "b", "budget": 20, "seconds": 10 }] },
            }),
        ),
        // The machine's time is set back while a question is asked.
        (
            "clock.run(clock.resumed(clock.paused(clock.started([{ id: 'a', seconds: 30 }], 5, 'watch', 50000), 60000), 20000), 21000).paused",
            json!(0),
        ),
        // After a reload, the time for which the page was away does not count; a clock of other steps is not taken up.
        (
            "(() => { const steps = [{ id: 'a', seconds: 30 }, { id: 'b', seconds: 20 }]; \
           const kept = JSON.parse(JSON.stringify(clock.moved(clock.started(steps, 5, 'watch', 0), 0, 4000))); \
           return [clock.reading(clock.restored(kept, 90000), 91000).total, clock.isOf(kept, steps), clock.isOf(kept, steps.slice(1)), \
             clock.isOf({ ...kept, index: 7 }, steps), clock.isOf({ ...kept, spent: [] }, steps)]; })()",
            json!([5, true, false, false, false]),
        ),
        // A clock that somebody has forgotten for a year is one that an archive still takes in.
        (
            "why(() => archive.checked({ runs: [clock.run(clock.started([{ id: 'a', seconds: 30 }], 5, 'watch', 0), 3e13)] }))",
            json!("nothing"),
        ),
        // Back at a step, its time goes on. A step that was never reached has no time, not even 0.
        (
            "(() => { let c = clock.started([{ id: 'a', seconds: 30 }, { id: 'b', seconds: 20 }, { id: 'c', seconds: 1 }], 5, 'watch', 0); \
           c = clock.moved(c, 1, 1000); c = clock.moved(c, 0, 3000); const run = clock.run(clock.paused(c, 7000), 99000); \
           return [run.complete, ...run.splits.map(({ seconds }) => seconds)]; })()",
            json!([false, 5, 2]),
        ),
    ]);
}

#[test]
fn the_best_run_is_the_one_nearest_to_its_budgets() {
    let runs = "[run('a', '2026-01-01', 5, true, [10, 10]), run('b', '2026-01-02', 5, true, [31, 28]), run('c', '2026-01-03', 5, false, [30]), run('d', '2026-01-04', 15, true, [30, 30])]";
    let cases = [
        (format!("splits.best({runs}, 5).id"), json!("b")),
        (format!("splits.best([run('empty', '2026-01-09', 5, true, []), ...{runs}], 5).id"), json!("b")),
        (format!("splits.last({runs}, 5).id"), json!("c")),
        (format!("splits.best({runs}, 30) === undefined"), json!(true)),
        (
            format!(
                "splits.rows([{{ id: 's0', seconds: 30 }}, {{ id: 'new', seconds: 9 }}], [{{ step: 's0', seconds: 33 }}], {runs}, 5)"
            ),
            json!([{ "step": "s0", "budget": 30, "now": 33, "best": 31, "last": 30 }, { "step": "new", "budget": 9 }]),
        ),
        // A run of earlier has a 0 for what it did not reach.
        (
            "splits.rows([{ id: 's0', seconds: 30 }, { id: 's1', seconds: 9 }], undefined, [run('a', '1', 5, false, [7, 0])], 5)".to_string(),
            json!([{ "step": "s0", "budget": 30, "last": 7 }, { "step": "s1", "budget": 9 }]),
        ),
        (
            "[[false, [9]], [false, [9, 1]], [true, [9]]].map(([complete, all]) => splits.isMeasured(run('a', '', 5, complete, all)))".to_string(),
            json!([false, true, true]),
        ),
        ("splits.total(run('a', '', 5, true, [0.1, 0.2]))".to_string(), json!(0.3)),
        (
            "splits.beginnings(run('a', '', 5, true, [10, 5, 1]))".to_string(),
            json!([{ "step": "s0", "from": 0 }, { "step": "s1", "from": 10 }, { "step": "s2", "from": 15 }]),
        ),
        // A recording that begins later has nothing of what was over by then.
        (
            "splits.beginnings(run('a', '', 5, true, [10, 5, 1]), 12.5)".to_string(),
            json!([{ "step": "s1", "from": 0 }, { "step": "s2", "from": 2.5 }]),
        ),
    ];
    let cases: Vec<(&str, Value)> =
        cases.iter().map(|(expression, says)| (expression.as_str(), says.clone())).collect();
    check(&cases);
}

#[test]
fn tables_come_back_as_they_were_and_calculate_nothing() {
    let hard = r#"[["a", "b,c", 'd"e', "f\ng"], ["=1+1", "+1", "-1", "@x"], ["'=1", "''-1", "'plain", ""], ["한글", " ", ";", "\t=x"]]"#;
    let cases = [
        (format!("same(csv.read(csv.written({hard})), {hard})"), json!(true)),
        // A number may begin with a minus, a text may not.
        (r#"csv.written([["=1+1", -1, "-1", "a"]])"#.to_string(), json!("'=1+1,-1,'-1,a\r\n")),
        (
            r#"csv.read("a,b\r\n\r\n1,2\n3,\"4\"\r5,")"#.to_string(),
            json!([["a", "b"], ["1", "2"], ["3", "4"], ["5", ""]]),
        ),
        (r#"csv.read("\ufeffa;b\n1,5;\"x;y\"\n")"#.to_string(), json!([["a", "b"], ["1,5", "x;y"]])),
        (r#"csv.read("a\tb\n1\t2")"#.to_string(), json!([["a", "b"], ["1", "2"]])),
        (r#"csv.read("")"#.to_string(), json!([])),
        (r#"csv.read("\"never closed, \n")"#.to_string(), json!([["never closed, \n"]])),
    ];
    let cases: Vec<(&str, Value)> =
        cases.iter().map(|(expression, says)| (expression.as_str(), says.clone())).collect();
    check(&cases);
}

#[test]
fn an_archive_takes_in_only_what_has_its_form() {
    let file = |change: &str| {
        format!(
            "why(() => {{ const file = JSON.parse(archive.toJson({{ ...archive.empty(), \
             recalls: [{{ id: 'r', at: '2026-01-01T00:00:00.000Z', minutes: 5, drawn: [], missing: [], reversed: [], swapped: [] }}], \
             drawings: {{ recall: [stroke([[1, 2, 0.5]])] }} }})); {change}; archive.fromJson(JSON.stringify(file)); }})"
        )
    };
    let cases = [
        (file(""), "nothing"),
        (file("file.format = 'other'"), "whyOther"),
        (file("file.version = 2"), "whyVersion"),
        (file("file.recalls[0].at = 'now'"), "whyForm"),
        (file("file.recalls[0].swapped = [['a']]"), "whyForm"),
        (file("file.recalls = {}"), "whyForm"),
        (file("file.recalls[0].at = '2026-99-99T99:99:99Z'"), "whyForm"),
        (
            file(
                "file.runs = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, mode: { toString: 1 }, splits: [] }]",
            ),
            "whyForm",
        ),
        (
            file("file.runs = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, complete: 'yes', splits: [] }]"),
            "whyForm",
        ),
        (
            file("file.exams = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, seconds: '1', answers: [] }]"),
            "whyForm",
        ),
        (
            file("file.exams = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, drawn: 'all', answers: [] }]"),
            "whyForm",
        ),
        // No talk lasts so long, and none less than nothing.
        (
            file(
                "file.runs = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, splits: [{ step: 's', budget: 30, seconds: 1e300 }] }]",
            ),
            "whyForm",
        ),
        (
            file(
                "file.runs = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, splits: [{ step: 's', budget: -30, seconds: 1 }] }]",
            ),
            "whyForm",
        ),
        (
            file("file.runs = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, paused: 1e12, splits: [] }]"),
            "whyForm",
        ),
        (file("file.recalls[0].minutes = 1e9"), "whyForm"),
        (
            file("file.exams = [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, seconds: 1e10, answers: [] }]"),
            "whyForm",
        ),
        (
            "why(() => archive.fromCsv(archive.toCsv({ ...archive.empty(), runs: [run('a', '2026-01-01T00:00:00Z', 5, true, [1e9])] })))"
                .to_string(),
            "whyRow",
        ),
        (
            "why(() => archive.fromCsv(archive.toCsv({ ...archive.empty(), runs: [{ ...run('a', '2026-01-01T00:00:00Z', 5, true, [1]), paused: -1 }] })))"
                .to_string(),
            "whyRow",
        ),
        (file("file.drawings.recall[0].points = [[1, 2, 3, 4]]"), "whyForm"),
        (file("file.drawings.recall[0].points = []"), "whyForm"),
        (file("file.drawings.recall[0].points[0][0] = 1e9"), "whyForm"),
        (file("file.drawings.recall[0].kind = 'constructor'"), "whyForm"),
        // What would take minutes to paint, at each visit.
        (file("file.drawings.recall[0].width = 20000"), "whyForm"),
        (file("file.drawings.recall[0].width = 0"), "whyForm"),
        (
            file(
                "file.drawings.recall[0].points = Array.from({ length: 4000 }, (_, at) => [at % 2 ? 1600 : 0, at % 900])",
            ),
            "whyForm",
        ),
        (
            file("file.drawings.recall = Array.from({ length: 10001 }, (_, id) => ({ kind: 'arrow', id, from: 'api', to: 'table' }))"),
            "whyForm",
        ),
        // All that a hand draws in an evening.
        (
            file("file.drawings.recall = Array.from({ length: 1000 }, () => stroke(Array.from({ length: 6 }, (_, at) => [at * 50, at * 30])))"),
            "nothing",
        ),
        (file("file.recordings = [{ id: 'a' }]"), "whyForm"),
        ("why(() => archive.fromJson('{'))".to_string(), "whyBroken"),
        ("why(() => archive.fromJson('null'))".to_string(), "whyOther"),
        ("why(() => archive.fromCsv('a,b\\n1,2'))".to_string(), "whyOther"),
        ("why(() => archive.fromCsv(archive.toCsv(archive.empty()) + 'split,a,b\\n'))".to_string(), "whyRow"),
    ];
    let cases: Vec<(&str, Value)> = cases.iter().map(|(expression, says)| (expression.as_str(), json!(says))).collect();
    check(&cases);
    check(&[
        // What this page does not write is not taken in.
        (
            "Object.keys(archive.checked({ runs: [{ id: 'a', at: '2026-01-01T00:00:00Z', minutes: 5, more: 1, \
          splits: [{ step: 's', budget: 1, seconds: 1, more: 1 }] }] }).runs[0]).join()",
            json!("id,at,minutes,splits"),
        ),
        (
            "archive.checkedItems([{ ...stroke([[1, 2]]), more: 1 }, JSON.parse('{\"kind\":\"word\",\"id\":1,\"text\":\"a\",\"x\":1,\"y\":1,\"__proto__\":{\"b\":1}}')]) \
          .map((item) => Object.keys(item).join())",
            json!(["kind,id,colour,width,points", "kind,id,text,x,y"]),
        ),
        // The run just finished, too.
        (
            "[{ ...clock.run(clock.started(five, 5, 'exam', 1000), 3000), more: 1 }, { id: 'run-1' }, 7].map((finished) => archive.checkedSession({ finished }).finished || null) \
             .map((run) => run && [run.splits[0].seconds, run.more === undefined])",
            json!([[2, true], null, null]),
        ),
        // What goes on in a tab is taken up only if it has its form, the clock and the exam each by itself.
        (
            "(() => { const running = clock.started(five, 5, 'exam', 1000); \
           const exam = { stage: 'drawing', minutes: 5, begun: 1, measured: false, asked: [], at: 0, shown: 'question', answers: [], \
             missedBefore: [], met: [], followUp: false, ticked: [], items: [stroke([[1, 2]])] }; \
           const kept = archive.checkedSession(JSON.parse(JSON.stringify({ mode: 'exam', clock: running, exam }))); \
           const broken = [{ clock: { ...running, spent: ['x'] }, exam }, { clock: running, exam: { ...exam, answers: [{ question: 1 }] } }, \
             { clock: 7, exam: { ...exam, found: { nodes: [7] } } }, { exam: { ...exam, begun: null } }].map(archive.checkedSession); \
           return [kept.mode, kept.clock.steps.length === five.length, kept.exam.items.length, kept.exam.stage, ...broken.map((one) => [Boolean(one.clock), Boolean(one.exam)])]; })()",
            json!(["exam", true, 1, "drawing", [false, true], [true, false], [false, false], [false, false]]),
        ),
        ("why(() => archive.checkedSession({ exam: { items: 7 } }))", json!("nothing")),
        // Of two with the same id one is left, and a table, which has less, takes nothing away.
        (
            "archive.merged({ ...archive.empty(), exams: [{ id: 'e', at: '2', drawn: ['api'], answers: [] }] }, \
          { ...archive.empty(), exams: [{ id: 'e', at: '2', answers: [1] }, { id: 'd', at: '1' }] }).exams",
            json!([{ "id": "d", "at": "1" }, { "id": "e", "at": "2", "drawn": ["api"], "answers": [1] }]),
        ),
        (
            "(() => { const exams = [{ id: 'e', at: '2026-01-01T00:00:00.000Z', minutes: 5, seconds: 250.5, answers: [{ question: 'q', met: [true], followUp: false }] }]; \
           return same(archive.fromCsv(archive.toCsv({ ...archive.empty(), exams })).exams, exams); })()",
            json!(true),
        ),
        (
            "(() => { const runs = [{ id: 'run-1', at: '2026-01-01T00:00:00.000Z', mode: 'exam', minutes: 5, complete: true, paused: 1.5, \
           splits: [{ step: '=x', budget: 30, seconds: 31.5 }] }]; \
           return same(archive.fromCsv(archive.toCsv({ ...archive.empty(), runs })).runs, \
           runs.map(({ id, at, mode, minutes, complete, paused, splits }) => ({ id, at, mode, minutes, complete, paused, splits }))); })()",
            json!(true),
        ),
    ]);
}

#[test]
fn an_exam_asks_again_what_was_missed() {
    check(&[
        ("exam.isMissed({ met: [true, true], followUp: true })", json!(false)),
        ("exam.isMissed({ met: [true, false], followUp: true })", json!(true)),
        ("exam.isMissed({ met: [true], followUp: false })", json!(true)),
        // What was missed and then answered is not missed any more; the oldest miss comes first.
        (
            "exam.misses({ question: new Map([['a'], ['b'], ['c']]) }, [answered('3', ['c', [false], true]), answered('1', ['a', [false], true], ['b', [true], false]), answered('2', ['a', [true], true])])",
            json!(["b", "c"]),
        ),
        // A question that the storyboard has no more is not waited for.
        (
            "exam.misses(story, [answered('1', ['gone', [false], true], ['logs-off', [false], true])])",
            json!(["logs-off"]),
        ),
        (
            "exam.questions(story, five, [answered('1', ['logs-off', [false], true])], 3, () => 0.5)[0].id",
            json!("logs-off"),
        ),
        (
            "exam.questions(story, five, [], 3, () => 0.5).every(({ id }) => five.some(({ asks }) => asks.includes(id)))",
            json!(true),
        ),
        (
            "new Set(exam.questions(story, five, [], 60, Math.random).map(({ id }) => id)).size === story.questions.length",
            json!(true),
        ),
        ("exam.shuffled([1, 2, 3, 4], Math.random).sort()", json!([1, 2, 3, 4])),
        ("exam.questions(story, five, [answered('1', ['gone', [false], true])], 3, () => 0).length", json!(3)),
    ]);
}

#[test]
fn the_storyboard_is_asked_by_id_and_its_words_touch_nothing() {
    check(&[
        (
            "story.versions.map(({ minutes }) => storyboard.secondsOf(storyboard.stepsOf(story, minutes)) / 60)",
            json!([5, 15, 30]),
        ),
        ("storyboard.nodeNamed(story, 'cloud front').id", json!("cloudfront")),
        ("storyboard.nodeNamed(story, 'BoardTable').id", json!("table")),
        ("storyboard.nodeNamed(story, '브라우저').id", json!("browser")),
        ("storyboard.nodeNamed(story, 'Lambda') === undefined", json!(true)),
        // Whoever writes a box's ordinary name means it, in either language.
        (
            "story.nodes.flatMap((node) => [node.label.en, node.label.ko, ...node.also].filter((one) => storyboard.nodeNamed(story, one, [node.id]) !== node))",
            json!([]),
        ),
        (
            "['CloudWatch', 'IAM role', 'front-end', 'S3 bucket', '백엔드', '람다 함수', '조건'].map((one) => storyboard.nodeNamed(story, one, ids).id)",
            json!([
                "board-api-logs",
                "board-api-role",
                "presentation",
                "site-bucket",
                "logic",
                "board-api",
                "conditions"
            ]),
        ),
        (
            "['Kafka', 'RDS', 'VPC', 'Cognito', 'Route 53', 'Step Functions', 'Lambda@Edge', 'CloudWatch alarm', 'server', 's'] \
             .filter((one) => storyboard.nodeNamed(story, one, ids))",
            json!([]),
        ),
        // A label or an id is meant before a resource of the same letters.
        (
            "['board-api', 'Board API', 'board-feed', 'api', 'BoardApi'].map((one) => storyboard.nodeNamed(story, one, ['api', 'board-api']).id)",
            json!(["board-api", "board-api", "board-feed", "api", "board-api"]),
        ),
        // With an article, in the plural, with a service's word beside the box's, abbreviated, and as Korean writes by ear.
        (
            "Object.entries({ browser: ['PC', 'a browser', 'the user', 'user browser', '유저', '유저 브라우저', '웹 브라우저'], \
               table: ['DDB', 'DynamoDB table', 'my DB', 'DDB table', 'the database', '디비', '다이나모디비', '다이나모 DB 테이블'], \
               cloudfront: ['CF', 'the CDN', 'CloudFront distribution', '클라우드프론트', '클라우드 프런트', '아마존 클라우드프론트'], \
               'board-api-logs': ['CW', 'CW Logs', 'CloudWatch log group', 'api logs', '클라우드와치', '클라우드워치 로그'], \
               'board-api': ['Lambda API', 'API Lambda', 'AWS Lambda', 'a Lambda', 'Lambdas', '람다함수', '람다 API'], \
               failures: ['SQS queue', 'an SQS', '에스큐에스 큐'], \
               'site-bucket': ['S3 site bucket', 'S3 bucket', 'Amazon S3', 'buckets', '에스쓰리', 'S3 버켓'], \
               'site-bucket-policy': ['S3 bucket policy', 'policy of the bucket', 'S3 버킷 정책'], \
               'board-api-role': ['Lambda role', 'role for the Lambda', 'the IAM role', 'IAM 롤', '람다 역할'], \
               api: ['API GW', 'the API Gateway', '에이피아이 게이트웨이', 'REST API'], stream: ['DDB stream', 'DynamoDB Streams', 'the stream of the table'], \
               data: ['the data tier', '데이터 계층'], logic: ['back end', '백엔드'] }) \
             .flatMap(([id, all]) => all.map((one) => [one, (storyboard.nodeNamed(story, one, storyboard.drawnBy(storyboard.stepsOf(story, 30))) || {}).id, id])) \
             .filter(([, found, id]) => found !== id)",
            json!([]),
        ),
        // The second box of a name is meant once the first is there.
        (
            "['Lambda', 'Lambda function', 'Lambda 함수', 'logs', 'CW', 'role', 'Lambda role'] \
             .map((one) => storyboard.nodeNamed(story, one, ['board-feed', 'board-feed-logs', 'board-feed-role', 'board-api', 'board-api-logs', 'board-api-role']).id.slice(0, 10))",
            json!(["board-feed", "board-feed", "board-feed", "board-feed", "board-feed", "board-feed", "board-feed"]),
        ),
        (
            "storyboard.counted(story, ['api', 'cloudfront', 'cloudfront-to-api', 'gone'])",
            json!({ "boxes": 2, "arrows": 1 }),
        ),
        // The texts of a language may come later, and a storyboard's own stay.
        (
            "(() => { const data = storyboard.read({ board: {}, step: [{ id: 's', title: { en: 'a' } }], question: [{ id: 'q' }] }); \
           storyboard.addTexts(data, 'ko', { step: { s: { title: '가', say: ['나'] }, gone: { title: '' } }, question: { q: { 'follow-up': { answer: '다' } } } }); \
           return [data.step.get('s'), data.question.get('q')]; })()",
            json!([{ "id": "s", "title": { "en": "a", "ko": "가" }, "say": { "ko": ["나"] } }, { "id": "q", "follow-up": { "answer": { "ko": "다" } } }]),
        ),
        // A frame hangs on its title, and nothing leaves the board.
        (
            "(() => { const node = story.node.get('presentation'); return same(drawing.middleOf(story, node, 'Presentation', sketch.anchorOf(node, 'Presentation')), geometry.centre(node)); })()",
            json!(true),
        ),
        (
            "['data', 'api', 'browser'].flatMap((id) => [[0, 0], [1600, 900]].map((point) => { \
           const node = story.node.get(id); const [x, y] = drawing.middleOf(story, node, 'a', point); \
           return [x - node.width / 2 >= 0, y - node.height / 2 >= 0, x + node.width / 2 <= 1600, y + node.height / 2 <= 900].every(Boolean); }))",
            json!([true, true, true, true, true, true]),
        ),
        // What goes over and who may have colours of their own, and each tick is made once.
        (
            "['api', 'cloudfront-to-api', 'board-api-role'].map((id) => sketch.ofId(story, id, 'en').colour)",
            json!(["black", "blue", "green"]),
        ),
        (
            "story.versions.map(({ minutes }) => sketch.ofSteps(story, storyboard.stepsOf(story, minutes), 'ko').filter(({ id }) => id.startsWith('ticks-')) \
           .reduce((sum, { strokes }) => sum + strokes.length, 0))",
            json!([10, 10, 10]),
        ),
        (
            "sketch.ofId(story, 'conditions', 'ko').labels.map(({ text }) => text)",
            json!(["조건", "데이터베이스", "API Gateway", "Lambda", "REST", "서버 없음"]),
        ),
        ("storyboard.nodeNamed(story, 'Lambda', ['table', 'board-feed', 'board-api']).id", json!("board-feed")),
        ("storyboard.nodeNamed(story, 'role', ['board-feed-role']).id", json!("board-feed-role")),
        ("storyboard.nodeNamed(story, '!') === undefined", json!(true)),
        ("storyboard.wordCount('Two words — and two.')", json!(4)),
        (
            "storyboard.prompts(story, ['board-api-logs', 'board-feed-logs', 'logic', 'board-api'], 'en', (word) => `${word}, tier`).map(({ word }) => word)",
            json!(["evidence 1", "evidence 2", "decides, tier", "decides"]),
        ),
        ("storyboard.text({ en: 'a' }, 'ko')", json!("a")),
        ("words.untranslated()", json!([])),
        // What is counted is not in a sentence that is true of several only.
        (
            "['en', 'ko'].map((language) => words.say(language, 'imported', { runs: 1, exams: 1, recalls: 1 })).filter((said) => /1 (runs|exams|recalls)/.test(said))",
            json!([]),
        ),
        ("words.say('ko', 'step') !== words.say('en', 'step')", json!(true)),
        // No word on an arrow touches a box or another word, in either language.
        (
            "['en', 'ko'].flatMap((language) => { \
            const all = [...sketch.arrowLabels(story, language)].map(([id, label]) => [id, labels.rectOf(label)]); \
            const boxes = story.nodes.filter(({ glyph }) => glyph !== 'frame').map((node) => [node.id, node]); \
            return all.flatMap(([id, rect], at) => [...boxes, ...all.slice(at + 1)] \
                .filter(([, other]) => labels.shared(rect, other) > 0).map(([other]) => `${language}: ${id} touches ${other}`)); })",
            json!([]),
        ),
        (
            "sketch.toSvg({ ...story, node: new Map([['a', { ...story.node.get('api'), id: 'a', label: { en: '<&' } }]]) }, [{ draw: ['a'] }], 'en').includes('>&lt;&amp;<')",
            json!(true),
        ),
        // What another tab has drawn comes along, what it has taken away goes, and undo leads back to what one did oneself.
        (
            "(() => { const word = (id, text) => ({ kind: 'word', id, text, x: 1, y: 1 }); const d = drawing.drawing([word(1, 'a'), word(2, 'b')]); \
           d.add({ kind: 'word', text: 'mine', x: 1, y: 1 }); \
           d.share([word(1, 'a'), word(2, 'b')], [word(2, 'b'), word(3, 'theirs'), word(4, 'mine')]); \
           const texts = () => d.items().map(({ text }) => text); const after = texts(); d.undo(); const undone = texts(); d.redo(); \
           return [after, undone, texts(), new Set(d.items().map(({ id }) => id)).size]; })()",
            json!([["b", "mine", "theirs"], ["b", "theirs"], ["b", "mine", "theirs"], 3]),
        ),
        (
            "[[0, 0], [1600, 900], [800, 450]].map((point) => drawing.inside(story, { width: 100, height: 40 }, point))",
            json!([[60, 30], [1540, 870], [800, 450]]),
        ),
        // A hand is unsteady, but always in the same way.
        ("same(sketch.ofId(story, 'api', 'en'), sketch.ofId(story, 'api', 'en'))", json!(true)),
        (
            "(() => { const d = drawing.drawing([{ id: 7 }]); d.add({ kind: 'word' }); d.become([{ id: 9 }]); const now = d.items().length; \
           d.undo(); d.undo(); d.redo(); return [now, d.items().length, d.canRedo(), d.add({}).id]; })()",
            json!([1, 2, true, 10]),
        ),
    ]);
}
