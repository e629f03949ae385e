//! The journeys that look at what the machine has: processes, memory, signals.

mod memory;
mod processes;
mod signals;
