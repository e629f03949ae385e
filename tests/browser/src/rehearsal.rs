//! What a presenter does on the rehearsal page, in the presenter's words. Places are in units of the paper, as in
//! `book/whiteboard/storyboard.toml`.
//!
//! What the page has for tests to hold on to, which stays as it is:
//!
//! ```text
//!   #board                        the paper; data-drawing="true" while watch draws; canvases inside have data-layer picture | names | ink | wet | marks
//!   [data-mode=watch|trace|recall|exam]   buttons of the modes, aria-pressed; body has data-current-mode, data-step, data-clock=off|running|paused,
//!                                 data-items (how many items the drawing has), data-language, data-recording=true, data-live=true once a running board is known;
//!                                 class presenting while the speaker window is open
//!   #minutes #language            selects; [data-colour=black|blue|red|green] radio buttons of the markers
//!   [data-do=…]                   previous next start question finish record eraser undo redo clear speaker fullscreen help print play
//!                                 compare keep again exam-start exam-drawn exam-questions reveal reveal-follow-up exam-next exam-break-off export-json
//!                                 export-csv import erase exam-break-off-not erase-not; [data-doubt] a button that asks first
//!   #clock [data-reading=total|step|behind]   the clock; [data-splits] the table, rows [data-step], cells [data-column=budget|now|best|last]
//!   [data-runs]                   how many runs are kept; [data-recording] an audio element, [data-listen] its steps
//!   [data-cues] cues; [data-trace][data-traced] what trace has ticked; [data-node][data-placed] names to choose; [data-name-input] typed names;
//!   #connect-from #connect-to #connect   an arrow by lists
//!   [data-result][data-drawn][data-of], [data-missing], [data-reversed], [data-swapped], [data-extra], [data-uncertain] with [data-tick]   the comparison
//!   [data-stage=before|drawing|compared|questions|after], [data-question], [data-criterion], [data-follow-up-done], [data-answered],
//!   [data-missed-answer], [data-not-met], [data-misses]   the exam
//!   [data-unknown-name] what is said of a name that no box has, or that stands there already, with [data-remark=placedWord|isThere]; [data-exam-time] [data-last-exam] how long the drawing of an exam took
//!   [data-follow-up-criteria]     what is wanted of the answer to a follow-up; [data-write-first] where to write a post before a log is shown
//!   [data-last-recall]            the last result of a recall that was kept; #data-status what the page says of files, #notice of all else;
//!                                 [data-exam-drawn] what an exam's drawing had
//!   button[data-live], [data-answer], [data-command]   the running board; #cue-sheet [data-sheet-step]   the print view; #black; #help; #announce
//!   whiteboard.html#presenter-<name of the board's tab>: [data-presenter-step], [data-presenter-next], [data-presenter-clock], [data-command=previous|next|…]
//! ```

use serde_json::{Value, json};

use crate::tab::Tab;

/// A place on the paper.
pub type Point = (f64, f64);

impl Tab {
    /// Waits until the page has found out what it shows.
    async fn is_ready(&self) {
        self.until("document.body.dataset.currentMode").await;
    }

    /// Waits until the page is ready in this mode.
    pub async fn rehearses(&self, mode: &str) {
        self.until(&format!("document.body.dataset.currentMode === {}", json!(mode))).await;
    }

    /// Changes to a mode with its button.
    pub async fn rehearse(&self, mode: &str) {
        self.is_ready().await;
        self.click_on(&format!("#mode-{mode}")).await;
        self.rehearses(mode).await;
    }

    /// Presses a button by what it does.
    pub async fn does(&self, what: &str) {
        self.click_on(&format!("[data-do={what}]")).await;
    }

    /// Waits until the body says so: `data-<name>` is `value`.
    pub async fn says(&self, name: &str, value: &str) {
        self.until(&format!("document.body.getAttribute('data-{name}') === {}", json!(value))).await;
    }

    /// The storyboard's ids of the steps in the chosen version.
    pub async fn steps(&self) -> Vec<String> {
        self.is_ready().await;
        self.evaluate("workbookWhiteboard.app.steps.map(({ id }) => id)").await
    }

    /// The ids of what the steps draw together.
    pub async fn drawn_by_steps(&self) -> Vec<String> {
        self.evaluate("workbookWhiteboard.storyboard.drawnBy(workbookWhiteboard.app.steps)").await
    }

    /// Those of the ids that are arrows, with the boxes that they join.
    pub async fn arrows(&self, ids: &[String]) -> Vec<(String, String, String)> {
        let arrows = "workbookWhiteboard.app.story.arrows.map(({ id, from, to }) => [id, from, to])";
        let arrows: Vec<(String, String, String)> = self.evaluate(arrows).await;
        arrows.into_iter().filter(|(id, ..)| ids.contains(id)).collect()
    }

    /// Those of the ids that are boxes, with the place where the name of each is put.
    pub async fn boxes(&self, ids: &[String]) -> Vec<(String, Point)> {
        let boxes = "workbookWhiteboard.app.story.nodes.map((node) => \
                     [node.id, workbookWhiteboard.sketch.anchorOf(node, workbookWhiteboard.app.label(node.id))])";
        let boxes: Vec<(String, Point)> = self.evaluate(boxes).await;
        let mut boxes: Vec<_> = boxes.into_iter().filter(|(id, _)| ids.contains(id)).collect();
        boxes.sort_by_key(|(id, _)| ids.iter().position(|one| one == id));
        boxes
    }

