//! The JavaScript engine, QuickJS, and the few functions that it lends to a page: `fetch`, addresses, bytes, the console.
//!
//! `nodes.js`, `markup.js` and `window.js` make a document and a window of them. Everything happens in order and at once: a
//! request is answered before its promise is looked at, a timer runs when nothing else is left to do.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rquickjs::function::Function;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{CatchResultExt, Context, Ctx, Error, FromJs, Module, Object, Result, Runtime, Value};

use super::address::resolved;
use super::network::{Network, bytes_of, text_of};

/// The stand-in for a browser, in the order in which its parts build on each other.
const WINDOW: [&str; 3] = [include_str!("nodes.js"), include_str!("markup.js"), include_str!("window.js")];
/// How long a page may compute without a pause. None of a lab's does for a thousandth of that.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most timers that run one after the other: a page that polls never comes to rest.
const TIMERS: usize = 1000;
/// What a page may use, in bytes.
const MEMORY: usize = 256 * 1024 * 1024;

/// A page that is open.
pub(super) struct Engine {
    context: Context,
    runtime: Runtime,
    network: Rc<Network>,
    deadline: Rc<Cell<Instant>>,
}

/// A script of a page.
struct Script {
    module: bool,
    src: String,
    text: String,
    deferred: bool,
}

