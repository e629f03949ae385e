//! How many files and connections this process may have open, and the programs that it starts.

/// Sees to it that `count` more may be open than a check needs by itself. macOS allows 256 where nobody asks for more, which a crowd of
/// callers uses up. Where the system allows no more, it stays as it is.
pub fn opens_files(count: u64) {
    /// What the check needs by itself: the local cloud's sockets, pipes and files.
    const OWN: u64 = 200;
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let wanted = maximum.map_or(count + OWN, |maximum| maximum.min(count + OWN));
        if current.is_some_and(|current| current < wanted) {
            let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
        }
    }
    #[cfg(not(unix))]
    let _ = count + OWN;
}
