//! Nothing: this package is its manifest.
