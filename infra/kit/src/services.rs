//! What the local cloud of a lab is put together from: what the lab asks for with features of this package.

use local::service::ServicePlugin;
use stack::model::CompileModel;

/// The services that this build has. The order is that in which they are opened and started.
const SERVICES: &[ServicePlugin] = &[
    #[cfg(feature = "s3")]
    s3::SERVICE,
    #[cfg(feature = "dynamodb")]
    dynamodb::SERVICE,
];

/// What compiles the models of bodies, if this build has it.
const MODELS: &[CompileModel] = &[
    #[cfg(feature = "models")]
    models::compile,
];

/// The services.
pub(crate) fn plugins() -> Vec<ServicePlugin> {
    SERVICES.to_vec()
}

/// What compiles models.
pub(crate) fn models() -> Option<CompileModel> {
    MODELS.first().copied()
}
