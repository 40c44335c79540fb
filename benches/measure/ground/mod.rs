//! What the measurements stand on: people, processes, callers, figures and how they are shown.

pub(crate) mod bare;
pub(crate) mod caller;
pub(crate) mod city;
pub(crate) mod databases;
pub(crate) mod echo;
pub(crate) mod figures;
pub(crate) mod machine;
pub(crate) mod process;
pub(crate) mod sheet;
pub(crate) mod spread;
pub(crate) mod watching;

/// Whether only small counts are wanted.
pub(crate) fn short() -> bool {
    std::env::var_os("TANDEM_MEASURE").is_some_and(|value| value == "short")
}

/// A count, or the small one.
pub(crate) fn count<T>(full: T, small: T) -> T {
    if short() { small } else { full }
}
