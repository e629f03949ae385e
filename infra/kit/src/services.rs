//! What the local cloud of a lab is put together from: what the lab asks for with features of this package.

use stack::model::CompileModel;

/// What compiles the models of bodies; none where no template has any.
const MODELS: &[CompileModel] = &[
    #[cfg(feature = "models")]
    models::compile,
];

/// What compiles models, if this build has it.
pub(crate) fn models() -> Option<CompileModel> {
    MODELS.first().copied()
}
