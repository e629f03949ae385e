//! What the lab's template declares to API Gateway, for requests that fit none of it.

use crate::lab::Lab;

impl Lab {
    /// The methods and paths that the template has, `GET /board, ANY /board/{postId}`, without those that only answer a
    /// browser's preflight.
    pub(crate) fn routes(&self) -> String {
        let apis = &self.local().stack().apis;
        let methods = apis.iter().flat_map(|api| &api.methods).filter(|method| method.http_method != "OPTIONS");
        let mut routes: Vec<(&str, &str)> =
            methods.map(|method| (method.resource_path.as_str(), method.http_method.as_str())).collect();
        routes.sort_unstable();
        routes.iter().map(|(path, method)| format!("{method} {path}")).collect::<Vec<_>>().join(", ")
    }
}
