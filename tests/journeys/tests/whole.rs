//! The journeys that may run beside each other, in one program.

mod api_on_site;
mod attachments;
mod attacks;
mod broken_functions;
mod command;
mod deploy;
mod drills;
mod growth;
mod kept;
mod kills;
mod least_privilege;
mod network;
mod observability;
