//! Whom the matcher sends, and why not the others.

mod gathering;
mod laws;
mod measuring;
mod properties;
mod rejecting;
mod scene;
mod sending;
mod town;
