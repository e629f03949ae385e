//! A deployment that tells functions where a database is.

use local::vpc::reaches_database;

use super::Database;
use crate::deployment::Deployment;
use crate::lab::Lab;

impl Deployment {
    /// Gives the template's parameter `name` the address of a database. Functions that get it from there reach the server only if the
    /// template's network lets them.
    pub fn database<'test>(self, name: &str, database: &'test Database) -> WithDatabase<'test> {
        WithDatabase { deployment: self.parameter(name, &database.url()), database }
    }
}

/// A deployment whose functions are told where a database is.
#[derive(Debug)]
#[must_use = "nothing is deployed yet"]
pub struct WithDatabase<'test> {
    deployment: Deployment,
    database: &'test Database,
}

impl WithDatabase<'_> {
    /// As [`Deployment::deployed`].
    pub fn deployed(self) -> Lab {
        let lab = self.deployment.deployed();
        let (stack, url) = (lab.local().stack(), self.database.url());
        let mut told =
            stack.functions.iter().filter(|function| function.environment.values().any(|value| *value == url));
        let reaches = |function| {
            let databases = &stack.vpc_resources.db_instances;
            databases.iter().any(|database| reaches_database(function, database, &stack.vpc_resources))
        };
        if told.all(reaches) {
            self.database.admits_functions();
        }
        lab
    }
}
