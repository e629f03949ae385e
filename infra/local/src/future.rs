//! The future of a trait's asynchronous method: its type has no name, so it is boxed.

use std::pin::Pin;

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
