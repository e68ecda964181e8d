//! Brings what a build script generated into the author's crate.

/// Declares `pub mod connectors` with all that `tenon_compiler::build` wrote, and its `register_all(&Registry)`.
///
/// ```ignore
/// // src/lib.rs
/// tenon_runtime::include_connectors!();
/// ```
#[macro_export]
macro_rules! include_connectors {
    () => {
        /// Generated from mapping files.
        pub mod connectors {
            include!(concat!(env!("OUT_DIR"), "/connectors.rs"));
        }
    };
}
