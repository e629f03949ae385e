//! A headless Chromium for the tests: its own profile, no conversation with anybody but the tests.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chromiumoxide::browser::{Browser, BrowserConfig};
use futures_util::{FutureExt, StreamExt};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::tab::Tab;

/// Besides the library's own switches: no talk to the maker's servers, no start-up questions, no UDP.
const SWITCHES: [&str; 4] = ["disable-gpu", "disable-quic", "disable-component-update", "no-default-browser-check"];

/// A running browser. Dropping it ends it.
#[derive(Debug)]
pub struct Chromium {
    browser: Browser,
    events: JoinHandle<()>,
    profile: TempDir,
}

impl Chromium {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// Where no Chromium is installed, with a message that says how to install it.
    pub async fn start() -> Chromium {
        Chromium::start_with(&[]).await
    }

    /// Starts one that takes each of `names` for a name of this machine, as a stranger's name server may say.
    ///
    /// # Panics
    ///
    /// As [`Chromium::start`].
    pub async fn start_with(names: &[&str]) -> Chromium {
        let rules: Vec<String> = names.iter().map(|name| format!("MAP {name} 127.0.0.1")).collect();
        let rules = format!("host-resolver-rules={}", rules.join(", "));
        Chromium::launch((!names.is_empty()).then_some(rules.as_str()).as_slice()).await
    }

    /// Starts one with a microphone that hears a beep each second, and with a user who lets pages listen.
    ///
    /// # Panics
    ///
    /// As [`Chromium::start`].
    pub async fn start_with_microphone() -> Chromium {
        Chromium::launch(&["use-fake-device-for-media-stream", "use-fake-ui-for-media-stream"]).await
    }

    async fn launch(switches: &[&str]) -> Chromium {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let config = BrowserConfig::builder()
            .chrome_executable(executable())
            .user_data_dir(profile.path())
            // Continuous integration runs as root in a container, where the sandbox cannot start. Every page is ours.
            .no_sandbox()
            .window_size(1200, 900)
            .viewport(None)
            .args(SWITCHES.iter().chain(switches).copied())
            .build()
            .expect("the switches are complete");
        let (browser, mut handler) = Browser::launch(config).await.expect("Chromium starts");
        // The library speaks to the browser only while somebody polls this.
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Chromium { browser, events, profile }
    }

    /// A new tab that shows `url`.
    pub async fn open(&self, url: &str) -> Tab {
        let page = self.browser.new_page("about:blank").await.expect("a tab opens");
        Tab::open(page, url).await
    }
}

impl Chromium {
    /// The window that a page has opened, once its address contains `part`.
    ///
    /// # Panics
    ///
    /// When there is none within fifteen seconds.
    pub async fn window(&self, part: &str) -> Tab {
        let deadline = tokio::time::Instant::now() + crate::tab::PATIENCE;
        loop {
            for page in self.browser.pages().await.expect("a browser knows its pages") {
                if page.url().await.ok().flatten().is_some_and(|url| url.contains(part)) {
                    return Tab::of(page).await;
                }
            }
            assert!(tokio::time::Instant::now() < deadline, "no window opens at {part}");
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.events.abort();
        // Asking once sends the signal. Waiting for the rest of the answer is not possible here, and `try_wait` does as
        // well.
        let _ = self.browser.kill().now_or_never();
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.browser.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::yield_now();
        }
        // The browser's own children outlive it by an instant, and write into the profile to the last.
        while std::fs::remove_dir_all(self.profile.path()).is_err() && self.profile.path().exists() {
            if Instant::now() > deadline {
                break;
            }
            std::thread::yield_now();
        }
    }
}

/// The browser's program: what `CHROMIUM` names, or the first of the usual names that is on the PATH.
fn executable() -> PathBuf {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        assert!(
            named.is_file(),
            "CHROMIUM names {}, and there is no such file. Correct it or unset it.",
            named.display()
        );
        return named;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"]
        .map(|name| format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.clone().map(|name| folder.join(name)))
        .find(|file| file.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "These tests drive a real browser, and none is on the PATH. Install one (Debian, Ubuntu: `apt-get install \
             chromium`; macOS: `brew install --cask chromium`), or set CHROMIUM to the program of a Chromium or Chrome. \
             The other tests need none: `cargo test`."
        )
    })
}
