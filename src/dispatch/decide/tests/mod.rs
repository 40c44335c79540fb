//! The rules of dispatch, each as a sentence.

mod changes;
mod deadlines;
mod facts;
mod offers;
mod policy;
mod safety;
mod world;
