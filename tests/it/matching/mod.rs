//! Whom the matcher sends, and why not the others.

mod laws;
mod properties;
mod rejecting;
mod scene;
mod sending;