    /// The strokes that the reference has for an id, each a list of points.
    pub async fn reference(&self, id: &str) -> Vec<Vec<Point>> {
        let strokes: Vec<Vec<Vec<f64>>> = self
            .evaluate(&format!(
                "workbookWhiteboard.sketch.ofId(workbookWhiteboard.app.story, {}, 'en').strokes",
                json!(id)
            ))
            .await;
        strokes.into_iter().map(|stroke| stroke.into_iter().map(|point| (point[0], point[1])).collect()).collect()
    }

    /// Draws with the pen on the board.
    pub async fn draw_on_board(&self, points: &[Point]) {
        self.run("document.getElementById('board').scrollIntoView({ block: 'center' })").await;
        let place = "(() => { const box = document.getElementById('board').getBoundingClientRect(); \
                     return [box.left, box.top, box.width / workbookWhiteboard.app.story.paper.width]; })()";
        let (left, top, scale): (f64, f64, f64) = self.evaluate(place).await;
        let points: Vec<Point> = points.iter().map(|(x, y)| (left + x * scale, top + y * scale)).collect();
        let items = self.items().await;
        self.draw(&points).await;
        // A pen that is lifted leaves a stroke, a name, or less than was there.
        self.until(&format!("document.body.dataset.items !== '{items}'")).await;
    }

    /// Chooses a word and taps the board, where its box belongs.
    pub async fn place(&self, id: &str, point: Point) {
        self.click_on(&format!("[data-node={id}]")).await;
        self.draw_on_board(&[point, point]).await;
    }

    /// Draws an arrow of the reference in one stroke, with a barb at its end; the wrong way round if `reversed`.
    pub async fn draw_arrow(&self, id: &str, reversed: bool) {
        let line = self.reference(id).await.swap_remove(0);
        let (mut from, mut to) = (line[0], line[line.len() - 1]);
        if reversed {
            std::mem::swap(&mut from, &mut to);
        }
        let along = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        let back = (from.1 - to.1).atan2(from.0 - to.0) + 0.5;
        let mut points: Vec<Point> = (0..=12).map(|at| along(f64::from(at) / 12.0)).collect();
        points.extend((1..=4).map(|at| {
            let far = f64::from(at) * 8.0;
            (to.0 + back.cos() * far, to.1 + back.sin() * far)
        }));
        self.draw_on_board(&points).await;
    }

    /// How many items the drawing of this mode has.
    pub async fn items(&self) -> usize {
        self.evaluate("Number(document.body.dataset.items)").await
    }

    /// How many of how many the comparison says were drawn, and the ids that it calls missing and reversed.
    pub async fn comparison(&self) -> Value {
        self.until("document.querySelector('[data-result]')").await;
        self.evaluate(
            "(() => {
                const list = (name) => (document.querySelector(`[data-${name}]`)?.dataset[name] ?? '').split(' ').filter(Boolean);
                const { drawn, of } = document.querySelector('[data-result]').dataset;
                return { drawn: Number(drawn), of: Number(of), missing: list('missing'), reversed: list('reversed') };
            })()",
        )
        .await
    }

    /// From now on, the page's clock stands, and only [`Tab::later`] puts it forward.
    pub async fn can_wait(&self) {
        self.run("let now = Date.now(); Date.now = () => now; window.later = (s) => { now += s * 1000; };").await;
    }

    /// Lets seconds pass for the page's clock.
    pub async fn later(&self, seconds: u32) {
        self.run(&format!("later({seconds})")).await;
    }

    /// Sets the page's clock back by so many seconds, as a machine does that has heard a better time.
    pub async fn set_back(&self, seconds: u32) {
        self.run(&format!("later(-{seconds})")).await;
    }

    /// Moves the cross of the keyboard to a place: into the corner, and from there in steps of 100 and 20.
    pub async fn move_cross(&self, (x, y): Point) {
        let paces = |to: f64| ((to / 100.0) as usize, (to % 100.0 / 20.0).round() as usize);
        for (key, far) in [("ArrowLeft", 16), ("ArrowUp", 9)] {
            for _ in 0..far {
                self.press_with(&["Shift"], key).await;
            }
        }
        for (key, (leaps, steps)) in [("ArrowRight", paces(x)), ("ArrowDown", paces(y))] {
            for _ in 0..leaps {
                self.press_with(&["Shift"], key).await;
            }
            for _ in 0..steps {
                self.press(key).await;
            }
        }
    }

    /// Where a name stands on the board.
    pub async fn place_of(&self, id: &str) -> Point {
        let item = format!("workbookWhiteboard.app.drawing.items().find(({{ node }}) => node === {})", json!(id));
        self.evaluate(&format!("(({{ x, y }}) => [x, y])({item})")).await
    }

    /// Presses Tab until the element that the selector finds has the focus.
    ///
    /// # Panics
    ///
    /// When two hundred presses do not lead there.
    pub async fn tab_on_to(&self, selector: &str) {
        for _ in 0..200 {
            if self.evaluate::<bool>(&format!("document.activeElement.matches({})", json!(selector))).await {
                return;
            }
            self.press("Tab").await;
        }
        panic!("The keyboard does not reach {selector}.");
    }

    /// The text of the file that a press of this button saves.
    pub async fn saves(&self, what: &str) -> String {
        self.run(
            "window.saved = new Promise((resolve) => {
                const make = URL.createObjectURL;
                URL.createObjectURL = (blob) => {
                    URL.createObjectURL = make;
                    resolve(blob.text());
                    return make.call(URL, blob);
                };
            });",
        )
        .await;
        self.does(what).await;
        self.evaluate("window.saved").await
    }

    /// Everything that is kept of the rehearsals.
    pub async fn kept(&self) -> Value {
        self.evaluate("(({ runs, exams, recalls }) => ({ runs, exams, recalls }))(workbookWhiteboard.app.kept)").await
    }
}
