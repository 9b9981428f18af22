//! reqwest 0.11, as far as `postgrest` 1.6 uses it: the types of the reqwest that the app itself uses.
//!
//! `postgrest` has no release on a newer reqwest. With the old one would come a second HTTP and TLS stack (hyper
//! 0.14, h2 0.3, rustls 0.21) with a certificate store of its own and advisories that are not mended any more, on the
//! connection that carries the project's secret key. `[patch.crates-io]` in the root's `Cargo.toml` puts this crate
//! in its place: requests that `postgrest` builds are sent by the app's client.

pub use current::*;