impl Engine {
    /// Opens `html` and runs its scripts, until nothing is left to do.
    ///
    /// # Errors
    ///
    /// When the engine cannot be started; what goes wrong in the page goes to its console.
    pub(super) fn open(network: Rc<Network>, html: &str) -> std::result::Result<Engine, String> {
        let failed = |why: Error| format!("the page's engine: {why}");
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_memory_limit(MEMORY);
        let deadline = Rc::new(Cell::new(Instant::now() + PATIENCE));
        let ends = Rc::clone(&deadline);
        runtime.set_interrupt_handler(Some(Box::new(move || Instant::now() > ends.get())));
        runtime.set_loader(Modules(Rc::clone(&network)), Modules(Rc::clone(&network)));
        runtime.set_host_promise_rejection_tracker(Some(Box::new(|ctx, promise, reason, handled| {
            let noted = kit(&ctx).and_then(|kit| kit.get::<_, Function<'_>>("rejected"));
            // A page whose prelude is not there yet has no promises either.
            drop(noted.and_then(|noted| noted.call::<_, ()>((promise, reason, handled))));
        })));
        let context = Context::full(&runtime).map_err(failed)?;
        let engine = Engine { context, runtime, network, deadline };
        engine.context.with(|ctx| engine.prepare(&ctx).catch(&ctx).map_err(|why| why.to_string()))?;
        engine.run(html);
        Ok(engine)
    }

    /// Calls the function `name` of the check's handle, and lets the page come to rest.
    ///
    /// # Errors
    ///
    /// What the page threw, on one line: mostly that it does not have the element.
    pub(super) fn call<Answer: for<'js> FromJs<'js>>(
        &self,
        group: &str,
        name: &str,
        args: &[&str],
    ) -> std::result::Result<Answer, String> {
        self.rested();
        let answer = self.context.with(|ctx| {
            let called = || -> Result<Answer> {
                let function: Function<'_> = kit(&ctx)?.get::<_, Object<'_>>(group)?.get(name)?;
                let args: Vec<String> = args.iter().map(|arg| (*arg).to_string()).collect();
                function.call((rquickjs::function::Rest(args),))
            };
            called().catch(&ctx).map_err(|why| without_backtrace(&why.to_string()))
        });
        self.rest();
        answer
    }

    fn prepare(&self, ctx: &Ctx<'_>) -> Result<()> {
        let host = Object::new(ctx.clone())?;
        let network = Rc::clone(&self.network);
        host.set("fetch", Function::new(ctx.clone(), move |asked: String| network.fetch(&asked))?)?;
        let network = Rc::clone(&self.network);
        host.set("log", Function::new(ctx.clone(), move |line: String| network.say(&line))?)?;
        let resolve = |address: String, base: String| resolved(&address, &base).unwrap_or_default();
        host.set("resolve", Function::new(ctx.clone(), resolve)?)?;
        host.set("bytes", Function::new(ctx.clone(), |text: String| text_of(text.as_bytes()))?)?;
        let text = |bytes: String| String::from_utf8_lossy(&bytes_of(&bytes)).into_owned();
        host.set("text", Function::new(ctx.clone(), text)?)?;
        ctx.globals().set("host", host)?;
        for part in WINDOW {
            ctx.eval::<(), _>(part)?;
        }
        Ok(())
    }

    fn run(&self, html: &str) {
        let scripts = self.context.with(|ctx| {
            let scripts = self.scripts(&ctx, html).catch(&ctx).map_err(|why| without_backtrace(&why.to_string()));
            scripts.unwrap_or_else(|why| {
                self.network.say(&format!("error: {why}"));
                Vec::new()
            })
        });
        let (deferred, first): (Vec<Script>, Vec<Script>) = scripts.into_iter().partition(|script| script.deferred);
        for (index, script) in first.into_iter().chain(deferred).enumerate() {
            self.rested();
            self.context.with(|ctx| {
                if let Err(why) = self.script(&ctx, &script, index).catch(&ctx) {
                    self.network.say(&format!("error: {}", without_backtrace(&why.to_string())));
                }
            });
            self.rest();
        }
        let ready = self.context.with(|ctx| {
            let ready = || -> Result<()> { kit(&ctx)?.get::<_, Function<'_>>("ready")?.call(()) };
            ready().catch(&ctx).map_err(|why| without_backtrace(&why.to_string()))
        });
        if let Err(why) = ready {
            self.network.say(&format!("error: {why}"));
        }
        self.rest();
    }

    fn scripts(&self, ctx: &Ctx<'_>, html: &str) -> Result<Vec<Script>> {
        let open: Function<'_> = kit(ctx)?.get("open")?;
        let found: Vec<Object<'_>> = open.call((html, self.network.address.as_str()))?;
        let script = |found: Object<'_>| {
            Ok(Script {
                module: found.get("module")?,
                src: found.get("src")?,
                text: found.get("text")?,
                deferred: found.get("defer")?,
            })
        };
        found.into_iter().map(script).collect()
    }

    fn script(&self, ctx: &Ctx<'_>, script: &Script, index: usize) -> Result<()> {
        let page = &self.network.address;
        let (name, source) = if script.src.is_empty() {
            (format!("{page}#script-{index}"), script.text.clone())
        } else {
            let url = resolved(&script.src, page).unwrap_or_default();
            match source(&self.network, &url, script.module) {
                Ok(source) => (url, source),
                Err(why) => {
                    self.network.say(&format!("error: {why}"));
                    return Ok(());
                }
            }
        };
        if script.module {
            // How it ends is known when its promise is; a failure is noted by the tracker.
            drop(Module::evaluate(ctx.clone(), name, source)?);
        } else {
            ctx.eval::<Value<'_>, _>(source)?;
        }
        Ok(())
    }

    /// Gives the page its time anew.
    fn rested(&self) {
        self.deadline.set(Instant::now() + PATIENCE);
    }

    /// Lets promises and timers run until there are none.
    fn rest(&self) {
        self.rested();
        for _ in 0..TIMERS {
            while self.runtime.is_job_pending() {
                // What a job throws is a rejection, and noted as such.
                drop(self.runtime.execute_pending_job());
            }
            let ticked = self.context.with(|ctx| {
                kit(&ctx).and_then(|kit| kit.get::<_, Function<'_>>("tick")).and_then(|tick| tick.call::<_, bool>(()))
            });
            if !ticked.unwrap_or(false) && !self.runtime.is_job_pending() {
                return;
            }
        }
        self.network.say("error: the page never comes to rest: a timer sets the next one, without end");
    }
}

/// The check's handle on the page.
fn kit<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    ctx.globals().get("__kit")
}

/// An exception's first line; the rest is the engine's own places.
fn without_backtrace(why: &str) -> String {
    why.lines().next().unwrap_or_default().trim_start_matches("Exception: ").to_string()
}

/// The text of a script, if a browser would run what the server returned.
fn source(network: &Network, url: &str, module: bool) -> std::result::Result<String, String> {
    let response = network.file(url);
    let shown = network.shown(url);
    if response.status != 200 {
        return Err(format!("the script {shown} returned status {}", response.status));
    }
    let kind = response.header("content-type").unwrap_or_default();
    let is_script =
        matches!(kind.split(';').next().unwrap_or_default().trim(), "text/javascript" | "application/javascript");
    let strict = module || response.header("x-content-type-options").is_some_and(|value| value == "nosniff");
    if strict && !is_script {
        return Err(format!(
            "the script {shown} has the type {kind:?}; a browser runs a module only if its type is JavaScript"
        ));
    }
    Ok(String::from_utf8_lossy(&response.body).into_owned())
}

/// Finds the modules that modules name, as a browser does: relative to who names them.
struct Modules(Rc<Network>);

impl Resolver for Modules {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let relative = name.starts_with(['/', '.']) || super::address::scheme(name).is_some();
        let found = relative.then(|| resolved(name, base)).flatten();
        found.ok_or_else(|| Error::new_resolving_message(base, name, "a module is named by a path: begin with ./ or /"))
    }
}

impl Loader for Modules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        let source = source(&self.0, name, true).map_err(|why| Error::new_loading_message(name, why))?;
        Module::declare(ctx.clone(), name, source)
    }
}

#[cfg(test)]
#[path = "engine/tests.rs"]
mod tests;
